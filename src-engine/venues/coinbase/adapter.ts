import { LinkedNumbers } from '../../books/book-verifier.ts';
import { BookCheck } from '../capture/book-check.ts';
import { listingFile } from '../toolkit/listing-file.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import { flatFees } from '../toolkit/flat-fees.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import { feedOptions } from '../toolkit/venue-feed.ts';
import type { AccountContext, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { CoinbaseCaptureReader } from './capture-reader.ts';
import { COINBASE, coinbaseFeed } from './feed.ts';
import { instrumentsFromProducts } from './instruments.ts';
import { BOOK_DEPTH } from './market-decoder.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { CoinbaseCredentials, credentialOfFile } from './private/credentials.ts';
import { coinbaseEmergencyCancel } from './private/emergency-cancel.ts';
import { CoinbaseAccountVenue } from './private/account-venue.ts';
import { coinbaseFrames } from './recorded-frames.ts';
import { COINBASE_REST_URL, CoinbaseRest } from './rest.ts';

const LIST = 'GET /api/v3/brokerage/market/products';

const restOf = (context: VenueContext): CoinbaseRest => new CoinbaseRest(restOptions(context));

export const coinbaseAdapter: VenueAdapter = {
  id: COINBASE,
  title: 'Coinbase',
  bookDepth: BOOK_DEPTH,
  // Books have no numbers of their own: the connection judges those that it has, and loses all books at once.
  bookVerifier: () => new LinkedNumbers(),
  capabilities: {
    bookIntegrity: 'connection-sequence',
    liveness: 'heartbeat',
    feeAsset: 'quote',
    clientOrderId: clientOrderIds,
    cancelAll: 'none',
    ioc: true,
  },
  // 1.2 % for takers and 0.6 % for makers, as traders' libraries list it (a volume of less than 1,000 USD in 30 days).
  feeSchedule: flatFees('0.012', 'assumed, first level of 2026-07', '0.006'),
  frames: coinbaseFrames,
  readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1_000 }),
  listInstruments: (context) => restOf(context).products(),
  listActive: async (context) => {
    const { dayTickers, ...listing } = await restOf(context).products();
    return { ...listing, activity: turnoverInDollars(listing.instruments, dayTickers) };
  },
  readListing: (text, file) => instrumentsFromProducts(listingFile(text, file, LIST)['products']),
  openFeed: (context) => coinbaseFeed(feedOptions(context)),
  localUrls: (url) => {
    const stream = url.replace(/^http/, 'ws');
    return { rest: url, stream, account: `${stream}/user` };
  },
  checkCapture: () => new BookCheck(new CoinbaseCaptureReader()),
  account: {
    credentials: {
      titles: { key: 'API key name', secret: 'private key' },
      check: ({ key, secret }) => void new CoinbaseCredentials(key, secret),
      ofFile: credentialOfFile,
    },
    // Limits are the same whatever the fee tier.
    tiers: [],
    open: openCoinbaseAccount,
    emergencyCancel: coinbaseEmergencyCancel,
  },
};

/** Orders of a user come by a host of their own. */
const ACCOUNT_URL = 'wss://advanced-trade-ws-user.coinbase.com';

function openCoinbaseAccount({
  clock,
  network,
  random,
  pause,
  urls,
  venue = COINBASE,
  credential,
  earlierOrders,
}: AccountContext): CoinbaseAccountVenue {
  return new CoinbaseAccountVenue({
    venue,
    pause,
    clock,
    network,
    random,
    credentials: new CoinbaseCredentials(credential.key, credential.secret),
    restUrl: urls?.rest ?? COINBASE_REST_URL,
    streamUrl: urls?.account ?? ACCOUNT_URL,
    earlierOrders,
  });
}
