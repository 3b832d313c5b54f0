/**
 * The private connection of an account: login, then its orders and balances, and order entry on the same wire (OKX API v5,
 * "WebSocket"). A login that is refused is tried again, ever later. A request ends with the venue's answer, or with the doubt that there
 * is none.
 */
import { US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import type { ClockSkew } from '../../toolkit/clock-skew.ts';
import { isObject, type Json, objectFrom, wordOf } from '../../toolkit/json.ts';
import { PendingRequests, type Silent } from '../../toolkit/pending-requests.ts';
import type { RequestPause } from '../../toolkit/request-pause.ts';
import { venueMs } from '../../toolkit/signed-calls.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import type { OkxCredentials } from './credentials.ts';

export type PrivateSocketOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly url: string;
  readonly credentials: OkxCredentials;
  readonly skew: ClockSkew;
  /** Asks the venue for its time. */
  readonly measureSkew: () => Promise<unknown>;
  readonly pause: RequestPause;
  readonly socket?: SocketTiming | undefined;
};

export type PrivateSocketHandlers = {
  /** Orders and balances are subscribed. */
  onUp(): void;
  onDown(reason: string): void;
  /** A row of the channel `orders` or `account`. */
  onRow(channel: string, row: Json): void;
};

/** The rows of an answer, each with its `sCode`; `code` is that of the answer itself. */
export type Answer = {
  readonly kind: 'answer';
  readonly code: string;
  readonly error: string;
  readonly rows: readonly Json[];
};

/** From the opening of the connection until its channels are subscribed. */
const SESSION_US = 20_000 * US_PER_MS;
/** The venue closes a connection that is quiet for 30 s: a quiet one is asked, and the answer shows that it lives. */
const LIVENESS = { silenceMs: 5_000, ping: 'ping' } as const;
/** A channel brings nothing from now on: too many connections of the account have it, or it was unsubscribed. */
const ENDED: ReadonlySet<string> = new Set(['channel-conn-count-error', 'unsubscribe']);
const CHANNELS = [{ channel: 'orders', instType: 'SPOT' }, { channel: 'account' }] as const;

