import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { HtxCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, HTX, htxFeed } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { htxFrames } from './recorded-frames.ts';
import { HtxRest, SYMBOLS } from './rest.ts';

export const htxAdapter: VenueAdapter = {
  id: HTX,
  title: 'HTX',
  bookDepth: BOOK_DEPTH,
  // Each message is a whole book: only a crossed one shows that something is wrong.
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'none',
    liveness: 'heartbeat',
    feeAsset: 'received-or-native',
    // `client-order-id` has at most 64 characters, and is free again after hours.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 64,
      isUniqueForever: false,
    },
    // "Dead man's switch": 5 s and more.
    deadMan: { minMs: 5_000, maxMs: 86_400_000 },
    cancelAll: 'account',
    ioc: true,
  },
  // 0.2 % for makers and takers at the lowest level, as traders' libraries list it.
  feeSchedule: flatFees('0.002', 'assumed, lowest level of 2026-07'),
  frames: htxFrames,
  ...marketCalls((context) => new HtxRest(restOptions(context)), 1_000),
  readListing: (text, file) => instrumentsFromSymbols(listingFile(text, file, `GET ${SYMBOLS}`)['data']),
  openFeed: (context) => htxFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws`;
    return { rest: url, stream, account: `${stream}/v2` };
  },
  checkCapture: () => new BookCheck(new HtxCaptureReader()),
};
