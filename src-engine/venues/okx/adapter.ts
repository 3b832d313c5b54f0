import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { marketCalls } from '../toolkit/market-calls.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { AccountContext, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { OkxCaptureReader } from './capture-reader.ts';
import { BOOK_DEPTH, OKX, okxFeed } from './feed.ts';
import { instrumentsFromRows } from './instruments.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { OkxCredentials } from './private/credentials.ts';
import { okxEmergencyCancel } from './private/emergency-cancel.ts';
import { OkxPerpetuals } from './perpetuals.ts';
import { OkxAccountVenue } from './private/account-venue.ts';
import { okxFrames } from './recorded-frames.ts';
import { OKX_REST_URL, OkxRest } from './rest.ts';

const LIST = 'GET /api/v5/public/instruments?instType=SPOT';

const restOf = (context: VenueContext): OkxRest => new OkxRest(restOptions(context));

export const okxAdapter: VenueAdapter = {
  id: OKX,
  title: 'OKX',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new LinkedNumbers(),
  capabilities: {
    bookIntegrity: 'sequence',
    liveness: 'ping',
    feeAsset: 'received',
    clientOrderId: clientOrderIds,
    // "Cancel All After": 10 to 120 s.
    deadMan: { minMs: 10_000, maxMs: 120_000 },
    cancelAll: 'none',
    ioc: true,
  },
  // The first level differs by the region of the account: 0.10 % and 0.15 % for takers are both listed by traders' libraries. The levels
  // above ask for a balance or a volume of more than the spot market.
  feeSchedule: flatFees('0.0015', 'assumed, first level of 2026-07, the highest of any region', '0.001'),
  frames: okxFrames,
  ...marketCalls(restOf, 1_000),
  readListing: (text, file) => instrumentsFromRows(listingFile(text, file, LIST)['data']),
  openFeed: (context) => okxFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/ws/v5`;
    return { rest: url, stream: `${stream}/public`, account: `${stream}/private` };
  },
  perpetuals: { isShared: true, open: (context) => new OkxPerpetuals(restOptions(context)) },
  checkCapture: () => new BookCheck(new OkxCaptureReader()),
  account: {
    credentials: {
      titles: { key: 'API key', secret: 'API secret', passphrase: 'passphrase' },
      check: (credential) => void new OkxCredentials(credential),
    },
    // Limits are the account's own, whatever its level.
    tiers: [],
    open: openOkxAccount,
    emergencyCancel: okxEmergencyCancel,
  },
};

/** Orders are entered on the private connection. */
const ACCOUNT_URL = 'wss://ws.okx.com:8443/ws/v5/private';

function openOkxAccount({
  clock,
  network,
  random,
  pause,
  urls,
  venue = OKX,
  credential,
  earlierOrders,
}: AccountContext): OkxAccountVenue {
  return new OkxAccountVenue({
    venue,
    pause,
    clock,
    network,
    random,
    credentials: new OkxCredentials(credential),
    restUrl: urls?.rest ?? OKX_REST_URL,
    accountUrl: urls?.account ?? ACCOUNT_URL,
    earlierOrders,
  });
}