export class PrivateSocket {
  readonly #options: PrivateSocketOptions;
  readonly #handlers: PrivateSocketHandlers;
  readonly #socket: VenueSocket;
  readonly #pending: PendingRequests<Answer>;
  /** Before the number of each request: letters and digits alone, and none of an earlier run. */
  readonly #prefix: string;
  /** Channels whose acknowledgement is still to come. */
  readonly #awaited = new Set<string>();
  /** Counts connections: a time that was asked for an earlier one is of no use. */
  #generation = 0;
  #isUp = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: PrivateSocketOptions, handlers: PrivateSocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { clock, network, random, url, socket, pause } = options;
    this.#pending = new PendingRequests(clock);
    this.#prefix = `p${clock.nowUs().toString(36)}`;
    this.#socket = new VenueSocket(
      { ...LIVENESS, ...socket, url, clock, network, random, pausedUntilUs: () => pause.untilUs },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#begin(++this.#generation),
        onFrame: (bytes) => this.#onFrame(bytes.toString('utf8')),
        onClosed: (reason) => {
          this.#generation++;
          this.#isUp = false;
          this.#stopTimer();
          this.#pending.endAll(reason);
          handlers.onDown(reason);
        },
      },
    );
  }

  start(): void {
    this.#socket.start();
  }

  /** Ends this connection and makes another. */
  reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  /**
   * Sends a request; `onAnswer` follows exactly once, never within the call. @param expiresMs by the venue's clock: later it is not
   * carried out. @returns false when there is no session: nothing was sent, and nothing follows.
   */
  request(
    op: string,
    args: readonly object[],
    timeoutMs: number,
    onAnswer: (answer: Answer | Silent) => void,
    expiresMs?: number,
  ): boolean {
    if (!this.#isUp) return false;
    const expiry = expiresMs === undefined ? {} : { expTime: String(expiresMs) };
    const send = (id: number): boolean =>
      this.#socket.send(JSON.stringify({ id: `${this.#prefix}${id}`, op, ...expiry, args }));
    return this.#pending.open(op, timeoutMs, send, onAnswer);
  }

  async stop(): Promise<void> {
    this.#generation++;
    this.#isUp = false;
    this.#stopTimer();
    await this.#socket.stop();
    this.#pending.endAll('the connection was closed');
  }

  async #begin(generation: number): Promise<void> {
    const { clock, credentials, skew, measureSkew } = this.#options;
    this.#stopTimer = clock.schedule(clock.nowUs() + SESSION_US, () =>
      this.reconnect('no session within the time allowed'),
    );
    try {
      // A signature by a clock that is off would be refused.
      await measureSkew();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.reconnect(error instanceof Error ? error.message : String(error));
      return;
    }
    if (generation !== this.#generation) return;
    const timestamp = String(Math.floor(venueMs(clock.nowUs(), skew) / 1_000));
    const { apiKey, passphrase } = credentials;
    const args = [{ apiKey, passphrase, timestamp, sign: credentials.signSession(timestamp) }];
    this.#socket.send(JSON.stringify({ op: 'login', args }));
  }

  #onFrame(text: string): void {
    if (text === 'pong') return;
    const json = objectFrom(text);
    if (json === undefined) return this.reconnect(`a frame is not a JSON object: ${text.slice(0, 60)}`);
    if (typeof json['event'] === 'string') this.#onEvent(json['event'], json);
    else if (typeof json['op'] === 'string') this.#onAnswer(json);
    else this.#onRows(json);
  }

  /** An acknowledgement names its channel, and may lack an id. */
  #onEvent(event: string, json: Json): void {
    const { code, msg, arg } = json;
    const words = [code, msg].filter((word) => typeof word === 'string' && word !== '').join(' ');
    if (event === 'login') {
      for (const { channel } of CHANNELS) this.#awaited.add(channel);
      this.#socket.send(JSON.stringify({ op: 'subscribe', args: CHANNELS }));
    } else if (event === 'subscribe') {
      this.#awaited.delete(isObject(arg) ? wordOf(arg['channel']) : '');
      if (this.#awaited.size > 0 || this.#isUp) return;
      this.#isUp = true;
      this.#stopTimer();
      this.#handlers.onUp();
    } else if (event === 'error') {
      // A request that was not understood is answered so.
      if (this.#onAnswer(json)) return;
      // Its reason may be a time: the next connection begins with a measurement that counts.
      if (!this.#isUp) this.#options.skew.doubt();
      const what = this.#isUp ? 'the venue named an error' : 'the key or a channel was refused';
      this.reconnect(`${what}: ${words}`);
    } else if (event === 'notice') this.reconnect('the venue announced the end of this connection');
    else if (ENDED.has(event)) this.reconnect(`a channel ended: ${event} ${words}`.trim());
  }

  /** @returns true when it answers a request that waited. */
  #onAnswer({ id, code, msg, data }: Json): boolean {
    if (typeof id !== 'string' || !id.startsWith(this.#prefix)) return false;
    const pending = this.#pending.take(Number(id.slice(this.#prefix.length)));
    const rows = Array.isArray(data) ? (data as unknown[]).filter(isObject) : [];
    const text = typeof msg === 'string' ? msg : '';
    pending?.end({ kind: 'answer', code: typeof code === 'string' ? code : '', error: text, rows });
    return pending !== undefined;
  }

  #onRows({ arg, data }: Json): void {
    if (!isObject(arg) || !Array.isArray(data)) return;
    const channel = wordOf(arg['channel']);
    for (const row of data as unknown[]) if (isObject(row)) this.#handlers.onRow(channel, row);
  }
}

/** What of it failed, by its code; undefined: it was carried out. */
export function failureOf({
  code,
  error,
  rows,
}: Answer): { readonly code: string; readonly reason: string } | undefined {
  const failed = rows.find(({ sCode }) => typeof sCode === 'string' && sCode !== '0');
  if (failed !== undefined) {
    const [sCode, sMsg] = [wordOf(failed['sCode']), failed['sMsg']];
    return { code: sCode, reason: `${sCode} ${typeof sMsg === 'string' ? sMsg : ''}`.trim() };
  }
  return code === '0' ? undefined : { code, reason: `${code} ${error}`.trim() };
}
