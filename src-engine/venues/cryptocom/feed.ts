/** Crypto.com's public market data of the spot market: windows of 50 levels every 10 ms, whose snapshots come in the stream, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { CryptoComParser } from './parse.ts';
import { CryptoComRest } from './rest.ts';

export const CRYPTOCOM = 'cryptocom';
const CRYPTOCOM_STREAM_URL = 'wss://stream.crypto.com/exchange/v1/market';

/** The deepest that there is. */
export const BOOK_DEPTH = 50;
export const BOOK_DEPTHS = [10, 50];
/** Changes every 10 ms behind one whole book; whole books come every 500 ms at most. */
const CHANGES = { book_subscription_type: 'SNAPSHOT_AND_UPDATE', book_update_frequency: 10 };
/** So that the loss of one connection costs few books. */
const SHARDS = { of: 100, spacingUs: 500 * US_PER_MS };

const PROTOCOL: StreamProtocol = {
  url: CRYPTOCOM_STREAM_URL,
  // The venue takes no ping: a book without changes has an empty one every 5 s.
  liveness: { silenceMs: 7_000 },
  bookSilenceUs: 15 * US_PER_SECOND,
  // Limits are counted by the calendar second.
  restUs: US_PER_SECOND,
  pacing: { batchSize: 25, paceUs: 200 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  hasSnapshots: true,
  encode: (channel, method, symbols, id) => {
    const isBooks = channel === 'books';
    const channels = symbols.map((symbol) => (isBooks ? `book.${symbol}.${BOOK_DEPTH}` : `trade.${symbol}`));
    return JSON.stringify({ id, method, params: isBooks ? { channels, ...CHANGES } : { channels } });
  },
  decoder: cryptocomDecoder,
};

export function cryptocomDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new CryptoComParser(new SymbolIndex(instruments)), sink, venue);
}

export function cryptocomFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url = CRYPTOCOM_STREAM_URL } = options;
  const { venue = CRYPTOCOM } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each pair is in its list.
    rest: new CryptoComRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    shards: SHARDS,
  });
}
