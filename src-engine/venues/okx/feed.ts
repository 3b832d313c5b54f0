/** OKX's public market data of the spot market: 400 levels a side every 100 ms, over as many connections as it advises. */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { RulesWatch } from '../toolkit/rules-watch.ts';
import { groupsOf, ShardedFeed } from '../toolkit/sharded-feed.ts';
import { SnapshotQueue } from '../toolkit/snapshot-queue.ts';
import { StatusWatch } from '../toolkit/status-watch.ts';
import { OkxConnection } from './connection.ts';
import { OkxRest } from './rest.ts';

export const OKX = 'okx';

/** The deepest that needs no login; faster ones (`books50-l2-tbt`, `books-l2-tbt`) are for VIP accounts. */
export const BOOK_DEPTH = 400;
/** The venue advises fewer than 30 books a connection. */
const BOOKS_A_CONNECTION = 25;
/** It takes three handshakes a second from an address. */
const HANDSHAKE_SPACING_US = 500 * US_PER_MS;
/** 40 books by REST in 2 s are allowed. */
const SNAPSHOT_SPACING_US = US_PER_SECOND / 10;

export type OkxFeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly pause?: RequestPause | undefined;
  readonly venue?: VenueName | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
};

export class OkxFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: OkxFeedOptions;
  readonly #rest: OkxRest;
  readonly #shards: ShardedFeed;
  readonly #connections: OkxConnection[] = [];
  readonly #snapshots: SnapshotQueue;
  readonly #status: StatusWatch;
  #rules: RulesWatch | undefined;

  constructor(options: OkxFeedOptions) {
    const { clock, network, random, pause, restUrl, streamUrl: url, venue = OKX } = options;
    this.#options = options;
    this.venue = venue;
    const rest = new OkxRest({ clock, network, pause, baseUrl: restUrl });
    this.#rest = rest;
    this.#snapshots = new SnapshotQueue({
      clock,
      random,
      spacingUs: SNAPSHOT_SPACING_US,
      fetch: (symbol) => rest.bookBody(symbol, BOOK_DEPTH),
      onBody: (symbol, body) => void this.#connections.find((one) => one.onRestBook(symbol, body)),
      // The subscription is asked for anew meanwhile, and the next change asks for the book again.
      onFailed: () => undefined,
    });
    this.#status = new StatusWatch({
      clock,
      read: () => rest.status(),
      onChange: () => this.#shards.reportStatus(),
    });
    const snapshots = this.#snapshots;
    this.#shards = new ShardedFeed({
      venue,
      clock,
      groupsOf: (instruments) => groupsOf(instruments, BOOKS_A_CONNECTION),
      open: () => {
        const connection = new OkxConnection({ venue, clock, network, random, url, snapshots });
        this.#connections.push(connection);
        return connection;
      },
      spacingUs: HANDSHAKE_SPACING_US,
      venueStatus: () => this.#status.status,
    });
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    this.#shards.start(instruments, sink);
    const { clock } = this.#options;
    this.#rules = new RulesWatch({ clock, instruments, sink, read: () => this.#rest.instruments() });
    this.#rules.start();
    this.#status.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    this.#shards.resubscribe(instrumentId);
  }

  async stop(): Promise<void> {
    this.#rules?.stop();
    this.#status.stop();
    this.#snapshots.stop();
    await this.#shards.stop();
  }
}
