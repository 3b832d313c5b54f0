/** Bitstamp's public market data of the spot market: the best 100 levels, whole with each change, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { BitstampParser, BOOKS, TRADES } from './parse.ts';
import { BitstampRest } from './rest.ts';

export const BITSTAMP = 'bitstamp';
const BITSTAMP_STREAM_URL = 'wss://ws.bitstamp.net';

/**
 * The channel of changes is deeper, and has no number by which a lost one would show: here the next message makes good whatever was
 * lost.
 */
export const BOOK_DEPTH = 100;
/** So that the loss of one connection costs few books. */
const SHARDS = { of: 100, spacingUs: 500 * US_PER_MS };

const PROTOCOL: StreamProtocol = {
  url: BITSTAMP_STREAM_URL,
  liveness: { silenceMs: 5_000, ping: '{"event":"bts:heartbeat"}' },
  // A request has one channel of one market.
  pacing: { batchSize: 1, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  hasSnapshots: true,
  areBooksWhole: true,
  encode: (channel, verb, symbols) => {
    const start = channel === 'books' ? BOOKS : TRADES;
    return JSON.stringify({ event: `bts:${verb}`, data: { channel: start + (symbols[0] ?? '') } });
  },
  decoder: bitstampDecoder,
};

export function bitstampDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new BitstampParser(new SymbolIndex(instruments)), sink, venue);
}

export function bitstampFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url = BITSTAMP_STREAM_URL } = options;
  const { venue = BITSTAMP } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each market is in its list.
    rest: new BitstampRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    shards: SHARDS,
  });
}
