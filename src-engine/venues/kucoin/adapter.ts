import { NumberRanges } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import type { VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { KucoinCaptureReader } from './capture-reader.ts';
import { kucoinFees } from './fee-schedule.ts';
import { KUCOIN, KucoinFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { kucoinFrames } from './recorded-frames.ts';
import { BOOK_LEVELS, KucoinRest } from './rest.ts';

const restOf = ({ clock, network, pause, urls }: VenueContext): KucoinRest =>
  new KucoinRest({ clock, network, pause, baseUrl: urls?.rest });

/** An order of ours is named by 32 hexadecimal digits; KuCoin takes letters, digits, `-` and `_` (KuCoin, "Add Order"). */
const ORDER_ID = /^[A-Za-z0-9_-]{1,40}$/;

export const kucoinAdapter: VenueAdapter = {
  id: KUCOIN,
  title: 'KuCoin',
  // The deepest order book that is given without a key; the socket sends every change, however deep.
  bookDepth: BOOK_LEVELS,
  maxInstruments: MAX_INSTRUMENTS,
  bookVerifier: () => new NumberRanges(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'quote',
    clientOrderId: {
      encode: (id) => (ORDER_ID.test(id) ? id : undefined),
      maxLength: 40,
      isUniqueForever: true,
    },
    deadMan: { minMs: 5_000, maxMs: 86_400_000 },
    cancelAll: 'account',
    ioc: true,
  },
  feeSchedule: kucoinFees,
  frames: kucoinFrames,
  readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1_000 }),
  listInstruments: (context) => restOf(context).instruments(),
  listActive: async (context) => {
    const rest = restOf(context);
    const listing = await rest.instruments();
    return { ...listing, activity: turnoverInDollars(listing.instruments, await rest.dayTickers()) };
  },
  readListing: (text, file) => instrumentsFromSymbols(listingFile(text, file, 'GET /api/v2/symbols')['data']),
  openFeed: ({ clock, network, random, pause, urls, venue }) =>
    new KucoinFeed({ clock, network, random, pause, venue, restUrl: urls?.rest, streamUrl: urls?.stream }),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream, account: stream };
  },
  checkCapture: () => new BookCheck(new KucoinCaptureReader()),
};
