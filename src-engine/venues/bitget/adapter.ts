import { BookCheck } from '../capture/book-check.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { orderIdOf } from '../toolkit/own-order-id.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { VenueAdapter } from '../venue-adapter.ts';
import { BitgetCaptureReader } from './capture-reader.ts';
import { BITGET, BOOK_DEPTH, bitgetFeed } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { BitgetPerpetuals } from './perpetuals.ts';
import { bitgetFrames } from './recorded-frames.ts';
import { BitgetRest, SYMBOLS } from './rest.ts';
import { BitgetNumbers } from './sequence.ts';

export const bitgetAdapter: VenueAdapter = {
  id: BITGET,
  title: 'Bitget',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new BitgetNumbers(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received-or-native',
    // `clientOid` of a unified account has at most 32 characters.
    clientOrderId: {
      encode: orderIdOf,
      maxLength: 32,
      isUniqueForever: true,
    },
    cancelAll: 'symbol',
    ioc: true,
  },
  // What the list says of each pair comes first.
  feeSchedule: flatFees('0.001', 'assumed, account without VIP level of 2026-07'),
  frames: bitgetFrames,
  ...marketCalls((context) => new BitgetRest(restOptions(context)), 1_000),
  readListing: (text, file) => instrumentsFromSymbols(listingFile(text, file, `GET ${SYMBOLS}`)['data']),
  openFeed: (context) => bitgetFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/v3/ws`;
    return { rest: url, stream: `${stream}/public`, account: `${stream}/private` };
  },
  perpetuals: { isShared: true, open: (context) => new BitgetPerpetuals(restOptions(context)) },
  checkCapture: () => new BookCheck(new BitgetCaptureReader()),
};
