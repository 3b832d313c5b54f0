/** Coinbase's public market data: whole books over several connections, as a missing message costs every book of its connection. */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { RulesWatch } from '../toolkit/rules-watch.ts';
import { ShardedFeed } from '../toolkit/sharded-feed.ts';
import { CoinbaseConnection } from './connection.ts';
import { streamOf } from './products.ts';
import { CoinbaseRest } from './rest.ts';

export const COINBASE = 'coinbase';

/** A snapshot of the largest products has 5 MB: the first books of a run have a connection each, and lose no other by theirs. */
const BOOKS_ALONE = 4;
const BOOKS_A_CONNECTION = 25;
/** The venue takes 8 connections and 8 messages a second from an address; each connection begins with three messages. */
const HANDSHAKE_SPACING_US = 500 * US_PER_MS;

export type CoinbaseFeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly pause?: RequestPause | undefined;
  readonly venue?: VenueName | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
};

export class CoinbaseFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: CoinbaseFeedOptions;
  readonly #shards: ShardedFeed;
  #rules: RulesWatch | undefined;

  constructor(options: CoinbaseFeedOptions) {
    const { clock, network, random, streamUrl: url, venue = COINBASE } = options;
    this.#options = options;
    this.venue = venue;
    this.#shards = new ShardedFeed({
      venue,
      clock,
      groupsOf: connectionsOf,
      open: () => new CoinbaseConnection({ venue, clock, network, random, url }),
      spacingUs: HANDSHAKE_SPACING_US,
      // The venue has no status as a whole: that of each product is in its list.
      venueStatus: () => '',
    });
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    this.#shards.start(instruments, sink);
    const { clock, network, pause, restUrl } = this.#options;
    const rest = new CoinbaseRest({ clock, network, pause, baseUrl: restUrl });
    this.#rules = new RulesWatch({ clock, instruments, sink, read: () => rest.products() });
    this.#rules.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    this.#shards.resubscribe(instrumentId);
  }

  async stop(): Promise<void> {
    this.#rules?.stop();
    await this.#shards.stop();
  }
}

/** Products that share a book share a connection. */
function connectionsOf(instruments: readonly Instrument[]): Instrument[][] {
  const byStream = new Map<string, Instrument[]>();
  for (const instrument of instruments) {
    const stream = streamOf(instrument.symbol);
    byStream.set(stream, [...(byStream.get(stream) ?? []), instrument]);
  }
  const books = [...byStream.values()];
  const groups = books.slice(0, BOOKS_ALONE);
  for (let at = BOOKS_ALONE; at < books.length; at += BOOKS_A_CONNECTION)
    groups.push(books.slice(at, at + BOOKS_A_CONNECTION).flat());
  return groups;
}
