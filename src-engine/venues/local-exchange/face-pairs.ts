/** What each face lists, and what its pairs cost beside those of others that share its market. */
import type { FaceName } from './face-names.ts';
import type { PairFee, Peers } from './core/flow/peer-fees.ts';
import { type FeeSchedule, feeOf, type Pair } from './core/pair.ts';
import { PAIRS as BINANCE_PAIRS, US_PAIRS as BINANCE_US_PAIRS } from './protocols/binance/pairs.ts';
import { PAIRS as BYBIT_PAIRS } from './protocols/bybit/pairs.ts';
import { PAIRS as COINBASE_PAIRS } from './protocols/coinbase/pairs.ts';
import { PAIRS as KRAKEN_PAIRS } from './protocols/kraken/pairs.ts';
import { PAIRS as KUCOIN_PAIRS } from './protocols/kucoin/pairs.ts';
import { PAIRS as OKX_PAIRS } from './protocols/okx/pairs.ts';

export const DEFAULT_FEES: FeeSchedule = 'demo';

/** An exchange that shares a market, as the others must know of it. */
export type SharingVenue = {
  readonly venue: FaceName;
  readonly fees?: FeeSchedule | undefined;
  /** Symbols that it lists; all of the venue's table when left out. */
  readonly pairs?: readonly string[] | undefined;
};

const FACE_PAIRS: Readonly<Record<FaceName, readonly Pair[]>> = {
  kraken: KRAKEN_PAIRS,
  binance: BINANCE_PAIRS,
  bybit: BYBIT_PAIRS,
  coinbase: COINBASE_PAIRS,
  okx: OKX_PAIRS,
  kucoin: KUCOIN_PAIRS,
  'binance-us': BINANCE_US_PAIRS,
};

/** @returns undefined where no other shares the market of `face`. */
export function peersOf(venues: readonly SharingVenue[], face: FaceName): Peers | undefined {
  const at = venues.findIndex(({ venue }) => venue === face);
  const fees = venues.filter((_, index) => index !== at).flatMap(feesOf);
  return at < 0 || fees.length === 0 ? undefined : { fees, turn: { at, of: venues.length } };
}

function feesOf({ venue, fees = DEFAULT_FEES, pairs }: SharingVenue): PairFee[] {
  return FACE_PAIRS[venue]
    .filter(({ symbol }) => pairs?.includes(symbol) ?? true)
    .map((pair) => ({
      base: pair.base,
      quote: pair.quote,
      takerBps: feeOf(pair, fees).taker.toNumber() * 10_000,
    }));
}
