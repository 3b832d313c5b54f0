/**
 * One WebSocket connection to a venue, kept up until stopped: connect timeout, detection of dead sockets,
 * reconnects with exponential backoff and full jitter within the venue's limit on connection attempts.
 */
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Connection, Network } from '../network.ts';
import { AttemptBudget, backoffUs } from './backoff.ts';

export type SocketHandlers = {
  onConnecting(): void;
  onOpen(): void;
  /** One text frame, in bytes that are valid during the call only, and when it arrived. */
  onFrame(bytes: Buffer, receivedUs: TimeUs): void;
  /** The connection ended, or did not come about; another attempt follows by itself. */
  onClosed(reason: string): void;
};

export type SocketOptions = {
  readonly url: string;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  /** Of all connections from this address to the venue; one of its own when left out. */
  readonly attempts?: AttemptBudget | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** Without any frame, or a ping of the venue, for this long the connection is dead. */
  readonly silenceMs: number;
  /** Its messages are bytes, or some of them. */
  readonly takesBinary?: boolean | undefined;
  /** Asks the venue for an answer half-way to that limit; undefined where its protocol has no such message. */
  readonly ping?: string | undefined;
  /**
   * Until when the venue wants nothing sent, or wanted it; 0: it never did. Until then there is no ping, no new connection, and a
   * longer silence is no sign of a dead connection.
   */
  readonly pausedUntilUs?: (() => TimeUs) | undefined;
  /** First and longest wait of the backoff; each is the upper end of the jitter. */
  readonly backoffBaseMs?: number | undefined;
  readonly backoffCapMs?: number | undefined;
};

/** What a connection may take and do, apart from where it goes. */
export type SocketTiming = Partial<Omit<SocketOptions, 'url' | 'clock' | 'network' | 'random'>>;

const US_PER_MS = 1_000;
/** A connection that lasted this long starts the backoff from its beginning when it ends. */
const SETTLED_US = 30_000_000;
const STOP_TIMEOUT_US = 1_000_000;
/** In a pause nothing is asked: venues ping every 20 to 30 s, and close what does not answer within a minute. */
const PAUSED_SILENCE_US = 60_000_000;
/** A snapshot of all instruments has about 1 MB, the whole book of a large venue's largest pair 5. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** A connection that ended without a closing handshake. */
const ABNORMAL = 1006;

export class VenueSocket {
  readonly #options: SocketOptions;
  readonly #handlers: SocketHandlers;
  readonly #silenceUs: number;
  readonly #budget: AttemptBudget;
  #connection: Connection | undefined;
  /** Counts connections: what one that was left behind still says is of no concern. */
  #generation = 0;
  #isOpen = false;
  #onGone: () => void = () => undefined;
  #cancelTimer: () => void = () => undefined;
  #failures = 0;
  /** When the connection under way opened; 0 while it has not. */
  #openedUs = 0;
  #lastFrameUs = 0;
  #pinged = false;
  #reason = '';
  #isStopped = true;

  constructor(options: SocketOptions, handlers: SocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#budget = options.attempts ?? new AttemptBudget();
    this.#silenceUs = options.silenceMs * US_PER_MS;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#connect();
  }

  /** False when there is no open connection: nothing was sent. */
  send(text: string): boolean {
    return this.#isOpen && this.#connection !== undefined && this.#connection.send(text);
  }

