import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import type { AccountContext, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { BybitCaptureReader } from './capture-reader.ts';
import { bybitFees } from './fee-schedule.ts';
import { BOOK_DEPTH, BYBIT, BybitFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { BybitCredentials } from './private/credentials.ts';
import { bybitEmergencyCancel } from './private/emergency-cancel.ts';
import { BybitExecution } from './private/execution.ts';
import { bybitFrames } from './recorded-frames.ts';
import { BYBIT_REST_URL, BybitRest } from './rest.ts';

const restOf = ({ clock, network, pause, urls }: VenueContext): BybitRest =>
  new BybitRest({ clock, network, pause, baseUrl: urls?.rest });

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
}: AccountContext): BybitExecution {
  const streamUrl = urls?.account ?? ACCOUNT_URL;
  return new BybitExecution({
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
