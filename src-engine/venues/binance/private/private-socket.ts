/**
 * The WebSocket API: a session on every connection (with `session.logon` for an Ed25519 key, signature by signature for an HMAC
 * key), the user data stream on the same connection, and requests that end with the venue's answer or with the doubt that there
 * is none.
 */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import type { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { PendingRequests, type Silent } from '../../toolkit/pending-requests.ts';
import type { RequestPause } from '../../toolkit/request-pause.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import { BAN_MS, MAX_PAUSE_MS, PAUSE_MS } from '../rest-errors.ts';
import type { BinanceCredentials } from './credentials.ts';
import { type Outcome, outcomeOf } from './error-codes.ts';
import type { UsedLimits } from './limits.ts';
import { CLOCK_IS_OFF, RECV_WINDOW_MS } from './private-rest.ts';
import type { OrderRequest } from './order-request.ts';
import { type Params, signedParams } from './signed-params.ts';
import { isObject, type Json, objectFrom, wordOf } from '../../toolkit/json.ts';
import { venueMs } from '../../toolkit/signed-calls.ts';

/** How a request ended. */
export type Answer =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly outcome: Outcome; readonly code: number; readonly error: string }
  | Silent;

export type PrivateSocketHandlers = {
  /** The user data stream is subscribed: every event from here on is heard. */
  onUp(): void;
  onDown(reason: string): void;
  /** One event of the user data stream. */
  onEvent(event: Json): void;
};

/** The user data stream where it is a connection of its own. */
export type OwnUserData = {
  readonly isUp: boolean;
  start(onUp: () => void, onDown: (reason: string) => void, onEvent: (event: Json) => void): void;
  stop(): Promise<void>;
};

export type PrivateSocketOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly url: string;
  readonly credentials: BinanceCredentials;
  readonly skew: ClockSkew;
  readonly limits: UsedLimits;
  /** What the venue asks of this address. */
  readonly pause: RequestPause;
  /** Undefined: the user data stream is subscribed on this connection. */
  readonly userData?: OwnUserData | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** From the opening of the connection until the stream is subscribed. */
const SESSION_MS = 20_000;
/** A pause lets them through. */
const CANCELS: ReadonlySet<string> = new Set(['order.cancel', 'openOrders.cancelAll']);
/** A quiet connection is asked half-way: the answer shows that it lives. Weight 1. */
const LIVENESS = { silenceMs: 5_000, ping: '{"id":"ping","method":"ping"}' } as const;

export class PrivateSocket {
  readonly #options: PrivateSocketOptions;
  readonly #handlers: PrivateSocketHandlers;
  readonly #socket: VenueSocket;
  readonly #pending: PendingRequests<Exclude<Answer, Silent>>;
  readonly #clockWatch: ClockWatch;
  #isUp = false;
  #isLoggedOn = false;
  /** The session waits for the user data stream of its own. */
  #awaitsUserData = false;
  #stopSessionTimer: () => void = () => undefined;

  constructor(options: PrivateSocketOptions, handlers: PrivateSocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#pending = new PendingRequests(options.clock);
    const { clock, network, random, url } = options;
    this.#clockWatch = new ClockWatch(clock, options.skew, () => this.#askTime());
    this.#socket = new VenueSocket(
      {
        ...LIVENESS,
        ...options.socket,
        url,
        clock,
        network,
        random,
        pausedUntilUs: () => options.pause.untilUs,
      },
      {
        onConnecting: () => undefined,
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes.toString('utf8'), receivedUs),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
  }