  /** Ends the connection and makes another one by itself: its frames cannot be trusted. */
  reconnect(reason: string): void {
    if (!this.#isStopped) this.#drop(reason);
  }

  /** Ends the connection and all attempts at another; resolves when the socket is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    const connection = this.#connection;
    if (connection === undefined) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(clock.nowUs() + STOP_TIMEOUT_US, () => connection.terminate());
      this.#onGone = () => {
        cancel();
        resolve();
      };
      connection.close();
    });
  }

  #connect(): void {
    const { clock, network, url } = this.#options;
    const nowUs = clock.nowUs();
    const allowedUs = Math.max(this.#budget.nextAllowedUs(nowUs), this.#pausedUntilUs);
    if (allowedUs > nowUs) {
      this.#cancelTimer = clock.schedule(allowedUs, () => this.#connect());
      return;
    }
    this.#budget.record(nowUs);
    this.#reason = '';
    this.#handlers.onConnecting();
    const generation = ++this.#generation;
    this.#cancelTimer = clock.schedule(nowUs + (this.#options.connectTimeoutMs ?? 10_000) * US_PER_MS, () =>
      this.#drop('no connection within the time allowed'),
    );
    this.#connection = network.connect(
      url,
      { maxFrameBytes: MAX_FRAME_BYTES, takesBinary: this.#options.takesBinary },
      {
        onOpen: () => {
          if (generation === this.#generation) this.#onOpen();
        },
        onMessage: (bytes) => {
          if (generation === this.#generation && !this.#isStopped) this.#onMessage(bytes);
        },
        onPing: () => {
          if (generation === this.#generation) this.#onSign();
        },
        onClose: (code, detail) => {
          if (generation === this.#generation) this.#onClose(code, detail);
        },
      },
    );
  }

  #onOpen(): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#isOpen = true;
    this.#openedUs = this.#options.clock.nowUs();
    this.#lastFrameUs = this.#openedUs;
    this.#watch();
    this.#handlers.onOpen();
  }

  #onMessage(bytes: Buffer): void {
    this.#handlers.onFrame(bytes, this.#onSign());
  }

  /** The other side lives. Answers the time. */
  #onSign(): TimeUs {
    this.#lastFrameUs = this.#options.clock.nowUs();
    this.#pinged = false;
    return this.#lastFrameUs;
  }

  get #pausedUntilUs(): TimeUs {
    return this.#options.pausedUntilUs?.() ?? 0;
  }

  /** Looks again when something may be due: the end of a pause, the question, or the end of the connection. */
  #watch(): void {
    const { clock } = this.#options;
    const { askUs, deadUs } = this.#dueAt();
    const isAsked = this.#pinged && clock.nowUs() >= this.#pausedUntilUs;
    this.#cancelTimer = clock.schedule(isAsked ? deadUs : Math.min(askUs, deadUs), () => {
      const due = this.#dueAt();
      const nowUs = clock.nowUs();
      if (nowUs >= due.deadUs) {
        this.#drop(`no frame for ${Math.floor((nowUs - this.#lastFrameUs) / US_PER_MS)} ms`);
        return;
      }
      if (nowUs >= due.askUs && !this.#pinged) {
        this.#pinged = true;
        const { ping } = this.#options;
        if (ping !== undefined) this.send(ping);
      }
      this.#watch();
    });
  }

  /**
   * Half-way to the limit of silence the venue is asked for a sign of life; at the limit the socket is dead. In a pause nothing is
   * asked; the silence that is left after it is judged once the venue has been asked.
   */
  #dueAt(): { readonly askUs: TimeUs; readonly deadUs: TimeUs } {
    const [pausedUntilUs, silenceUs, lastUs] = [this.#pausedUntilUs, this.#silenceUs, this.#lastFrameUs];
    if (this.#options.clock.nowUs() < pausedUntilUs)
      return { askUs: pausedUntilUs, deadUs: lastUs + Math.max(silenceUs, PAUSED_SILENCE_US) };
    const sinceUs = Math.max(lastUs, pausedUntilUs - silenceUs / 2);
    return { askUs: sinceUs + silenceUs / 2, deadUs: sinceUs + silenceUs };
  }

  /**
   * Gives the socket up without waiting for the other side, which may be gone, or for the system: frames that came in one read with the
   * one that cannot be trusted are still handed over before the socket is closed, and none of them is read.
   */
  #drop(reason: string): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#reason = reason;
    this.#generation++;
    connection.terminate();
    this.#onClose(ABNORMAL, '');
  }

  #onClose(code: number, detail: string): void {
    this.#cancelTimer();
    this.#pinged = false;
    this.#isOpen = false;
    this.#connection = undefined;
    this.#onGone();
    if (this.#isStopped) return;
    const { clock, random, backoffBaseMs = 500, backoffCapMs = 30_000 } = this.#options;
    const nowUs = clock.nowUs();
    const wasOpen = this.#openedUs > 0;
    if (wasOpen && nowUs - this.#openedUs >= SETTLED_US) this.#failures = 0;
    this.#openedUs = 0;
    const waitUs = backoffUs(this.#failures++, backoffBaseMs * US_PER_MS, backoffCapMs * US_PER_MS, random);
    this.#cancelTimer = clock.schedule(nowUs + waitUs, () => this.#connect());
    const cause = detail === '' ? `closed by the venue (code ${code})` : detail;
    this.#handlers.onClosed(this.#reason === '' ? cause : this.#reason);
  }
}
