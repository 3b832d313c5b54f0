/**
 * The products of the local exchange as Coinbase, with the steps and minimums of its list of 2026-08-09. Products in USDC that share the
 * book of one in USD are left out: here every product has a book of its own.
 */
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type FeeTier, type Pair } from '../../core/pair.ts';

export type CoinbasePair = Pair & {
  /** `BTC-USD` */
  readonly productId: string;
  readonly maxQty: string;
};

/** What a newcomer pays, and the fee of the highest volume tier (help page "Advanced Trade fees", 2026-05). */
const ENTRY_FEE: FeeTier = { takerPercent: '1.2', makerPercent: '0.6' };
const TOP_FEE: FeeTier = { takerPercent: '0.05', makerPercent: '0' };
/** Commissions have many decimals: the local exchange cuts them to these. */
const COST_DECIMALS = 8;

type PairRow = readonly [
  base: Asset,
  quote: Asset,
  priceDecimals: number,
  qtyDecimals: number,
  costMin: string,
  maxQty: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC', 'USD', 2, 8, '1', '3400'],
  ['ETH', 'USD', 2, 8, '1', '42000'],
  ['SOL', 'USD', 2, 8, '1', '1274000'],
  ['XRP', 'USD', 4, 6, '1', '11996772'],
  ['ADA', 'USD', 5, 8, '1', '30176000'],
  ['DOGE', 'USD', 5, 1, '1', '141834300'],
  ['LTC', 'USD', 2, 8, '1', '122300'],
  ['LINK', 'USD', 3, 2, '1', '1503100'],
  ['DOT', 'USD', 4, 8, '1', '1732900'],
  ['AVAX', 'USD', 3, 8, '1', '631600'],
  ['USDT', 'USD', 5, 2, '1', '10480600'],
  ['USDT', 'USDC', 4, 2, '1', '10000550'],
  ['BTC', 'USDT', 2, 8, '1', '400'],
  ['ETH', 'USDT', 2, 8, '1', '6200'],
  ['SOL', 'USDT', 2, 3, '1', '510400'],
  ['XRP', 'USDT', 4, 6, '1', '11988060'],
  ['BTC', 'EUR', 2, 8, '1', '400'],
  ['ETH', 'EUR', 2, 8, '1', '6700'],
  ['USDT', 'EUR', 5, 2, '1', '11241800'],
  ['ETH', 'BTC', 6, 8, '0.00001', '6100'],
  ['SOL', 'BTC', 7, 3, '0.000016', '499800'],
  ['ADA', 'BTC', 8, 2, '0.000016', '29647700'],
  ['LTC', 'BTC', 6, 8, '0.000016', '120000'],
  ['LINK', 'BTC', 8, 2, '0.000016', '1475200'],
  ['DOT', 'BTC', 8, 3, '0.000016', '1699000'],
  ['SOL', 'ETH', 5, 4, '0.00022', '508300'],
  ['LINK', 'ETH', 8, 2, '0.00022', '1500100'],
];

export const ASSETS: ReadonlySet<Asset> = new Set(PAIR_ROWS.flatMap(([base, quote]) => [base, quote]));

/** The least step of a quantity or price of so many decimals: 2 → "0.01". */
function step(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}

/** All pairs, in the order of the table. */
export const PAIRS: readonly CoinbasePair[] = PAIR_ROWS.map(
  ([base, quote, priceDecimals, qtyDecimals, costMin, maxQty]) => ({
    symbol: `${base}/${quote}`,
    productId: `${base}-${quote}`,
    base,
    quote,
    priceDecimals,
    qtyDecimals,
    costDecimals: COST_DECIMALS,
    tickSize: step(priceDecimals),
    orderMin: step(qtyDecimals),
    costMin,
    maxQty,
    entryFee: ENTRY_FEE,
    topFee: TOP_FEE,
  }),
);

/** The pairs of the given symbols (`BTC/USD`). @throws UserError naming a symbol that is not in the table. */
export function selectCoinbasePairs(symbols: readonly string[]): readonly CoinbasePair[] {
  return choosePairs(PAIRS, symbols);
}

export function coinbasePair({ pair }: Market): CoinbasePair {
  assert('productId' in pair, `${pair.symbol} has no product id of Coinbase's`);
  return pair as CoinbasePair;
}
