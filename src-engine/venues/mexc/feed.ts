/** MEXC's public market data of the spot market: changes of books every 10 ms in protobuf, joined on to order books by REST, and trades. */
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketFeed } from '../market-feed.ts';
import { JoinedConnection } from '../toolkit/joined-connection.ts';
import { JoinedDecoder } from '../toolkit/joined-decoder.ts';
import { snapshotSpacingUs } from '../toolkit/snapshot-queue.ts';
import type { StreamProtocol } from '../toolkit/stream-connection.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { type FeedOptions, VenueFeed } from '../toolkit/venue-feed.ts';
import { OPEN_BRACE, packedText } from './fields.ts';
import { BOOKS, MexcParser, snapshotFrame, TRADES } from './parse.ts';
import { BOOK_WEIGHT, MexcRest, REST_LEVELS, WEIGHT_PER_MINUTE } from './rest.ts';

export const MEXC = 'mexc';
const MEXC_STREAM_URL = 'wss://wbs-api.mexc.com/ws';

/** The stream sends every change, however deep. */
export const BOOK_DEPTH = 100;
/** With fewer known levels of a side than `least`, the order book is asked for again. */
const LEVELS = { window: BOOK_DEPTH, cutAt: REST_LEVELS, least: 2 * BOOK_DEPTH };
/** A connection takes 30 streams: a book and trades of each symbol. */
const SHARDS = { of: 15, spacingUs: 500 * US_PER_MS };
/** What order books may use of the weight: the rest is for other clients of the same address. */
const WEIGHT_SHARE = 0.25;
const PING = '{"method":"PING"}';

const PROTOCOL: StreamProtocol<MexcDecoder> = {
  url: MEXC_STREAM_URL,
  takesBinary: true,
  liveness: { silenceMs: 5_000, ping: PING },
  // A connection without data is cut after a minute.
  ping: { text: () => PING, everyUs: () => 20 * US_PER_SECOND },
  // An answer names one channel; 100 messages a second are allowed.
  pacing: { batchSize: 1, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND },
  // The order book comes by REST.
  hasSnapshots: false,
  encode: (channel, verb, symbols) => {
    const method = verb === 'subscribe' ? 'SUBSCRIPTION' : 'UNSUBSCRIPTION';
    const params = symbols.map((symbol) => (channel === 'books' ? BOOKS : TRADES) + symbol);
    return JSON.stringify({ method, params });
  },
  decoder: mexcDecoder,
};

/** A recording is text: what came as bytes is kept as base64. */
class MexcDecoder extends JoinedDecoder {
  override recorded(bytes: Buffer): Buffer {
    return bytes[0] === OPEN_BRACE ? bytes : Buffer.from(packedText(bytes), 'latin1');
  }
}

export function mexcDecoder(
  ...[instruments, sink, venue]: Parameters<StreamProtocol['decoder']>
): MexcDecoder {
  return new MexcDecoder(new MexcParser(new SymbolIndex(instruments)), instruments, sink, venue, LEVELS);
}

export function mexcFeed(options: FeedOptions): MarketFeed {
  const { clock, network, random, pause, restUrl, streamUrl: url = MEXC_STREAM_URL, venue = MEXC } = options;
  const rest = new MexcRest({ clock, network, pause, baseUrl: restUrl });
  return new VenueFeed({
    venue,
    clock,
    random,
    // The venue has no status as a whole: that of each symbol is in its list.
    rest: { instruments: () => rest.instruments() },
    restBooks: {
      spacingUs: snapshotSpacingUs(BOOK_WEIGHT, WEIGHT_PER_MINUTE, WEIGHT_SHARE),
      fetch: (symbol) => rest.bookBody(symbol),
    },
    open: (snapshots, attempts) =>
      new JoinedConnection({
        venue,
        clock,
        network,
        random,
        attempts,
        protocol: { ...PROTOCOL, url },
        snapshots,
        restFrame: snapshotFrame,
      }),
    shards: SHARDS,
  });
}
