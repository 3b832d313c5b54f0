/** The connection of an account: orders as they stand, and heartbeats (Advanced Trade, "WebSocket", channels `user` and `heartbeats`). */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { isObject, type Json, objectFrom } from '../../toolkit/json.ts';
import { type SocketTiming, VenueSocket } from '../../toolkit/venue-socket.ts';
import { ConnectionSequence, sequenceOf } from '../sequence.ts';
import type { PrivateRest } from './private-rest.ts';

export type UserSocketOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  readonly url: string;
  readonly rest: Pick<PrivateRest, 'measureSkew' | 'sessionToken'>;
  /** The venue did not take the token: the clock may be off. */
  readonly onRefused: () => void;
  readonly socket?: SocketTiming | undefined;
};

export type UserSocketHandlers = {
  /** The channel was taken. */
  onUp(): void;
  onDown(reason: string): void;
  /** @param isSnapshot the row is of a list of what was open when the channel was taken. */
  onOrder(row: Json, isSnapshot: boolean, atUs: TimeUs): void;
};

/** From the opening of the connection until the channel is taken. */
const SESSION_US = 20_000 * US_PER_MS;
/** Heartbeats come every second. */
const LIVENESS = { silenceMs: 5_000 } as const;
const HEARTBEATS = '{"type":"subscribe","channel":"heartbeats"}';

export class UserSocket {
  readonly #options: UserSocketOptions;
  readonly #handlers: UserSocketHandlers;
  readonly #socket: VenueSocket;
  readonly #sequence = new ConnectionSequence();
  /** Counts connections: a time that was asked for an earlier one is of no use. */
  #generation = 0;
  #isUp = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: UserSocketOptions, handlers: UserSocketHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    const { clock, network, random, url, socket } = options;
    this.#socket = new VenueSocket(
      { ...LIVENESS, ...socket, url, clock, network, random },
      {
        onConnecting: () => undefined,
        onOpen: () => void this.#begin(++this.#generation),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => {
          this.#generation++;
          this.#stopTimer();
          this.#isUp = false;
          handlers.onDown(reason);
        },
      },
    );
  }

  start(): void {
    this.#socket.start();
  }

  reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  async stop(): Promise<void> {
    this.#generation++;
    this.#stopTimer();
    await this.#socket.stop();
  }

  async #begin(generation: number): Promise<void> {
    const { clock, rest } = this.#options;
    this.#sequence.reset();
    this.#stopTimer = clock.schedule(clock.nowUs() + SESSION_US, () =>
      this.reconnect('the user channel was not taken within the time allowed'),
    );
    // A connection that asks for nothing within 5 s is closed.
    this.#socket.send(HEARTBEATS);
    try {
      // A token by a clock that is off would not be taken.
      await rest.measureSkew();
    } catch (error) {
      if (generation === this.#generation)
        this.reconnect(error instanceof Error ? error.message : String(error));
      return;
    }
    if (generation !== this.#generation) return;
    // Without products it is of all of them.
    this.#socket.send(JSON.stringify({ type: 'subscribe', channel: 'user', jwt: rest.sessionToken() }));
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    const json = objectFrom(bytes.toString('utf8'));
    if (json === undefined) return this.reconnect(`a frame is not a JSON object: ${textOf(bytes)}`);
    if (json['type'] === 'error') {
      // Its reason may be a time: the next connection begins with a measurement that counts.
      this.#options.onRefused();
      return this.reconnect(`a request was refused: ${JSON.stringify(json['message']) ?? ''}`.slice(0, 200));
    }
    const number = sequenceOf(bytes);
    const gap = number < 0 ? 'a message has no sequence_num' : this.#sequence.take(number);
    // What was in it is not known: an order of ours may have filled.
    if (gap !== '') return this.reconnect(gap);
    const { channel, events } = json;
    if (channel === 'heartbeats') return;
    const list = Array.isArray(events) ? (events as unknown[]) : undefined;
    if (typeof channel !== 'string' || list === undefined || !list.every(isObject))
      return this.reconnect(`a message cannot be read: ${textOf(bytes)}`);
    if (channel === 'subscriptions') this.#onSubscriptions(list);
    else if (channel === 'user') for (const event of list) this.#onEvent(event, receivedUs);
  }

  #onSubscriptions(events: readonly Json[]): void {
    const isTaken = events.some(({ subscriptions }) => isObject(subscriptions) && 'user' in subscriptions);
    if (!isTaken || this.#isUp) return;
    this.#isUp = true;
    this.#stopTimer();
    this.#handlers.onUp();
  }

  #onEvent(event: Json, receivedUs: TimeUs): void {
    const { type, orders } = event;
    // Events of futures have positions, and may have no orders.
    if (orders === undefined) return;
    if (!Array.isArray(orders) || !(orders as unknown[]).every(isObject))
      return this.reconnect('a message of the user channel has no list of orders');
    for (const row of orders as Json[]) this.#handlers.onOrder(row, type === 'snapshot', receivedUs);
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8', 0, 60);
