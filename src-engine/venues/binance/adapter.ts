import { NumberRanges } from '../../books/book-verifier.ts';
import { UserError } from '../../domain/errors.ts';
import { BookCheck } from '../capture/book-check.ts';
import { restOptions } from '../toolkit/public-rest.ts';
import type { AccountAccess, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { BOOK_DEPTH } from './book-levels.ts';
import { BinanceCaptureReader } from './capture-reader.ts';
import type { BinanceDialect } from './dialect.ts';
import { binanceFees } from './fee-schedule.ts';
import { BinanceFeed, MAX_INSTRUMENTS } from './feed.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';
import { clientOrderIds } from './private/client-order-id.ts';
import { BinanceCredentials } from './private/credentials.ts';
import { binanceEmergencyCancel } from './private/emergency-cancel.ts';
import { BinanceAccountVenue } from './private/account-venue.ts';
import { BinancePerpetuals } from './perpetuals.ts';
import { binanceFrames } from './recorded-frames.ts';
import { BinanceRest } from './rest.ts';

export function binanceAdapter(dialect: BinanceDialect): VenueAdapter {
  const restOf = ({ clock, network, pause, urls }: VenueContext): BinanceRest =>
    new BinanceRest({ clock, network, pause, baseUrl: urls?.rest ?? dialect.restUrl });
  return {
    id: dialect.venue,
    title: dialect.title,
    bookDepth: BOOK_DEPTH,
    maxInstruments: MAX_INSTRUMENTS,
    bookVerifier: () => new NumberRanges(),
    capabilities: {
      bookIntegrity: 'sequence',
      liveness: 'ping',
      feeAsset: 'received-or-native',
      clientOrderId: clientOrderIds,
      cancelAll: 'symbol',
      ioc: true,
    },
    feeSchedule: binanceFees,
    frames: binanceFrames,
    readTime: async (context) => ({ timeUs: await restOf(context).time(), stepUs: 1_000 }),
    listInstruments: (context) => restOf(context).exchangeInfo(),
    listActive: async (context) => {
      const rest = restOf(context);
      const listing = await rest.exchangeInfo();
      return { ...listing, activity: await rest.tradesOfDay() };
    },
    readListing: (text, file) => instrumentsFromExchangeInfo(jsonOf(text, file)),
    openFeed: ({ clock, network, random, pause, urls, venue }) =>
      new BinanceFeed({
        dialect,
        pause,
        venue,
        clock,
        network,
        random,
        restUrl: urls?.rest,
        streamUrl: urls?.stream,
      }),
    localUrls: (url) => {
      const stream = url.replace(/^http/, 'ws');
      return { rest: url, stream, account: `${stream}/ws-api/v3` };
    },
    perpetuals: dialect.perpetuals
      ? { isShared: false, open: (context) => new BinancePerpetuals(restOptions(context)) }
      : undefined,
    checkCapture: () => new BookCheck(new BinanceCaptureReader(dialect.venue)),
    account: accountAccess(dialect),
  };
}

function accountAccess(dialect: BinanceDialect): AccountAccess {
  const { venue: own, title, restUrl, streamUrl, weightPerMinute, account } = dialect;
  const credentialsOf = (key: string, secret: string): BinanceCredentials =>
    new BinanceCredentials(key, secret).requireKind(account.keys, title);
  const isHmac = account.keys.every((kind) => kind === 'hmac');
  return {
    credentials: {
      titles: { key: 'API key', secret: isHmac ? 'secret key' : 'secret key (or Ed25519 private key)' },
      check: ({ key, secret }) => void credentialsOf(key, secret),
    },
    // Limits are the address's and the account's own, whatever its level.
    tiers: [],
    open: ({ clock, network, random, pause, urls, venue = own, credential, earlierOrders }) =>
      new BinanceAccountVenue({
        dialect,
        venue,
        pause,
        clock,
        network,
        random,
        credentials: credentialsOf(credential.key, credential.secret),
        restUrl: urls?.rest ?? restUrl,
        socketUrl: urls?.account ?? account.socketApiUrl,
        streamUrl: urls?.stream ?? streamUrl,
        weightPerMinute,
        earlierOrders,
      }),
    emergencyCancel: binanceEmergencyCancel(restUrl),
  };
}

/** @throws UserError when the text is not JSON. */
function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError({
      code: 'bad-instrument',
      field: file,
      message: 'is not JSON',
      remedy: 'Save the answer of GET /api/v3/exchangeInfo as it came.',
    });
  }
}
