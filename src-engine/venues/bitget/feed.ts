/** Bitget's public market data of the spot market: books of the unified streams (v3) every 50 ms, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { BitgetParser } from './parse.ts';
import { BitgetRest } from './rest.ts';

export const BITGET = 'bitget';
const BITGET_STREAM_URL = 'wss://ws.bitget.com/v3/ws/public';

/** Of `books`, the one with numbers that the sheet of its topics documents for every market; the server keeps this window. */
export const BOOK_DEPTH = 1_000;
/** The venue advises fewer than 50 topics a connection: a book and its trades are two. */
const SHARDS = { of: 20, spacingUs: 500 * US_PER_MS };
/** Without one the venue closes a connection after two minutes, whatever it sends. */
const PING_EVERY_US = 20 * US_PER_SECOND;
const TOPICS = { books: 'books', trades: 'publicTrade' } as const;

const PROTOCOL: StreamProtocol = {
  url: BITGET_STREAM_URL,
  liveness: { silenceMs: 5_000, ping: 'ping' },
  ping: { text: () => 'ping', everyUs: () => PING_EVERY_US },
  // It takes 10 messages a second, and has closed connections that asked for 25 topics at once.
  pacing: { batchSize: 10, paceUs: 300 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  // 240 an hour.
  requestsAnHour: 230,
  hasSnapshots: true,
  encode: (channel, op, symbols) =>
    JSON.stringify({
      op,
      args: symbols.map((symbol) => ({ instType: 'spot', topic: TOPICS[channel], symbol })),
    }),
  decoder: bitgetDecoder,
};

export function bitgetDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new BitgetParser(new SymbolIndex(instruments)), sink, venue);
}

export function bitgetFeed(options: FeedOptions): MarketFeed {
  const {
    clock,
    network,
    random,
    pause,
    restUrl,
    streamUrl: url = BITGET_STREAM_URL,
    venue = BITGET,
  } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each pair is in its list.
    rest: new BitgetRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    shards: SHARDS,
  });
}
