/** HTX's public market data of the spot market: the best 20 levels, whole every 100 ms, and trades, in packed frames. */
import { gunzipSync } from 'node:zlib';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { HtxParser, TRADES } from './parse.ts';
import { HtxRest } from './rest.ts';

export const HTX = 'htx';
const HTX_STREAM_URL = 'wss://api.huobi.pro/ws';

/**
 * The channel of changes has 150 levels every 100 ms as well, and joins on to answers that may be older than its first change: here the
 * next message makes good whatever was lost.
 */
export const BOOK_DEPTH = 20;
export const BOOK_DEPTHS = [5, 10, 20];
/** So that the loss of one connection costs few books. */
const SHARDS = { of: 50, spacingUs: 500 * US_PER_MS };
/** Far above the largest message, far below what fills a memory. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024;

const PROTOCOL: StreamProtocol = {
  url: HTX_STREAM_URL,
  // The venue asks every 5 s, and takes no question.
  liveness: { silenceMs: 7_000 },
  unpack: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_FRAME_BYTES }),
  // A request has one topic.
  pacing: { batchSize: 1, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  hasSnapshots: true,
  areBooksWhole: true,
  encode: (channel, verb, symbols, id) => {
    const topic = `market.${symbols[0] ?? ''}.${channel === 'books' ? `mbp.refresh.${BOOK_DEPTH}` : TRADES}`;
    return JSON.stringify({ [verb === 'subscribe' ? 'sub' : 'unsub']: topic, id: String(id) });
  },
  decoder: htxDecoder,
};

export function htxDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new HtxParser(new SymbolIndex(instruments)), sink, venue);
}

export function htxFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url = HTX_STREAM_URL, venue = HTX } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    rest: new HtxRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    shards: SHARDS,
  });
}
