/** Coinbase's public market data: whole books over several connections, as a missing message costs every book of its connection. */
import type { Instrument } from '../../domain/instrument.ts';
import { US_PER_MS } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { CoinbaseConnection } from './connection.ts';
import { streamOf } from './products.ts';
import { CoinbaseRest } from './rest.ts';

export const COINBASE = 'coinbase';

/** A snapshot of the largest products has 5 MB: the first books of a run have a connection each, and lose no other by theirs. */
const BOOKS_ALONE = 4;
const BOOKS_A_CONNECTION = 25;
/** The venue takes 8 connections and 8 messages a second from an address; each connection begins with three messages. */
const HANDSHAKE_SPACING_US = 500 * US_PER_MS;

export function coinbaseFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url, venue = COINBASE } = options;
  const rest = new CoinbaseRest({ clock, network, pause, baseUrl: restUrl });
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each product is in its list.
    rest: { instruments: () => rest.products() },
    open: (_snapshots, attempts) => new CoinbaseConnection({ venue, clock, network, random, attempts, url }),
    shards: { of: connectionsOf, spacingUs: HANDSHAKE_SPACING_US },
  });
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
