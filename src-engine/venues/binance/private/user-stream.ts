/**
 * The user data stream on a connection of its own: a key from REST stands in its address, is good for an hour, and is kept every half
 * (Binance.US, "User Data Streams"). The connection is up once it is open: every event from there on is heard.
 */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { ConnectionEvents, Network } from '../../network.ts';
import { DeferredConnection } from '../../toolkit/deferred-connection.ts';
import { type Json, objectFrom } from '../../toolkit/json.ts';
import { VenueSocket } from '../../toolkit/venue-socket.ts';
import { BinanceRefused, BinanceUnreachable } from '../rest-errors.ts';
import type { PrivateRest } from './private-rest.ts';
import type { OwnUserData } from './private-socket.ts';

export type UserStreamOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly rest: Pick<PrivateRest, 'keyed'>;
  /** Of the streams, without a path. */
  readonly url: string;
};

const PATH = '/api/v3/userDataStream';
/** Letters and digits; it becomes part of an address. */
const KEY = /^[\w-]{8,256}$/;
const KEEP_MS = 30 * 60_000;
/** Sooner where the venue could not be asked: the key ends an hour after it was last kept. */
const RETRY_MS = 2 * 60_000;
/** Fills are heard here alone: a dead connection shows within seconds, as a quiet one is asked half-way; the server pings only every 3 minutes. */
const LIVENESS = { silenceMs: 15_000, ping: '{"method":"LIST_SUBSCRIPTIONS","id":1}' } as const;

export class UserStream implements OwnUserData {
  readonly #options: UserStreamOptions;
  readonly #socket: VenueSocket;
  #isUp = false;
  #listenKey = '';
  #onUp: () => void = () => undefined;
  #onDown: (reason: string) => void = () => undefined;
  #onEvent: (event: Json) => void = () => undefined;
  #cancelKeep: () => void = () => undefined;

  constructor(options: UserStreamOptions) {
    const { clock, network, random, url } = options;
    this.#options = options;
    const keyed: Network = {
      request: (request) => network.request(request),
      connect: (_url, settings, events) => this.#connect(settings, events),
    };
    this.#socket = new VenueSocket(
      { ...LIVENESS, url, clock, random, network: keyed },
      {
        onConnecting: () => undefined,
        onOpen: () => {
          this.#isUp = true;
          this.#keepIn(KEEP_MS);
          this.#onUp();
        },
        onFrame: (bytes) => this.#onFrame(bytes.toString('utf8')),
        onClosed: (reason) => {
          this.#cancelKeep();
          this.#isUp = false;
          this.#onDown(reason);
        },
      },
    );
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  start(onUp: () => void, onDown: (reason: string) => void, onEvent: (event: Json) => void): void {
    this.#onUp = onUp;
    this.#onDown = onDown;
    this.#onEvent = onEvent;
    this.#socket.start();
  }

  async stop(): Promise<void> {
    this.#cancelKeep();
    await this.#socket.stop();
  }

  #connect(settings: Parameters<Network['connect']>[1], events: ConnectionEvents): DeferredConnection {
    const connection = new DeferredConnection(events);
    void this.#open(connection, settings);
    return connection;
  }

  /** Each connection has a new key: an old one may be about to end. */
  async #open(connection: DeferredConnection, settings: Parameters<Network['connect']>[1]): Promise<void> {
    const { rest, network, url } = this.#options;
    try {
      const { listenKey } = await rest.keyed('POST', PATH);
      if (typeof listenKey !== 'string' || !KEY.test(listenKey))
        throw new BinanceUnreachable(`POST ${PATH}`, 'the answer has no listenKey');
      if (connection.isOver) return;
      this.#listenKey = listenKey;
      connection.attach((events) => network.connect(`${url}/ws/${listenKey}`, settings, events));
    } catch (error) {
      connection.fail(error instanceof Error ? error.message : String(error));
    }
  }

  #keepIn(ms: number): void {
    const { clock } = this.#options;
    this.#cancelKeep();
    const atUs: TimeUs = clock.nowUs() + ms * US_PER_MS;
    this.#cancelKeep = clock.schedule(atUs, () => void this.#keep());
  }

  async #keep(): Promise<void> {
    const key = this.#listenKey;
    try {
      await this.#options.rest.keyed('PUT', PATH, `listenKey=${key}`);
    } catch (error) {
      if (!this.#isUp || key !== this.#listenKey) return;
      // The venue knows the key no longer: what it sends under it ends as well.
      if (error instanceof BinanceRefused) this.#socket.reconnect(error.message);
      else this.#keepIn(RETRY_MS);
      return;
    }
    if (this.#isUp && key === this.#listenKey) this.#keepIn(KEEP_MS);
  }

  #onFrame(text: string): void {
    const json = objectFrom(text);
    if (json === undefined) this.#socket.reconnect(`a frame is not a JSON object: ${text.slice(0, 60)}`);
    else if (json['e'] === 'listenKeyExpired')
      this.#socket.reconnect('the key of the user data stream expired');
    else if (typeof json['e'] === 'string') this.#onEvent(json);
  }
}
