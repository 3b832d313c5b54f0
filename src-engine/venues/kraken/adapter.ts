import { US_PER_SECOND } from '../../domain/time.ts';
import type { AccountContext, InstrumentListing, VenueAdapter, VenueContext } from '../venue-adapter.ts';
import { ChecksumVerifier } from './book-checksum.ts';
import { KrakenCaptureCheck } from './capture-check.ts';
import {
  ASSUMED_BASIS,
  assumedKrakenFee,
  assumedKrakenMakerFee,
  krakenMakerFee,
  krakenTakerFee,
} from './fee-schedule.ts';
import { KrakenFeed } from './feed.ts';
import { readInstrumentFile } from './instruments.ts';
import { KRAKEN } from './market-decoder.ts';
import { isClientOrderId } from './private/client-order-id.ts';
import { KrakenCredentials } from './private/credentials.ts';
import { krakenEmergencyCancel } from './private/emergency-cancel.ts';
import { KrakenAccountVenue } from './private/account-venue.ts';
import { isKrakenTier, KRAKEN_TIERS } from './private/rate-counter.ts';
import { krakenFrames } from './recorded-frames.ts';
import { KrakenRest } from './rest.ts';

/** Deep enough for the sizes that are traded, and cheap enough for hundreds of pairs. */
const BOOK_DEPTH = 25;

const restOf = ({ clock, network, random, pause, urls }: VenueContext): KrakenRest =>
  new KrakenRest({ clock, network, random, pause, baseUrl: urls?.rest });

async function listed(rest: KrakenRest): Promise<InstrumentListing> {
  const leftOut: InstrumentListing['leftOut'][number][] = [];
  return { instruments: await rest.assetPairs((pair) => leftOut.push(pair)), leftOut };
}

export const krakenAdapter: VenueAdapter = {
  id: KRAKEN,
  title: 'Kraken',
  bookDepth: BOOK_DEPTH,
  bookVerifier: () => new ChecksumVerifier(),
  capabilities: {
    bookIntegrity: 'checksum',
    liveness: 'heartbeat',
    feeAsset: 'quote',
    clientOrderId: {
      encode: (id) => (isClientOrderId(id) ? id : undefined),
      maxLength: 36,
      isUniqueForever: false,
    },
    // Whole seconds; the venue recommends 60 s and says no most (docs.kraken.com, "Cancel All Orders After X").
    deadMan: { minMs: 1_000, maxMs: 60_000 },
    cancelAll: 'account',
    ioc: true,
  },
  feeSchedule: {
    basis: ASSUMED_BASIS,
    assumed: assumedKrakenFee,
    atVolume: krakenTakerFee,
    maker: { assumed: (_symbol, volumeUsd) => assumedKrakenMakerFee(volumeUsd), atVolume: krakenMakerFee },
  },
  frames: krakenFrames,
  readTime: async (context) => {
    const seconds = await restOf(context).time();
    return { timeUs: seconds * US_PER_SECOND, stepUs: US_PER_SECOND };
  },
  listInstruments: (context) => listed(restOf(context)),
  listActive: async (context) => {
    const rest = restOf(context);
    const listing = await listed(rest);
    const tickers = await rest.ticker();
    return {
      ...listing,
      activity: new Map([...tickers].map(([symbol, { trades24h }]) => [symbol, trades24h])),
    };
  },
  readListing: (text, file) => {
    const leftOut: InstrumentListing['leftOut'][number][] = [];
    return { instruments: readInstrumentFile(text, file, (pair) => leftOut.push(pair)), leftOut };
  },
  openFeed: ({ clock, network, random, urls, venue }) =>
    new KrakenFeed({ venue, clock, network, random, depth: BOOK_DEPTH, url: urls?.stream }),
  checkCapture: () => new KrakenCaptureCheck(),
  localUrls: (url) => {
    const stream = `${url.replace(/^http/, 'ws')}/v2`;
    return { rest: url, stream, account: `${stream}/auth` };
  },
  account: {
    credentials: {
      titles: { key: 'API key', secret: 'private key' },
      check: ({ key, secret }) => void new KrakenCredentials(key, secret),
    },
    tiers: KRAKEN_TIERS,
    open: openKrakenAccount,
    emergencyCancel: krakenEmergencyCancel,
  },
};

export function openKrakenAccount(context: AccountContext): KrakenAccountVenue {
  const { clock, network, random, pause, urls, credential, nonces, tier, venue = KRAKEN } = context;
  return new KrakenAccountVenue({
    venue,
    pause,
    clock,
    network,
    random,
    tier: isKrakenTier(tier) ? tier : undefined,
    restUrl: urls?.rest,
    wsUrl: urls?.account,
    credentials: new KrakenCredentials(credential.key, credential.secret),
    nonceStore: nonces,
  });
}
