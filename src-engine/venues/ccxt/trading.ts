/** Accounts through classes of ccxt: which are offered, what each charges, and why no real one is traded yet. */
import type { AccountAccess, VenueCapabilities } from '../venue-adapter.ts';
import { CcxtAccountVenue } from './private/account-venue.ts';
import { CcxtCredentials } from './private/credentials.ts';
import { ccxtEmergencyCancel } from './private/emergency-cancel.ts';
import { isTradedId, TRADED_IDS, type TradedId } from './process/traded-ids.ts';

/** What differs from class to class on our side; `process/trading-classes.ts` has what differs at the venue. */
type Trading = Pick<VenueCapabilities, 'feeAsset' | 'deadMan'> & {
  /** The venue whose local exchange stands for it, and that has an adapter of its own here. */
  readonly native: string;
  readonly hasPassphrase?: true;
};

const TRADING: Readonly<Record<TradedId, Trading>> = {
  okx: {
    feeAsset: 'received',
    native: 'okx',
    hasPassphrase: true,
    deadMan: { minMs: 10_000, maxMs: 120_000 },
  },
  bybit: { feeAsset: 'received', native: 'bybit' },
  kraken: { feeAsset: 'quote', native: 'kraken', deadMan: { minMs: 1_000, maxMs: 60_000 } },
};

const tradingOf = (id: string): Trading | undefined => (isTradedId(id) ? TRADING[id] : undefined);

/** What a trader should know of such orders. */
export const CCXT_ORDERS = `orders in a rehearsal alone, through the classes of ${TRADED_IDS.join(', ')}: how they stand is asked for, some tenths of a second late, at kraken some seconds`;

/** What its orders are like, and what stands between an account and a dead engine. */
export function ccxtOrders(id: string): Pick<VenueCapabilities, 'feeAsset' | 'deadMan'> {
  const { feeAsset = 'quote', deadMan } = tradingOf(id) ?? {};
  return { feeAsset, deadMan };
}

/** The venue whose local exchange the class was tried at; undefined: it was tried at none. */
export function ccxtFace(id: string): string | undefined {
  return tradingOf(id)?.native;
}

/** Undefined: no orders are sent through this class. */
export function ccxtAccess(id: string): AccountAccess | undefined {
  const trading = tradingOf(id);
  if (trading === undefined) return undefined;
  const titles = { key: 'API key', secret: 'API secret' };
  return {
    credentials: {
      titles: trading.hasPassphrase === true ? { ...titles, passphrase: 'passphrase' } : titles,
      check: (credential) => void new CcxtCredentials(credential),
    },
    tiers: [],
    rehearsedOnly: {
      message:
        'is traded through ccxt in a rehearsal alone: its orders were tried at the local exchange, and at no venue',
      remedy: `Trade a real account there as ${trading.native}, which has an adapter of its own.`,
    },
    open: ({ clock, network, random, urls, venue, credential, earlierOrders }) =>
      new CcxtAccountVenue({
        venue: venue ?? `ccxt:${id}`,
        id,
        clock,
        network,
        random,
        credentials: new CcxtCredentials(credential),
        origin: urls?.rest,
        hasDeadMan: trading.deadMan !== undefined,
        earlierOrders,
      }),
    emergencyCancel: ccxtEmergencyCancel(id),
  };
}
