/** Gemini's public market data of the spot market: whole books of which the best levels are passed on, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { DeepDecoder } from '../toolkit/deep-decoder.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { GeminiParser } from './parse.ts';
import { GeminiRest } from './rest.ts';

export const GEMINI = 'gemini';
/** Opened so, the first message of each book is the whole of it. */
const GEMINI_STREAM_URL = 'wss://ws.gemini.com?snapshot=-1';

/** Of books that have up to 2,750 levels a side. */
export const BOOK_DEPTH = 400;
/** So that the loss of one connection costs few books. */
const SHARDS = { of: 50, spacingUs: 500 * US_PER_MS };

const PROTOCOL: StreamProtocol<DeepDecoder> = {
  url: GEMINI_STREAM_URL,
  liveness: { silenceMs: 5_000, ping: '{"id":"0","method":"ping"}' },
  pacing: { batchSize: 20, paceUs: 250 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  hasSnapshots: true,
  encode: (channel, method, symbols, id) => {
    const stream = channel === 'books' ? 'depth' : 'trade';
    return JSON.stringify({ id: String(id), method, params: symbols.map((symbol) => `${symbol}@${stream}`) });
  },
  begins: (symbols) => JSON.stringify({ begins: symbols }),
  decoder: geminiDecoder,
};

export function geminiDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): DeepDecoder {
  return new DeepDecoder(new GeminiParser(new SymbolIndex(instruments)), sink, venue, BOOK_DEPTH);
}

export function geminiFeed(options: FeedOptions): MarketFeed {
  const {
    clock,
    network,
    random,
    pause,
    restUrl,
    streamUrl: url = GEMINI_STREAM_URL,
    venue = GEMINI,
  } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each symbol is in its list.
    rest: new GeminiRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    shards: SHARDS,
  });
}
