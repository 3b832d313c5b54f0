import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import type { VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { OkxCaptureReader } from './capture-reader.ts';
import { okxFees } from './fee-schedule.ts';
import { BOOK_DEPTH, OKX, OkxFeed } from './feed.ts';
import { instrumentsFromRows } from './instruments.ts';
import { okxFrames } from './recorded-frames.ts';
import { OkxRest } from './rest.ts';

/** `clOrdId` has at most 32 letters and digits: our ids of 32 hex digits go in as they are. */
const OURS = /^[0-9a-f]{32}$/;

const LIST = 'GET /api/v5/public/instruments?instType=SPOT';

const restOf = ({ clock, network, pause, urls }: VenueContext): OkxRest =>
  new OkxRest({ clock, network, pause, baseUrl: urls?.rest });

export const okxAdapter: VenueAdapter = {
  id: OKX,
  title: 'OKX',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new LinkedNumbers(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received',
    clientOrderId: {
      encode: (id) => (OURS.test(id) ? id : undefined),
      maxLength: 32,
      isUniqueForever: false,
    },
    // "Cancel All After": 10 to 120 s.
    deadMan: { minMs: 10_000, maxMs: 120_000 },
    cancelAll: 'none',
    ioc: true,
  },
  feeSchedule: okxFees,
  frames: okxFrames,
  readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1_000 }),
  listInstruments: (context) => restOf(context).instruments(),
  listActive: async (context) => {
    const rest = restOf(context);
    const listing = await rest.instruments();
    return { ...listing, activity: turnoverInDollars(listing.instruments, await rest.dayTickers()) };
  },
  readListing: (text, file) => instrumentsFromRows(listingFile(text, file, LIST)['data']),
  openFeed: ({ clock, network, random, pause, urls, venue }) =>
    new OkxFeed({ venue, clock, network, random, pause, restUrl: urls?.rest, streamUrl: urls?.stream }),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws/v5`;
    return { rest: url, stream: `${stream}/public`, account: `${stream}/private` };
  },
  checkCapture: () => new BookCheck(new OkxCaptureReader()),
};
