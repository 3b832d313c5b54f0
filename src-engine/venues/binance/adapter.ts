import { BookCheck } from '../capture/book-check.ts';
import type { VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { BinanceCaptureReader } from './capture-reader.ts';
import type { BinanceDialect } from './dialect.ts';
import { BinanceFeed } from './feed.ts';
import { BinanceRest } from './rest.ts';

/** Snapshots of up to 100 levels have the least weight. */
const BOOK_DEPTH = 100;

export function binanceAdapter(dialect: BinanceDialect): VenueAdapter {
  const restOf = ({ network, urls }: VenueContext): BinanceRest =>
    new BinanceRest({ network, baseUrl: urls?.rest ?? dialect.restUrl });
  return {
    id: dialect.venue,
    title: dialect.title,
    bookDepth: BOOK_DEPTH,
    readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1_000 }),
    listInstruments: (context) => restOf(context).exchangeInfo(),
    openFeed: ({ clock, network, random, urls }) =>
      new BinanceFeed({
        dialect,
        clock,
        network,
        random,
        depth: BOOK_DEPTH,
        restUrl: urls?.rest,
        streamUrl: urls?.stream,
      }),
    checkCapture: () => new BookCheck(new BinanceCaptureReader(dialect.venue)),
  };
}
