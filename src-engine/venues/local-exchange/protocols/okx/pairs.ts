/**
 * The pairs and assets of the local exchange as OKX's spot market. Ticks, lots and minimums are of the order of magnitude of OKX's,
 * and unlike those of the other tables on purpose; the figures of a real account come from `public/instruments`.
 */
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type FeeTier, type Pair, stepText } from '../../core/pair.ts';

export type OkxPair = Pair & {
  /** `BTC-USDT` */
  readonly name: string;
  /** `instIdCode` */
  readonly code: number;
};

/** OKX's fee without volume, and the one of its highest level. */
const ENTRY_FEE: FeeTier = { takerPercent: '0.1', makerPercent: '0.08' };
const TOP_FEE: FeeTier = { takerPercent: '0.02', makerPercent: '0' };

type PairRow = readonly [
  base: Asset,
  quote: Asset,
  priceDecimals: number,
  qtyDecimals: number,
  /** Smallest order, in base. */
  orderMin: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC', 'USDT', 1, 8, '0.00001'],
  ['ETH', 'USDT', 2, 6, '0.0001'],
  ['SOL', 'USDT', 2, 6, '0.01'],
  ['XRP', 'USDT', 4, 6, '1'],
  ['ADA', 'USDT', 4, 6, '10'],
  ['DOGE', 'USDT', 5, 6, '10'],
  ['LTC', 'USDT', 2, 6, '0.01'],
  ['LINK', 'USDT', 3, 6, '0.1'],
  ['DOT', 'USDT', 3, 6, '0.1'],
  ['AVAX', 'USDT', 3, 6, '0.1'],
  ['USDC', 'USDT', 4, 4, '1'],
  ['BTC', 'USDC', 1, 8, '0.00001'],
  ['ETH', 'USDC', 2, 6, '0.0001'],
  ['BTC', 'EUR', 1, 8, '0.00001'],
  ['ETH', 'EUR', 2, 6, '0.0001'],
  ['ETH', 'BTC', 5, 6, '0.001'],
  ['SOL', 'BTC', 7, 6, '0.01'],
  ['XRP', 'BTC', 8, 4, '1'],
  ['LTC', 'BTC', 6, 6, '0.01'],
  ['SOL', 'ETH', 5, 6, '0.01'],
];

export const ASSETS: ReadonlySet<Asset> = new Set(PAIR_ROWS.flatMap(([base, quote]) => [base, quote]));

/** All pairs, in the order of the table. OKX has no smallest value of an order. */
export const PAIRS: readonly OkxPair[] = PAIR_ROWS.map(
  ([base, quote, priceDecimals, qtyDecimals, orderMin], index) => ({
    symbol: `${base}/${quote}`,
    name: `${base}-${quote}`,
    code: 1_001 + index,
    base,
    quote,
    priceDecimals,
    qtyDecimals,
    costDecimals: priceDecimals + qtyDecimals,
    tickSize: stepText(priceDecimals),
    orderMin,
    costMin: '0',
    entryFee: ENTRY_FEE,
    topFee: TOP_FEE,
  }),
);

/** The pairs of the given symbols (`BTC/USDT`). @throws UserError naming a symbol that is not in the table. */
export function selectOkxPairs(symbols: readonly string[]): readonly OkxPair[] {
  return choosePairs(PAIRS, symbols);
}

export function okxPair({ pair }: Market): OkxPair {
  assert('code' in pair, `${pair.symbol} has no number of OKX's`);
  return pair as OkxPair;
}
