/**
 * The pairs and assets of the local exchange as KuCoin's spot market. Ticks, lots and minimums are of the order of magnitude of KuCoin's,
 * and unlike those of the other tables on purpose; the figures of a real account come from `symbols`.
 */
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type FeeTier, type Pair, stepText } from '../../core/pair.ts';

export type KucoinPair = Pair & {
  /** `BTC-USDT` */
  readonly name: string;
};

/** KuCoin's fee of the lowest level, and the one of its highest. */
const ENTRY_FEE: FeeTier = { takerPercent: '0.1', makerPercent: '0.1' };
const TOP_FEE: FeeTier = { takerPercent: '0.025', makerPercent: '0' };
/** A fee in quote is cut to these. */
const COST_DECIMALS = 12;

type PairRow = readonly [
  base: Asset,
  quote: Asset,
  priceDecimals: number,
  qtyDecimals: number,
  /** Smallest order, in base, and its smallest value, in quote. */
  orderMin: string,
  costMin: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC', 'USDT', 1, 8, '0.00001', '0.1'],
  ['ETH', 'USDT', 2, 7, '0.0001', '0.1'],
  ['SOL', 'USDT', 3, 4, '0.01', '0.1'],
  ['XRP', 'USDT', 5, 4, '0.1', '0.1'],
  ['ADA', 'USDT', 4, 4, '1', '0.1'],
  ['DOGE', 'USDT', 5, 4, '10', '0.1'],
  ['LTC', 'USDT', 2, 6, '0.01', '0.1'],
  ['LINK', 'USDT', 4, 4, '0.1', '0.1'],
  ['DOT', 'USDT', 4, 4, '0.1', '0.1'],
  ['AVAX', 'USDT', 3, 4, '0.1', '0.1'],
  ['USDC', 'USDT', 4, 4, '0.1', '0.1'],
  ['BTC', 'USDC', 1, 8, '0.00001', '0.1'],
  ['ETH', 'USDC', 2, 7, '0.0001', '0.1'],
  ['BTC', 'EUR', 1, 8, '0.00001', '0.1'],
  ['ETH', 'EUR', 2, 7, '0.0001', '0.1'],
  ['ETH', 'BTC', 6, 7, '0.0001', '0.000001'],
  ['SOL', 'BTC', 8, 4, '0.01', '0.000001'],
  ['XRP', 'BTC', 8, 4, '0.1', '0.000001'],
  ['LTC', 'BTC', 7, 6, '0.001', '0.000001'],
  ['SOL', 'ETH', 6, 4, '0.01', '0.00001'],
];

export const ASSETS: ReadonlySet<Asset> = new Set(PAIR_ROWS.flatMap(([base, quote]) => [base, quote]));

/** All pairs, in the order of the table. */
export const PAIRS: readonly KucoinPair[] = PAIR_ROWS.map(
  ([base, quote, priceDecimals, qtyDecimals, orderMin, costMin]) => ({
    symbol: `${base}/${quote}`,
    name: `${base}-${quote}`,
    base,
    quote,
    priceDecimals,
    qtyDecimals,
    costDecimals: COST_DECIMALS,
    tickSize: stepText(priceDecimals),
    orderMin,
    costMin,
    entryFee: ENTRY_FEE,
    topFee: TOP_FEE,
  }),
);

/** The pairs of the given symbols (`BTC/USDT`). @throws UserError naming a symbol that is not in the table. */
export function selectKucoinPairs(symbols: readonly string[]): readonly KucoinPair[] {
  return choosePairs(PAIRS, symbols);
}

export function kucoinPair({ pair }: Market): KucoinPair {
  assert('name' in pair, `${pair.symbol} has no name of KuCoin's`);
  return pair as KucoinPair;
}
