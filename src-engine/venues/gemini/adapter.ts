import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingRows } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { GeminiCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, GEMINI, geminiFeed } from './feed.ts';
import { instrumentsFromDetails } from './instruments.ts';
import { geminiFrames } from './recorded-frames.ts';
import { DETAILS, GeminiRest } from './rest.ts';

export const geminiAdapter: VenueAdapter = {
  id: GEMINI,
  title: 'Gemini',
  bookDepth: BOOK_DEPTH,
  // Each change names the number of the message before it.
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'quote',
    // `client_order_id` takes letters, digits and a few marks.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 36,
      isUniqueForever: true,
    },
    cancelAll: 'account',
    ioc: true,
  },
  // 0.40 % for takers and 0.20 % for makers at the lowest level, as traders' libraries list it.
  feeSchedule: flatFees('0.004', 'assumed, lowest level of 2026-07'),
  frames: geminiFrames,
  ...marketCalls((context) => new GeminiRest(restOptions(context)), 1_000_000),
  readListing: (text, file) => instrumentsFromDetails(listingRows(text, file, `GET ${DETAILS}`)),
  openFeed: (context) => geminiFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream, account: stream };
  },
  checkCapture: () => new BookCheck(new GeminiCaptureReader()),
};
