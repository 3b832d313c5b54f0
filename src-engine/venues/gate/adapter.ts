import { UncrossedLinks } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingRows } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { GateCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, GATE, gateFeed } from './feed.ts';
import { instrumentsFromPairs } from './instruments.ts';
import { GatePerpetuals } from './perpetuals.ts';
import { gateFrames } from './recorded-frames.ts';
import { GateRest, PAIRS } from './rest.ts';

/** `text` begins with `t-` and has at most 28 characters behind it: so many of our 32 hex digits name an order as well as all. */
const CARRIED = 28;

export const gateAdapter: VenueAdapter = {
  id: GATE,
  title: 'Gate',
  bookDepth: BOOK_DEPTH,
  // Each change begins with the number behind the last one: the parser gives it the number that it follows.
  bookVerifier: () => new UncrossedLinks(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received-or-native',
    clientOrderId: {
      encode: (id) => (orderIdOf(id) === undefined ? undefined : `t-${id.slice(0, CARRIED)}`),
      maxLength: 30,
      isUniqueForever: false,
    },
    // "Countdown cancel orders": 5 s and more.
    deadMan: { minMs: 5_000, maxMs: 86_400_000 },
    cancelAll: 'account',
    ioc: true,
  },
  // What the list says of each pair comes first.
  feeSchedule: flatFees('0.002', 'assumed, account without VIP level of 2026-07'),
  frames: gateFrames,
  ...marketCalls((context) => new GateRest(restOptions(context)), 1_000),
  readListing: (text, file) => instrumentsFromPairs(listingRows(text, file, `GET ${PAIRS}`)),
  openFeed: (context) => gateFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws/v4/`;
    return { rest: url, stream, account: stream };
  },
  perpetuals: { isShared: true, open: (context) => new GatePerpetuals(restOptions(context)) },
  checkCapture: () => new BookCheck(new GateCaptureReader()),
};