  start(): void {
    this.#options.userData?.start(
      () => {
        if (this.#awaitsUserData) this.#onSubscribed();
      },
      // What happened meanwhile was not heard: the account is read once both are up again.
      (reason) => {
        if (this.#isUp) this.reconnect(`the user data stream ended: ${reason}`);
      },
      (event) => this.#onEvent(event),
    );
    this.#socket.start();
  }

  /** Ends this connection and makes another: what it says can no longer be trusted. */
  reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  /**
   * Sends a signed request; `onAnswer` follows exactly once, never within the call.
   * @param recvWindowMs how long the venue may carry it out from now on.
   * @returns false when there is no session, or a pause was asked for: nothing was sent, and nothing follows.
   */
  send(
    method: string,
    params: Params,
    timing: { readonly timeoutMs: number; readonly recvWindowMs?: number },
    onAnswer: (answer: Answer) => void,
  ): boolean {
    if (!this.#isUp) return false;
    const { clock, skew, credentials } = this.#options;
    const { timeoutMs, recvWindowMs: recvWindow = RECV_WINDOW_MS } = timing;
    const timestamp = venueMs(clock.nowUs(), skew);
    const all = this.#isLoggedOn
      ? { ...params, timestamp, recvWindow }
      : signedParams(credentials, params, { timestamp, recvWindow });
    return this.#request(method, all, timeoutMs, onAnswer);
  }

  /** Sends an order, as `send` sends a request. */
  place(
    order: OrderRequest,
    { timeoutMs, recvWindowMs: recvWindow }: { readonly timeoutMs: number; readonly recvWindowMs: number },
    onAnswer: (answer: Answer) => void,
  ): boolean {
    if (!this.#isUp) return false;
    const { clock, skew, credentials } = this.#options;
    const timing = { timestamp: venueMs(clock.nowUs(), skew), recvWindow };
    const params = this.#isLoggedOn ? order.plain(timing) : order.signed(credentials, timing);
    return this.#requestText('order.place', params, timeoutMs, onAnswer);
  }

  async stop(): Promise<void> {
    this.#stopSessionTimer();
    this.#clockWatch.stop();
    await this.#options.userData?.stop();
    await this.#socket.stop();
    this.#isUp = false;
    this.#pending.endAll('the connection was closed');
  }

  #request(method: string, params: Params, timeoutMs: number, end: (answer: Answer) => void): boolean {
    const isEmpty = Object.keys(params).length === 0;
    return this.#requestText(method, isEmpty ? '' : JSON.stringify(params), timeoutMs, end);
  }

  /** @param params as JSON; empty: none. */
  #requestText(method: string, params: string, timeoutMs: number, end: (answer: Answer) => void): boolean {
    const { clock, pause } = this.#options;
    if (pause.waitUs(clock.nowUs(), CANCELS.has(method)) > 0) return false;
    const rest = params === '' ? '' : `,"params":${params}`;
    const send = (id: number): boolean => this.#socket.send(`{"id":${id},"method":"${method}"${rest}}`);
    return this.#pending.open(method, timeoutMs, send, end);
  }

  #onOpen(): void {
    const { clock } = this.#options;
    this.#isLoggedOn = false;
    this.#stopSessionTimer = clock.schedule(clock.nowUs() + SESSION_MS * US_PER_MS, () =>
      this.reconnect('no private session within the time allowed'),
    );
    // A timestamp of a clock that is off would be refused: the venue is asked for its own first.
    const sentUs = clock.nowUs();
    this.#step('time', {}, (result) => {
      this.#takeTime(sentUs, result);
      this.#logOn();
    });
  }

  #logOn(): void {
    const { clock, credentials, skew, userData } = this.#options;
    if (userData !== undefined) {
      this.#awaitsUserData = true;
      if (userData.isUp) this.#onSubscribed();
      return;
    }
    const timing = { timestamp: venueMs(clock.nowUs(), skew), recvWindow: RECV_WINDOW_MS };
    const signed = signedParams(credentials, {}, timing);
    if (credentials.kind === 'hmac') {
      this.#step('userDataStream.subscribe.signature', signed, () => this.#onSubscribed());
      return;
    }
    this.#step('session.logon', signed, () => {
      this.#isLoggedOn = true;
      this.#step('userDataStream.subscribe', {}, () => this.#onSubscribed());
    });
  }

  #takeTime(sentUs: TimeUs, result: unknown): void {
    const { clock, skew } = this.#options;
    const serverTime: unknown = isObject(result) ? result['serverTime'] : undefined;
    if (typeof serverTime !== 'number') return;
    skew.measure(sentUs, serverTime * US_PER_MS, serverTime * US_PER_MS, clock.nowUs());
  }

  #askTime(): void {
    const sentUs = this.#options.clock.nowUs();
    this.#request('time', {}, SESSION_MS, (answer) => {
      if (answer.kind === 'done') this.#takeTime(sentUs, answer.result);
    });
  }

  /** One step of the session; a venue that refuses it is asked again with another connection, later each time. */
  #step(method: string, params: Params, onDone: (result: unknown) => void): void {
    const sent = this.#request(method, params, SESSION_MS, (answer) => {
      if (answer.kind === 'done') onDone(answer.result);
      else if (answer.kind === 'refused') this.reconnect(`${method} was refused: ${answer.error}`);
    });
    if (!sent)
      this.reconnect(this.#options.pause.refusal(this.#options.clock.nowUs()) ?? 'nothing could be sent');
  }

  #onSubscribed(): void {
    this.#awaitsUserData = false;
    this.#stopSessionTimer();
    this.#isUp = true;
    this.#clockWatch.start();
    this.#handlers.onUp();
  }

  #onFrame(text: string, receivedUs: TimeUs): void {
    const json = objectFrom(text);
    if (json === undefined) this.reconnect(`a frame is not a JSON object: ${text.slice(0, 60)}`);
    else if (isObject(json['event'])) this.#onEvent(json['event']);
    else this.#onAnswer(json, receivedUs);
  }

  #onEvent(event: Json): void {
    switch (event['e']) {
      case 'serverShutdown':
        this.reconnect('the venue announced the end of this connection');
        break;
      case 'eventStreamTerminated':
      case 'listenKeyExpired':
        this.reconnect('the venue ended the user data stream');
        break;
      default:
        this.#handlers.onEvent(event);
    }
  }

  #onAnswer(json: Json, receivedUs: TimeUs): void {
    const { id, status, error, result, rateLimits } = json;
    const { limits, skew } = this.#options;
    limits.take(rateLimits, receivedUs + (skew.skewUs ?? 0));
    if (typeof status !== 'number') return;
    const { code, msg, data } = isObject(error) ? error : {};
    const text = typeof msg === 'string' ? msg : '';
    const pending = typeof id === 'number' ? this.#pending.take(id) : undefined;
    if (status === 429 || status === 418)
      this.#onThrottled(status, data, receivedUs, CANCELS.has(pending?.method ?? ''));
    // The key lost its rights: the session is over, whichever request noticed it.
    if (id === null && status >= 400) this.reconnect(`the session was revoked: ${wordOf(code)} ${text}`);
    if (pending === undefined) return;
    if (status >= 200 && status <= 299) {
      pending.end({ kind: 'done', result });
      return;
    }
    const number = typeof code === 'number' ? code : 0;
    const outcome = outcomeOf(status, number, text);
    pending.end({ kind: 'refused', outcome, code: number, error: `${number} ${text}`.trim() });
    if (number !== CLOCK_IS_OFF) return;
    // A placement has a shorter time than the venue's default: it may have been late.
    if (pending.method !== 'order.place') skew.doubt();
    this.#askTime();
  }

  /** `retryAfter` is a moment by the venue's clock, beside its time of now. */
  #onThrottled(status: number, data: unknown, receivedUs: TimeUs, wasUrgent: boolean): void {
    const { retryAfter, serverTime } = isObject(data) ? data : {};
    const isBan = status === 418;
    const named =
      typeof retryAfter === 'number' && typeof serverTime === 'number' ? retryAfter - serverTime : undefined;
    const waitMs = Math.min(Math.max(named ?? (isBan ? BAN_MS : PAUSE_MS), 0), MAX_PAUSE_MS);
    this.#options.pause.begin(receivedUs + waitMs * US_PER_MS, receivedUs, { isBan, wasUrgent });
  }

  #onClosed(reason: string): void {
    this.#stopSessionTimer();
    this.#clockWatch.stop();
    this.#isUp = false;
    this.#isLoggedOn = false;
    this.#awaitsUserData = false;
    this.#pending.endAll(reason);
    this.#handlers.onDown(reason);
  }
}
