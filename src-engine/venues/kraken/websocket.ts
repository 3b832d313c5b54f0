/**
 * One WebSocket connection to Kraken, kept up until stopped: connect timeout, detection of dead sockets,
 * reconnects with exponential backoff and full jitter within the venue's limit on connection attempts.
 */
import { type RawData, WebSocket } from 'ws';
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { AttemptBudget, backoffUs } from './backoff.ts';

export type SocketHandlers = {
  onConnecting(): void;
  onOpen(): void;
  /** One text frame and when it arrived. */
  onText(text: string, receivedUs: TimeUs): void;
  /** The connection ended, or did not come about; another attempt follows by itself. */
  onClosed(reason: string): void;
};

export type SocketOptions = {
  readonly url: string;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Without any frame for this long the connection is dead. Kraken sends a heartbeat every second in the
   * absence of other messages, and recommends 5 s (docs.kraken.com, "Reconnection").
   */
  readonly silenceMs?: number | undefined;
  /** First and longest wait of the backoff; each is the upper end of the jitter. */
  readonly backoffBaseMs?: number | undefined;
  readonly backoffCapMs?: number | undefined;
};

const US_PER_MS = 1_000;
/** A connection that lasted this long starts the backoff from its beginning when it ends. */
const SETTLED_US = 30_000_000;
const STOP_TIMEOUT_US = 1_000_000;
/** The snapshot of all instruments has about 1 MB. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

export class KrakenSocket {
  readonly #options: SocketOptions;
  readonly #handlers: SocketHandlers;
  readonly #silenceUs: number;
  readonly #budget = new AttemptBudget();
  #socket: WebSocket | undefined;
  #cancelTimer: () => void = () => undefined;
  #failures = 0;
  #openedUs = 0;
  #lastFrameUs = 0;
  #pinged = false;
  #reason = '';
  #isStopped = true;

  constructor(options: SocketOptions, handlers: SocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#silenceUs = (options.silenceMs ?? 5_000) * US_PER_MS;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#connect();
  }

  /** False when there is no open connection: nothing was sent. */
  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Ends the connection and all attempts at another; resolves when the socket is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.schedule(this.#options.clock.nowUs() + STOP_TIMEOUT_US, () =>
        socket.terminate(),
      );
      socket.once('close', () => {
        cancel();
        resolve();
      });
      socket.close(1000);
    });
  }

  #connect(): void {
    const { clock, url } = this.#options;
    const nowUs = clock.nowUs();
    const allowedUs = this.#budget.nextAllowedUs(nowUs);
    if (allowedUs > nowUs) {
      this.#cancelTimer = clock.schedule(allowedUs, () => this.#connect());
      return;
    }
    this.#budget.record(nowUs);
    this.#reason = '';
    this.#handlers.onConnecting();
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
    this.#socket = socket;
    this.#cancelTimer = clock.schedule(nowUs + (this.#options.connectTimeoutMs ?? 10_000) * US_PER_MS, () =>
      this.#drop('no connection within the time allowed'),
    );
    socket.on('open', () => this.#onOpen());
    socket.on('message', (data, isBinary) => {
      if (!isBinary && !this.#isStopped) this.#onMessage(data);
    });
    // An error is always followed by `close`, which acts on it.
    socket.on('error', (error) => {
      if (this.#reason === '') this.#reason = error.message;
    });
    socket.on('close', (code) => this.#onClose(socket, code));
  }

  #onOpen(): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#openedUs = this.#options.clock.nowUs();
    this.#lastFrameUs = this.#openedUs;
    this.#watch();
    this.#handlers.onOpen();
  }

  #onMessage(data: RawData): void {
    const receivedUs = this.#options.clock.nowUs();
    this.#lastFrameUs = receivedUs;
    this.#pinged = false;
    // With the default binaryType text frames come as one Buffer.
    if (Buffer.isBuffer(data)) this.#handlers.onText(data.toString('utf8'), receivedUs);
  }

  /** Half-way to the limit of silence the venue is asked for a sign of life; at the limit the socket is dead. */
  #watch(): void {
    const { clock } = this.#options;
    const halfUs = this.#lastFrameUs + this.#silenceUs / 2;
    const atUs = this.#pinged ? this.#lastFrameUs + this.#silenceUs : halfUs;
    this.#cancelTimer = clock.schedule(atUs, () => {
      const silentUs = clock.nowUs() - this.#lastFrameUs;
      if (silentUs >= this.#silenceUs) {
        this.#drop(`no frame for ${Math.floor(silentUs / US_PER_MS)} ms`);
        return;
      }
      if (silentUs >= this.#silenceUs / 2 && !this.#pinged) {
        this.#pinged = true;
        this.send('{"method":"ping"}');
      }
      this.#watch();
    });
  }

  /** Gives the socket up without waiting for the other side, which may be gone. */
  #drop(reason: string): void {
    this.#reason = reason;
    this.#socket?.terminate();
  }

  #onClose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#cancelTimer();
    this.#pinged = false;
    this.#socket = undefined;
    if (this.#isStopped) return;
    const { clock, random, backoffBaseMs = 500, backoffCapMs = 30_000 } = this.#options;
    const nowUs = clock.nowUs();
    const wasOpen = this.#openedUs > 0;
    if (wasOpen && nowUs - this.#openedUs >= SETTLED_US) this.#failures = 0;
    this.#openedUs = 0;
    const waitUs = backoffUs(this.#failures++, backoffBaseMs * US_PER_MS, backoffCapMs * US_PER_MS, random);
    this.#cancelTimer = clock.schedule(nowUs + waitUs, () => this.#connect());
    this.#handlers.onClosed(this.#reason === '' ? `closed by the venue (code ${code})` : this.#reason);
  }
}
