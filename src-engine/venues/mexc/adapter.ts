import { NumberRanges } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { MexcCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, MEXC, mexcFeed } from './feed.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { mexcFrames } from './recorded-frames.ts';
import { MexcRest, SYMBOLS } from './rest.ts';

export const mexcAdapter: VenueAdapter = {
  id: MEXC,
  title: 'MEXC',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new NumberRanges(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received-or-native',
    // `newClientOrderId` has at most 32 characters: so long are our ids.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 32,
      isUniqueForever: true,
    },
    // Open orders of up to five symbols by a call.
    cancelAll: 'symbol',
    ioc: true,
  },
  // What the list says of each pair comes first.
  feeSchedule: flatFees('0.002', 'assumed, as traders’ libraries list it of 2026-07'),
  frames: mexcFrames,
  ...marketCalls((context) => new MexcRest(restOptions(context)), 1_000),
  readListing: (text, file) => instrumentsFromInfo(listingFile(text, file, `GET ${SYMBOLS}`)),
  openFeed: (context) => mexcFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws`;
    return { rest: url, stream, account: stream };
  },
  checkCapture: () => new BookCheck(new MexcCaptureReader()),
};
