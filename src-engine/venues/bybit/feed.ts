/** Bybit's public market data of the spot market: books of 50 levels every 20 ms, whose snapshots come in the stream, and trades. */
import type { Instrument } from '../../domain/instrument.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { StreamConnection, type StreamProtocol } from '../toolkit/stream-connection.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, tooManyInstruments, VenueFeed } from '../toolkit/venue-feed.ts';
import { BybitParser } from './parse.ts';
import { BybitRest } from './rest.ts';

/** The connection’s address says that it is the spot market: symbols of the other markets have the same names. */
export const BYBIT_STREAM_URL = 'wss://stream.bybit.com/v5/public/spot';
export const BYBIT = 'bybit';

/**
 * The deepest of the fast ones: 20 ms, against 100 and 200 ms for 200 and 1,000 levels. The server keeps the window: a level that
 * leaves it is removed by a message, and one that comes into it is sent, so every level of the window is known (`stream-window.test.ts`).
 */
export const BOOK_DEPTH = 50;
/** Of one request on the spot market, and of all topics of a connection with their quotes and commas (Bybit v5, "Connect"). */
const MAX_ARGS = 10;
const MAX_ARGS_CHARS = 21_000;
/** All books fit at the longest name that is listed; trades take the room that is left. */
export const MAX_INSTRUMENTS = 600;

/** Bybit has no heartbeat: a quiet connection is asked for a sign of life. */
const PING = '{"op":"ping"}';

const PROTOCOL: StreamProtocol = {
  url: BYBIT_STREAM_URL,
  liveness: { silenceMs: 5_000, ping: PING },
  // Recommended whatever the traffic.
  ping: { text: () => PING, everyUs: () => 20 * US_PER_SECOND },
  pacing: { batchSize: MAX_ARGS, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  hasSnapshots: true,
  encode: (channel, op, symbols, id) => {
    const topicOf = channel === 'books' ? bookTopic : tradeTopic;
    return JSON.stringify({ req_id: String(id), op, args: symbols.map((symbol) => topicOf(symbol)) });
  },
  decoder: bybitDecoder,
  tradesOf: tradedBeside,
};

export function bybitDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): StreamDecoder {
  return new StreamDecoder(new BybitParser(new SymbolIndex(instruments)), sink, venue);
}

export function bybitFeed(options: FeedOptions): MarketFeed {
  const {
    clock,
    network,
    random,
    pause,
    restUrl,
    streamUrl: url = BYBIT_STREAM_URL,
    venue = BYBIT,
  } = options;
  return new VenueFeed({
    venue,
    clock,
    random,
    rest: new BybitRest({ clock, network, pause, baseUrl: restUrl }),
    open: (_snapshots, attempts) =>
      new StreamConnection({ venue, clock, network, random, attempts, protocol: { ...PROTOCOL, url } }),
    check: (instruments) => {
      if (instruments.length <= MAX_INSTRUMENTS && bookChars(instruments) <= MAX_ARGS_CHARS) return;
      const remedy = `Choose at most ${MAX_INSTRUMENTS}, whose topics have at most ${MAX_ARGS_CHARS} characters.`;
      throw tooManyInstruments('Bybit', instruments.length, remedy);
    },
  });
}

/** Those whose trades fit beside all books. */
function tradedBeside(instruments: readonly Instrument[]): Instrument[] {
  let left = MAX_ARGS_CHARS - bookChars(instruments);
  return instruments.filter(({ symbol }) => {
    left -= argChars(tradeTopic(symbol));
    return left >= 0;
  });
}

function bookChars(instruments: readonly Instrument[]): number {
  return instruments.reduce((sum, { symbol }) => sum + argChars(bookTopic(symbol)), 0);
}

function bookTopic(symbol: string): string {
  return `orderbook.${BOOK_DEPTH}.${symbol}`;
}

function tradeTopic(symbol: string): string {
  return `publicTrade.${symbol}`;
}

/** A topic in a list of them: its quotes and a comma. */
function argChars(topic: string): number {
  return topic.length + 3;
}
