import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import type { VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { BybitCaptureReader } from './capture-reader.ts';
import { bybitFees } from './fee-schedule.ts';
import { BOOK_DEPTH, BYBIT, BybitFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { bybitFrames } from './recorded-frames.ts';
import { BybitRest } from './rest.ts';

const restOf = ({ clock, network, pause, urls }: VenueContext): BybitRest =>
  new BybitRest({ clock, network, pause, baseUrl: urls?.rest });

/** An order of ours is named by 32 hexadecimal digits; Bybit takes letters, digits, `-` and `_` (Bybit v5, "Place Order"). */
const ORDER_ID = /^[A-Za-z0-9_-]{1,36}$/;

export const bybitAdapter: VenueAdapter = {
  id: BYBIT,
  title: 'Bybit',
  bookDepth: BOOK_DEPTH,
  maxInstruments: MAX_INSTRUMENTS,
  // Each change is one more than the last: the feed gives it the number that it follows.
  bookVerifier: () => new LinkedNumbers(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received',
    clientOrderId: {
      encode: (id) => (ORDER_ID.test(id) ? id : undefined),
      maxLength: 36,
      isUniqueForever: true,
    },
    // Its disconnection protection is for institutional accounts alone.
    cancelAll: 'account',
    ioc: true,
  },
  feeSchedule: bybitFees,
  frames: bybitFrames,
  readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1 }),
  listInstruments: (context) => restOf(context).instruments(),
  listActive: async (context) => {
    const rest = restOf(context);
    const listing = await rest.instruments();
    return { ...listing, activity: turnoverInDollars(listing.instruments, await rest.dayTickers()) };
  },
  readListing: (text, file) =>
    instrumentsFromInfo(listingFile(text, file, 'GET /v5/market/instruments-info?category=spot')['result']),
  openFeed: ({ clock, network, random, pause, urls, venue }) =>
    new BybitFeed({ clock, network, random, pause, venue, restUrl: urls?.rest, streamUrl: urls?.stream }),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream: `${stream}/v5/public/spot`, account: `${stream}/v5/private` };
  },
  checkCapture: () => new BookCheck(new BybitCaptureReader()),
};
