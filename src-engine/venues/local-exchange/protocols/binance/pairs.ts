/**
 * The pairs and assets of the local exchange as Binance and as Binance.US. Ticks, lots and minimums are of the order of magnitude of Binance's,
 * and unlike those of the other table on purpose; the figures of a real account come from `exchangeInfo`.
 */
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type FeeTier, type Pair, stepText } from '../../core/pair.ts';

export type BinancePair = Pair & {
  /** `BTCUSDT` */
  readonly name: string;
  readonly maxQty: string;
  /** The filter of its smallest value has the name that it had before 2023. */
  readonly hasOldFilter: boolean;
};

/** Binance's standard fee, and the one of its highest volume tier. */
const ENTRY_FEE: FeeTier = { takerPercent: '0.1', makerPercent: '0.1' };
const TOP_FEE: FeeTier = { takerPercent: '0.023', makerPercent: '0.011' };
/** Every amount of Binance has eight decimals. */
export const COST_DECIMALS = 8;

type PairRow = readonly [
  base: Asset,
  quote: Asset,
  priceDecimals: number,
  qtyDecimals: number,
  costMin: string,
  maxQty: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC', 'USDT', 2, 5, '5', '9000'],
  ['ETH', 'USDT', 2, 4, '5', '9000'],
  ['BNB', 'USDT', 2, 3, '5', '900000'],
  ['SOL', 'USDT', 2, 3, '5', '900000'],
  ['XRP', 'USDT', 4, 1, '5', '9222449'],
  ['ADA', 'USDT', 4, 1, '5', '900000'],
  ['DOGE', 'USDT', 5, 0, '1', '9000000'],
  ['LTC', 'USDT', 2, 3, '5', '90000'],
  ['LINK', 'USDT', 2, 2, '5', '90000'],
  ['DOT', 'USDT', 3, 2, '5', '90000'],
  ['AVAX', 'USDT', 2, 2, '5', '90000'],
  ['USDC', 'USDT', 4, 0, '5', '9000000'],
  ['EUR', 'USDT', 4, 1, '5', '9000000'],
  ['BTC', 'USDC', 2, 5, '5', '9000'],
  ['ETH', 'USDC', 2, 4, '5', '9000'],
  ['BTC', 'EUR', 2, 5, '5', '9000'],
  ['ETH', 'EUR', 2, 4, '5', '9000'],
  ['ETH', 'BTC', 5, 4, '0.0001', '100000'],
  ['BNB', 'BTC', 6, 3, '0.0001', '100000'],
  ['SOL', 'BTC', 7, 3, '0.0001', '90000000'],
  ['XRP', 'BTC', 8, 0, '0.0001', '90000000'],
  ['ADA', 'BTC', 8, 1, '0.0001', '90000000'],
  ['LTC', 'BTC', 6, 3, '0.0001', '100000'],
  ['LINK', 'BTC', 7, 2, '0.0001', '90000000'],
  ['BNB', 'ETH', 4, 3, '0.001', '100000'],
  ['SOL', 'ETH', 5, 3, '0.001', '90000000'],
];

/** Of Binance.US, which has pairs in dollars beside those in USDT, and fewer between coins. */
const US_ROWS: readonly PairRow[] = [
  ['BTC', 'USDT', 2, 5, '10', '9000'],
  ['ETH', 'USDT', 2, 4, '10', '9000'],
  ['SOL', 'USDT', 2, 2, '10', '90000'],
  ['XRP', 'USDT', 4, 0, '10', '9000000'],
  ['ADA', 'USDT', 4, 1, '10', '900000'],
  ['DOGE', 'USDT', 5, 0, '10', '9000000'],
  ['LTC', 'USDT', 2, 3, '10', '90000'],
  ['LINK', 'USDT', 3, 2, '10', '90000'],
  ['AVAX', 'USDT', 2, 2, '10', '90000'],
  ['BNB', 'USDT', 2, 3, '10', '90000'],
  ['BTC', 'USD', 2, 5, '10', '9000'],
  ['ETH', 'USD', 2, 4, '10', '9000'],
  ['SOL', 'USD', 2, 2, '10', '90000'],
  ['USDT', 'USD', 4, 1, '10', '9000000'],
  ['USDC', 'USDT', 4, 1, '10', '9000000'],
  ['ETH', 'BTC', 5, 4, '0.0001', '100000'],
  ['SOL', 'BTC', 7, 2, '0.0001', '90000'],
];

/** Its schedule changed often, and by pair: these are made up, with the 0.1 % that clients assume as the highest. */
const US_TOP_FEE: FeeTier = { takerPercent: '0.03', makerPercent: '0.015' };

/** All pairs, in the order of the table. */
export const PAIRS: readonly BinancePair[] = PAIR_ROWS.map(pairOf(TOP_FEE, () => false));

/** All pairs of Binance.US. Those that were listed early have the filter of that time. */
export const US_PAIRS: readonly BinancePair[] = US_ROWS.map(
  pairOf(US_TOP_FEE, (base) => base === 'BTC' || base === 'ETH'),
);

function pairOf(topFee: FeeTier, isOld: (base: Asset) => boolean): (row: PairRow) => BinancePair {
  return ([base, quote, priceDecimals, qtyDecimals, costMin, maxQty]) => ({
    symbol: `${base}/${quote}`,
    name: `${base}${quote}`,
    base,
    quote,
    priceDecimals,
    qtyDecimals,
    costDecimals: COST_DECIMALS,
    tickSize: stepText(priceDecimals),
    orderMin: stepText(qtyDecimals),
    costMin,
    maxQty,
    hasOldFilter: isOld(base),
    entryFee: ENTRY_FEE,
    topFee,
  });
}

/** The pairs of the given symbols (`BTC/USDT`). @throws UserError naming a symbol that is not in the table. */
export function selectBinancePairs(
  symbols: readonly string[],
  from: readonly BinancePair[] = PAIRS,
): readonly BinancePair[] {
  return choosePairs(from, symbols);
}

export function binancePair({ pair }: Market): BinancePair {
  assert('name' in pair, `${pair.symbol} has no name of Binance's`);
  return pair as BinancePair;
}
