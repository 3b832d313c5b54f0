/**
 * A connection of an account: the venue's time is measured, then the key is shown with a signature (Bybit v5, "Connect"); what follows is
 * its owner's. One that is refused is tried again, ever later.
 */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import type { ClockSkew } from '../../toolkit/clock-skew.ts';
import { type Json, objectFrom } from '../../toolkit/json.ts';
import type { RequestPause } from '../../toolkit/request-pause.ts';
import { venueMs } from '../../toolkit/signed-calls.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import type { BybitCredentials } from './credentials.ts';

export type SignedConnectionOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly url: string;
  readonly credentials: BybitCredentials;
  readonly skew: ClockSkew;
  /** Asks the venue for its time. */
  readonly measureSkew: () => Promise<unknown>;
  readonly pause: RequestPause;
  readonly socket?: SocketTiming | undefined;
};

export type ConnectionHandlers = {
  /** The key was taken. */
  onReady(): void;
  onDown(reason: string): void;
  onFrame(json: Json, receivedUs: TimeUs): void;
};

/** From the opening of the connection until its owner is done with its first requests. */
const READY_US = 20_000 * US_PER_MS;
/** The signature holds so long: a message on its way takes less. */
const AUTH_MS = 10_000;
/** A quiet connection is asked half-way: the answer shows that it lives. */
const LIVENESS = { silenceMs: 5_000, ping: '{"op":"ping"}' } as const;

export class SignedConnection {
  readonly #options: SignedConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #socket: VenueSocket;
  /** Counts connections: a time that was asked for an earlier one is of no use. */
  #generation = 0;
  #stopTimer: () => void = () => undefined;

  constructor(options: SignedConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { clock, network, random, url, socket, pause } = options;
    this.#socket = new VenueSocket(
      { ...LIVENESS, ...socket, url, clock, network, random, pausedUntilUs: () => pause.untilUs },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#begin(++this.#generation),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes.toString('utf8'), receivedUs),
        onClosed: (reason) => {
          this.#generation++;
          this.#stopTimer();
          handlers.onDown(reason);
        },
      },
    );
  }

  start(): void {
    this.#socket.start();
  }

  send(text: string): boolean {
    return this.#socket.send(text);
  }

  /** Ends this connection and makes another. */
  reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  /** Its owner has what it needs: the time within which that must be so ends. */
  done(): void {
    this.#stopTimer();
  }

  async stop(): Promise<void> {
    this.#generation++;
    this.#stopTimer();
    await this.#socket.stop();
  }

  async #begin(generation: number): Promise<void> {
    const { clock, credentials, skew, measureSkew } = this.#options;
    this.#stopTimer = clock.schedule(clock.nowUs() + READY_US, () =>
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
    const expires = venueMs(clock.nowUs(), skew) + AUTH_MS;
    const args = [credentials.apiKey, expires, credentials.signSession(expires)];
    this.send(JSON.stringify({ req_id: 'auth', op: 'auth', args }));
  }

  #onFrame(text: string, receivedUs: TimeUs): void {
    const json = objectFrom(text);
    if (json === undefined) {
      this.reconnect(`a frame is not a JSON object: ${text.slice(0, 60)}`);
    } else if (json['op'] === 'auth') {
      // The stream answers with `success`, order entry with a `retCode`.
      if (json['success'] === true || json['retCode'] === 0) this.#handlers.onReady();
      else {
        // Its reason may be a time: the next connection begins with a measurement that counts.
        this.#options.skew.doubt();
        this.reconnect(
          `the key was refused: ${JSON.stringify(json['ret_msg'] ?? json['retMsg']) ?? 'without a reason'}`,
        );
      }
    } else if (json['op'] !== 'ping' && json['op'] !== 'pong') this.#handlers.onFrame(json, receivedUs);
  }
}
