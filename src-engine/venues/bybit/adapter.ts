import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { AccountContext, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { BybitCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, BYBIT, bybitFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { BybitCredentials } from './private/credentials.ts';
import { bybitEmergencyCancel } from './private/emergency-cancel.ts';
import { BybitPerpetuals } from './perpetuals.ts';
import { BybitAccountVenue } from './private/account-venue.ts';
import { bybitFrames } from './recorded-frames.ts';
import { BYBIT_REST_URL, BybitRest } from './rest.ts';

const restOf = (context: VenueContext): BybitRest => new BybitRest(restOptions(context));

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
    clientOrderId: clientOrderIds,
    // Its disconnection protection is for institutional accounts alone.
    cancelAll: 'account',
    ioc: true,
  },
  // 0.1 % for makers and takers, as traders' libraries list it; the levels above ask for a balance or a volume over several products.
  feeSchedule: flatFees('0.001', 'assumed, account without VIP level of 2026-07', '0.001'),
  frames: bybitFrames,
  ...marketCalls(restOf, 1),
  readListing: (text, file) =>
    instrumentsFromInfo(listingFile(text, file, 'GET /v5/market/instruments-info?category=spot')['result']),
  openFeed: (context) => bybitFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream: `${stream}/v5/public/spot`, account: `${stream}/v5/private` };
  },
  perpetuals: { isShared: true, open: (context) => new BybitPerpetuals(restOptions(context)) },
  checkCapture: () => new BookCheck(new BybitCaptureReader()),
  account: {
    credentials: {
      titles: { key: 'API key', secret: 'API secret' },
      check: ({ key, secret }) => void new BybitCredentials(key, secret),
    },
    // Limits are the account's own, whatever its level.
    tiers: [],
    open: openBybitAccount,
    emergencyCancel: bybitEmergencyCancel,
  },
};

/** Orders are entered beside the private stream. */
const ACCOUNT_URL = 'wss://stream.bybit.com/v5/private';

function openBybitAccount({
  clock,
  network,
  random,
  pause,
  urls,
  venue = BYBIT,
  credential,
  earlierOrders,
}: AccountContext): BybitAccountVenue {
  const streamUrl = urls?.account ?? ACCOUNT_URL;
  return new BybitAccountVenue({
    venue,
    pause,
    clock,
    network,
    random,
    credentials: new BybitCredentials(credential.key, credential.secret),
    restUrl: urls?.rest ?? BYBIT_REST_URL,
    streamUrl,
    tradeUrl: streamUrl.replace(/\/private$/, '/trade'),
    earlierOrders,
  });
}
