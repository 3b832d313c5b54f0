/**
 * The private WebSocket: a session with a fresh token on every connection, reports of our orders in order and
 * without gaps, and requests that end with the venue's answer or as unknown.
 */
import type { UnreadRow } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import type { ExecutionReport } from '../../toolkit/execution-report.ts';
import { FrameError } from '../../toolkit/frame-error.ts';
import type { Json } from '../../toolkit/json.ts';
import { isDefiniteRefusal } from '../rest-errors.ts';
import type { ClockSkew } from '../../toolkit/clock-skew.ts';
import { ClockWatch } from '../../toolkit/clock-watch.ts';
import { PendingRequests, type Silent } from '../../toolkit/pending-requests.ts';
import { VenueSocket, type SocketTiming } from '../../toolkit/venue-socket.ts';
import { type HeldBalance, type PrivateFrame, parsePrivateFrame } from './private-frames.ts';
import type { TradingRequest } from './trading-requests.ts';
import { KRAKEN_LIVENESS } from '../liveness.ts';

/** Kraken's private WebSocket v2 endpoint. */
export const KRAKEN_PRIVATE_WEBSOCKET_URL = 'wss://ws-auth.kraken.com/v2';

/** How a request ended. */
export type Answer =
  | { readonly kind: 'done'; readonly result: Json }
  /** @see isDefiniteRefusal for what is no definite no. */
  | { readonly kind: 'refused'; readonly error: string; readonly isDefinite: boolean }
  | Silent;

export type PrivateFeedHandlers = {
  /** Subscribed, and the snapshots have been reported: nothing is missed from here on. */
  onUp(): void;
  onDown(reason: string): void;
  onReports(reports: readonly ExecutionReport[], isSnapshot: boolean): void;
  onBalances(balances: readonly HeldBalance[], isSnapshot: boolean): void;
  /** Rows of the balances channel that could not be read. */
  onUnread(rows: readonly UnreadRow[]): void;
  /** `online`, `maintenance`, `cancel_only`, `post_only`, `limit_only`. */
  onStatus(system: string): void;
};

export type PrivateFeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly url?: string | undefined;
  readonly token: () => Promise<string>;
  readonly skew: ClockSkew;
  readonly socket?: SocketTiming | undefined;
};

type Channel = 'executions' | 'balances';

/** From the opening of the connection until the snapshots are here. */
const SESSION_US = 20_000_000;
const US_PER_MS = 1_000;
const CHANNELS: readonly Channel[] = ['executions', 'balances'];

export class PrivateFeed {
  readonly #options: PrivateFeedOptions;
  readonly #handlers: PrivateFeedHandlers;
  readonly #socket: VenueSocket;
  readonly #pending: PendingRequests<Exclude<Answer, Silent>>;
  readonly #clockWatch: ClockWatch;
  #token = '';
  #isUp = false;
  /** Counts connections: a token that comes after its connection ended is not used. */
  #session = 0;
  #stopSessionTimer: () => void = () => undefined;
  /** Channels whose snapshot is still to come. */
  readonly #awaited = new Set<Channel>();
  /** Number of the last frame, by channel; 0 before the first. */
  readonly #sequences: Record<Channel, number> = { executions: 0, balances: 0 };

  constructor(options: PrivateFeedOptions, handlers: PrivateFeedHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#pending = new PendingRequests(options.clock);
    const { clock, network, random, url = KRAKEN_PRIVATE_WEBSOCKET_URL } = options;
    this.#clockWatch = new ClockWatch(clock, options.skew, () => this.#askTime());
    this.#socket = new VenueSocket(
      { ...KRAKEN_LIVENESS, ...options.socket, url, clock, network, random },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes.toString('utf8'), receivedUs),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  start(): void {
    this.#socket.start();
  }

  /** Ends this connection and makes another: its reports can no longer be trusted. */
  reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  /**
   * Sends a request; `onAnswer` follows exactly once, never within the call.
   * @returns false when there is no session: nothing was sent, and nothing follows.
   */
  send(request: TradingRequest, timeoutMs: number, onAnswer: (answer: Answer) => void): boolean {
    return this.#isUp && this.#request(request, timeoutMs, onAnswer);
  }

  async stop(): Promise<void> {
    this.#session++;
    this.#stopSessionTimer();
    this.#clockWatch.stop();
    await this.#socket.stop();
    this.#isUp = false;
    this.#pending.endAll('the connection was closed');
  }

