/**
 * The pairs and assets of the local exchange as Bybit's spot market. Ticks, lots and minimums are of the order of magnitude of
 * Bybit's, and unlike those of the other tables on purpose; the figures of a real account come from `instruments-info`.
 */
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type FeeTier, type Pair, stepText } from '../../core/pair.ts';

export type BybitPair = Pair & {
  /** `BTCUSDT` */
  readonly name: string;
  readonly maxQty: string;
};

/** Bybit's fee without volume, and the one of its highest level. */
const ENTRY_FEE: FeeTier = { takerPercent: '0.1', makerPercent: '0.1' };
const TOP_FEE: FeeTier = { takerPercent: '0.045', makerPercent: '0.03' };

type PairRow = readonly [
  base: Asset,
  quote: Asset,
  priceDecimals: number,
  qtyDecimals: number,
  /** Smallest value of an order, in quote. */
  costMin: string,
  maxQty: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC', 'USDT', 1, 6, '5', '83'],
  ['ETH', 'USDT', 2, 5, '5', '1650'],
  ['SOL', 'USDT', 2, 3, '5', '21300'],
  ['XRP', 'USDT', 4, 2, '5', '1300000'],
  ['ADA', 'USDT', 4, 2, '5', '2200000'],
  ['DOGE', 'USDT', 5, 1, '5', '9000000'],
  ['LTC', 'USDT', 2, 5, '5', '21000'],
  ['LINK', 'USDT', 3, 3, '5', '110000'],
  ['DOT', 'USDT', 4, 3, '5', '430000'],
  ['AVAX', 'USDT', 2, 3, '5', '93000'],
  ['USDC', 'USDT', 4, 2, '1', '7000000'],
  ['BTC', 'USDC', 1, 6, '5', '20'],
  ['ETH', 'USDC', 2, 5, '5', '400'],
  ['SOL', 'USDC', 2, 3, '5', '5000'],
  ['XRP', 'USDC', 4, 2, '5', '290000'],
  ['BTC', 'EUR', 1, 6, '5', '10'],
  ['ETH', 'EUR', 2, 5, '5', '250'],
  ['ETH', 'BTC', 6, 4, '0.0001', '170'],
  ['SOL', 'BTC', 7, 3, '0.0001', '3200'],
  ['XRP', 'BTC', 8, 1, '0.0001', '60000'],
];

export const ASSETS: ReadonlySet<Asset> = new Set(PAIR_ROWS.flatMap(([base, quote]) => [base, quote]));

/** All pairs, in the order of the table. */
export const PAIRS: readonly BybitPair[] = PAIR_ROWS.map(
  ([base, quote, priceDecimals, qtyDecimals, costMin, maxQty]) => ({
    symbol: `${base}/${quote}`,
    name: `${base}${quote}`,
    base,
    quote,
    priceDecimals,
    qtyDecimals,
    costDecimals: priceDecimals + qtyDecimals,
    tickSize: stepText(priceDecimals),
    orderMin: stepText(qtyDecimals),
    costMin,
    maxQty,
    entryFee: ENTRY_FEE,
    topFee: TOP_FEE,
  }),
);

/** The pairs of the given symbols (`BTC/USDT`). @throws UserError naming a symbol that is not in the table. */
export function selectBybitPairs(symbols: readonly string[]): readonly BybitPair[] {
  return choosePairs(PAIRS, symbols);
}

export function bybitPair({ pair }: Market): BybitPair {
  assert('name' in pair, `${pair.symbol} has no name of Bybit's`);
  return pair as BybitPair;
}
