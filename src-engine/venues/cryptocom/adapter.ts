import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { CryptoComCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, CRYPTOCOM, cryptocomFeed } from './feed.ts';
import { instrumentsFromResult } from './instruments.ts';
import { cryptocomFrames } from './recorded-frames.ts';
import { CryptoComRest, INSTRUMENTS } from './rest.ts';

export const cryptocomAdapter: VenueAdapter = {
  id: CRYPTOCOM,
  title: 'Crypto.com',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'heartbeat',
    feeAsset: 'received-or-native',
    // `client_oid` has at most 36 characters.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 36,
      isUniqueForever: true,
    },
    cancelAll: 'account',
    ioc: true,
  },
  // 0.50 % for takers and 0.25 % for makers at the lowest level, as traders' libraries list it.
  feeSchedule: flatFees('0.005', 'assumed, lowest level of 2026-07'),
  frames: cryptocomFrames,
  ...marketCalls((context) => new CryptoComRest(restOptions(context)), 1_000_000),
  readListing: (text, file) => instrumentsFromResult(listingFile(text, file, `GET ${INSTRUMENTS}`)['result']),
  openFeed: (context) => cryptocomFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/exchange/v1`;
    return { rest: url, stream: `${stream}/market`, account: `${stream}/user` };
  },
  checkCapture: () => new BookCheck(new CryptoComCaptureReader()),
};