  #request({ method, members }: TradingRequest, timeoutMs: number, end: (answer: Answer) => void): boolean {
    const params = `${members}${members === '' ? '' : ','}"token":${JSON.stringify(this.#token)}`;
    const send = (id: number): boolean =>
      this.#socket.send(`{"method":"${method}","params":{${params}},"req_id":${id}}`);
    return this.#pending.open(method, timeoutMs, send, end);
  }

  /** The answer to a ping carries the venue's times, as every answer does. */
  #askTime(): void {
    const send = (id: number): boolean => this.#socket.send(`{"method":"ping","req_id":${id}}`);
    this.#pending.open('ping', SESSION_US / US_PER_MS, send, () => undefined);
  }

  async #onOpen(): Promise<void> {
    const session = ++this.#session;
    const { clock, token } = this.#options;
    this.#awaited.clear();
    for (const channel of CHANNELS) {
      this.#awaited.add(channel);
      this.#sequences[channel] = 0;
    }
    this.#stopSessionTimer = clock.schedule(clock.nowUs() + SESSION_US, () =>
      this.reconnect('no private session within the time allowed'),
    );
    try {
      const fresh = await token();
      if (session !== this.#session) return;
      this.#token = fresh;
    } catch (error) {
      if (session !== this.#session) return;
      this.reconnect(`no token: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.#subscribe('"channel":"executions","snap_orders":true,"snap_trades":true,"order_status":true');
    this.#subscribe('"channel":"balances","snapshot":true');
  }

  #subscribe(members: string): void {
    this.#request({ method: 'subscribe', members }, SESSION_US / US_PER_MS, (answer) => {
      if (answer.kind === 'refused') this.reconnect(`a subscription was refused: ${answer.error}`);
    });
  }

  #onFrame(text: string, receivedUs: TimeUs): void {
    let frame: PrivateFrame;
    try {
      frame = parsePrivateFrame(text);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.reconnect(error.message);
      return;
    }
    switch (frame.kind) {
      case 'answer':
        this.#onAnswer(frame, receivedUs);
        break;
      case 'executions':
        if (!this.#isNext('executions', frame.sequence)) return;
        this.#handlers.onReports(frame.reports, frame.isSnapshot);
        if (frame.isSnapshot) this.#onSnapshot('executions');
        break;
      case 'balances':
        if (!this.#isNext('balances', frame.sequence)) return;
        this.#handlers.onBalances(frame.balances, frame.isSnapshot);
        this.#handlers.onUnread(frame.unread);
        if (frame.isSnapshot) this.#onSnapshot('balances');
        break;
      case 'status':
        this.#handlers.onStatus(frame.system);
        break;
      case 'other':
        break;
    }
  }

  /** Frames of a channel are numbered from 1. A repeated frame is ignored; a gap loses what it held. */
  #isNext(channel: Channel, sequence: number): boolean {
    const last = this.#sequences[channel];
    if (sequence <= last) return false;
    if (last > 0 && sequence !== last + 1) {
      this.reconnect(`frames of ${channel} between ${last} and ${sequence} are missing`);
      return false;
    }
    this.#sequences[channel] = sequence;
    return true;
  }

  #onSnapshot(channel: Channel): void {
    this.#awaited.delete(channel);
    if (this.#isUp || this.#awaited.size > 0) return;
    this.#stopSessionTimer();
    this.#isUp = true;
    this.#clockWatch.start();
    this.#handlers.onUp();
  }

  #onAnswer(frame: Extract<PrivateFrame, { kind: 'answer' }>, receivedUs: TimeUs): void {
    const pending = this.#pending.take(frame.requestId);
    if (pending === undefined) return;
    this.#options.skew.measure(pending.sentUs, frame.timeInUs, frame.timeOutUs, receivedUs);
    const { error } = frame;
    if (frame.isSuccess) pending.end({ kind: 'done', result: frame.result });
    else pending.end({ kind: 'refused', error, isDefinite: isDefiniteRefusal(error) });
  }

  #onClosed(reason: string): void {
    this.#session++;
    this.#stopSessionTimer();
    this.#clockWatch.stop();
    this.#isUp = false;
    this.#pending.endAll(reason);
    this.#handlers.onDown(reason);
  }
}
