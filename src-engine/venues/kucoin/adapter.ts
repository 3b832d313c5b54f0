import { NumberRanges } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { AccountContext, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { KucoinCaptureReader } from './capture-reader.ts';
import { KUCOIN, kucoinFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { KucoinCredentials } from './private/credentials.ts';
import { kucoinEmergencyCancel } from './private/emergency-cancel.ts';
import { KucoinPerpetuals } from './perpetuals.ts';
import { KucoinAccountVenue } from './private/account-venue.ts';
import { kucoinFrames } from './recorded-frames.ts';
import { BOOK_LEVELS, KUCOIN_REST_URL, KucoinRest } from './rest.ts';

const restOf = (context: VenueContext): KucoinRest => new KucoinRest(restOptions(context));

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
    clientOrderId: clientOrderIds,
    deadMan: { minMs: 5_000, maxMs: 86_400_000 },
    cancelAll: 'account',
    ioc: true,
  },
  // 0.1 % for makers and takers, as traders' libraries list it. A few pairs multiply it by a coefficient that only the account's own
  // fees show; a higher level asks for a balance of KCS or a volume that includes futures.
  feeSchedule: flatFees('0.001', 'assumed, lowest level of 2026-07', '0.001'),
  frames: kucoinFrames,
  ...marketCalls(restOf, 1_000),
  readListing: (text, file) => instrumentsFromSymbols(listingFile(text, file, 'GET /api/v2/symbols')['data']),
  openFeed: (context) => kucoinFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream, account: stream };
  },
  perpetuals: { isShared: false, open: (context) => new KucoinPerpetuals(restOptions(context)) },
  checkCapture: () => new BookCheck(new KucoinCaptureReader()),
  account: {
    credentials: {
      titles: { key: 'API key', secret: 'API secret', passphrase: 'passphrase' },
      check: (credential) => void new KucoinCredentials(credential),
    },
    // What limits depend on, the VIP level, the venue says with each answer.
    tiers: [],
    open: openKucoinAccount,
    emergencyCancel: kucoinEmergencyCancel,
  },
};

function openKucoinAccount({
  urls,
  venue = KUCOIN,
  credential,
  ...context
}: AccountContext): KucoinAccountVenue {
  return new KucoinAccountVenue({
    ...context,
    venue,
    credentials: new KucoinCredentials(credential),
    restUrl: urls?.rest ?? KUCOIN_REST_URL,
    streamUrl: urls?.account,
  });
}
