/**
 * A venue's market data as a session takes it: one or more connections, the list of instruments that is read again, the venue's status,
 * and books by REST for all connections under one limit.
 */
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { DurationUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { InstrumentListing, VenueContext } from '../venue-adapter.ts';
import { AttemptBudget } from './backoff.ts';
import type { RequestPause } from './request-pause.ts';
import { RulesWatch } from './rules-watch.ts';
import { groupsOf, ShardedFeed } from './sharded-feed.ts';
import { SnapshotQueue } from './snapshot-queue.ts';
import { StatusWatch } from './status-watch.ts';

/** What every feed of a venue is opened with. */
export type FeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly pause?: RequestPause | undefined;
  readonly venue?: VenueName | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
};

/** What a feed is opened with, of all that an adapter is given. */
export function feedOptions({ clock, network, random, pause, venue, urls }: VenueContext): FeedOptions {
  return { clock, network, random, pause, venue, restUrl: urls?.rest, streamUrl: urls?.stream };
}

/** A connection whose books are joined on to books by REST. */
export type RestBookTaker = {
  /** Takes the body where this symbol is one of the connection's; true then. */
  onRestBook(symbol: string, body: string): boolean;
  onRestBookFailed(symbol: string, reason: string): void;
};

export type VenueFeedOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly random: () => number;
  readonly rest: {
    instruments(): Promise<InstrumentListing>;
    /** Where the venue has a status as a whole. */
    status?(): Promise<string>;
  };
  /** Books by REST: least time between two, and how one is had. */
  readonly restBooks?:
    | { readonly spacingUs: DurationUs; readonly fetch: (symbol: string) => Promise<string> }
    | undefined;
  /** A feed of one connection; its attempts to connect are counted with those of the others. */
  readonly open: (snapshots: SnapshotQueue, attempts: AttemptBudget) => MarketFeed & Partial<RestBookTaker>;
  /** How the instruments are spread over connections; one takes all when left out. */
  readonly shards?:
    | {
        readonly of: number | ((instruments: readonly Instrument[]) => readonly (readonly Instrument[])[]);
        /** Least time between the attempts of two connections: venues limit handshakes of an address. */
        readonly spacingUs: DurationUs;
      }
    | undefined;
  /** @throws UserError for instruments that the connections cannot carry. */
  readonly check?: ((instruments: readonly Instrument[]) => void) | undefined;
};

export class VenueFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: VenueFeedOptions;
  readonly #connections: (MarketFeed & Partial<RestBookTaker>)[] = [];
  readonly #snapshots: SnapshotQueue;
  readonly #shards: ShardedFeed;
  readonly #status: StatusWatch | undefined;
  #rules: RulesWatch | undefined;

  constructor(options: VenueFeedOptions) {
    const { venue, clock, random, rest, restBooks, open, shards } = options;
    this.#options = options;
    this.venue = venue;
    this.#snapshots = new SnapshotQueue({
      clock,
      random,
      spacingUs: () => restBooks?.spacingUs ?? 0,
      fetch: (symbol) => restBooks?.fetch(symbol) ?? Promise.reject(new Error('no books by REST')),
      onBody: (symbol, body) => void this.#connections.find((one) => one.onRestBook?.(symbol, body)),
      onFailed: (symbol, reason) => {
        for (const one of this.#connections) one.onRestBookFailed?.(symbol, reason);
      },
    });
    const read = rest.status?.bind(rest);
    this.#status =
      read === undefined
        ? undefined
        : new StatusWatch({ clock, read, onChange: () => this.#shards.reportStatus() });
    const attempts = new AttemptBudget(shards?.spacingUs);
    const of = shards?.of;
    this.#shards = new ShardedFeed({
      venue,
      clock,
      groupsOf:
        typeof of === 'function'
          ? of
          : (instruments) => (of === undefined ? [instruments] : groupsOf(instruments, of)),
      open: () => {
        const connection = open(this.#snapshots, attempts);
        this.#connections.push(connection);
        return connection;
      },
      spacingUs: shards?.spacingUs ?? 0,
      venueStatus: () => this.#status?.status ?? '',
    });
  }

  /** @throws UserError for instruments that the connections cannot carry. */
  start(instruments: readonly Instrument[], sink: MarketSink): void {
    const { clock, rest, check } = this.#options;
    check?.(instruments);
    this.#shards.start(instruments, sink);
    this.#rules = new RulesWatch({ clock, instruments, sink, read: () => rest.instruments() });
    this.#rules.start();
    this.#status?.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    this.#shards.resubscribe(instrumentId);
  }

  async stop(): Promise<void> {
    this.#rules?.stop();
    this.#status?.stop();
    this.#snapshots.stop();
    await this.#shards.stop();
  }
}

/** The error of more instruments than a venue's connection carries. @param title of the venue. */
export function tooManyInstruments(title: string, count: number, remedy: string): UserError {
  return new UserError({
    code: 'too-many-instruments',
    field: 'instruments',
    value: String(count),
    message: `pairs of ${title} are more than one connection can carry`,
    remedy,
  });
}
