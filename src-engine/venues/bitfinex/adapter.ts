import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { BitfinexCaptureReader } from './capture-reader.ts';
import { BITFINEX, BOOK_DEPTH, bitfinexFeed } from './feed.ts';
import { instrumentsFromFile } from './instruments.ts';
import { bitfinexFrames } from './recorded-frames.ts';
import { BitfinexRest, PAIRS, TICKERS } from './rest.ts';

/** `cid` is a whole number of 53 bits, unique within a day: 13 of our hex digits make 52. */
const CARRIED = 13;

export const bitfinexAdapter: VenueAdapter = {
  id: BITFINEX,
  title: 'Bitfinex',
  bookDepth: BOOK_DEPTH,
  // Missing messages show at the connection, altered ones by the checksum of the venue's own text: both before the book.
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'connection-sequence',
    liveness: 'heartbeat',
    feeAsset: 'received',
    clientOrderId: {
      encode: (id) =>
        orderIdOf(id) === undefined ? undefined : String(Number.parseInt(id.slice(0, CARRIED), 16)),
      maxLength: 16,
      isUniqueForever: false,
    },
    // Orders of a connection may end with it; there is no countdown.
    cancelAll: 'account',
    ioc: true,
  },
  // 0.2 % for takers, as traders' libraries list it. The venue announced lower fees since: only an account's own say what it pays.
  feeSchedule: flatFees('0.002', 'assumed, lowest level of 2026-07'),
  frames: bitfinexFrames,
  ...marketCalls((context) => new BitfinexRest(restOptions(context)), 1_000_000),
  readListing: (text, file) =>
    instrumentsFromFile(
      listingFile(
        text,
        file,
        `GET ${PAIRS} as "pairs", and that of GET ${TICKERS} as "tickers", in one object,`,
      ),
    ),
  openFeed: (context) => bitfinexFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws/2`;
    return { rest: url, stream, account: stream };
  },
  checkCapture: () => new BookCheck(new BitfinexCaptureReader()),
};
