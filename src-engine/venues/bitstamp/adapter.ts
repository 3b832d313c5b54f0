import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingRows } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { BitstampCaptureReader } from './capture-reader.ts';
import { BITSTAMP, BOOK_DEPTH, bitstampFeed } from './feed.ts';
import { instrumentsFromMarkets } from './instruments.ts';
import { bitstampFrames } from './recorded-frames.ts';
import { BitstampRest, MARKETS } from './rest.ts';

export const bitstampAdapter: VenueAdapter = {
  id: BITSTAMP,
  title: 'Bitstamp',
  bookDepth: BOOK_DEPTH,
  // Each message is a whole book: only a crossed one shows that something is wrong.
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'none',
    liveness: 'ping',
    feeAsset: 'quote',
    // `client_order_id` is a text of ours; its bounds are not published.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 32,
      isUniqueForever: true,
    },
    cancelAll: 'account',
    ioc: true,
  },
  // 0.40 % for makers and takers at the lowest level, as traders' libraries list it.
  feeSchedule: flatFees('0.004', 'assumed, lowest level of 2026-07'),
  frames: bitstampFrames,
  ...marketCalls((context) => new BitstampRest(restOptions(context)), 1_000_000),
  readListing: (text, file) => instrumentsFromMarkets(listingRows(text, file, `GET ${MARKETS}`)),
  openFeed: (context) => bitstampFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream, account: stream };
  },
  checkCapture: () => new BookCheck(new BitstampCaptureReader()),
};
