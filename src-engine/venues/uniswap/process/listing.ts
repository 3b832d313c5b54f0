/** Pools as `venues/uniswap/instruments.ts` reads them: steps that fit their price, and what a swap costs. */
import { type GasPrices, gasOf, priceOf, roundedUp } from './gas.ts';
import type { LeftOut, Pool, PoolState } from './pools.ts';

/** Digits of a price that its book shows: a step is a hundredth of a basis point at most. */
const PRICE_DIGITS = 8;
/** A unit of quantity is worth 10^-6 of the quote. */
const QTY_DIGITS = 6;
const MOST_DECIMALS = 12;
/** An order is worth so many times its gas at least: else its proceeds might not even pay for it. */
const LEAST_GAS = 2;

/** What an order costs, and what it is worth at least, in quote, as text. */
export type ShownCost = { readonly gas: string; readonly minNotional: string };

export function shownCost(cost: number): ShownCost {
  return { gas: roundedUp(cost), minNotional: roundedUp(cost * LEAST_GAS) };
}

export type PoolRow = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly address: string;
  /** Of a million, inside of the price. */
  readonly fee: number;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Of one swap, in quote, as it is now. */
  readonly cost: number;
  /** Quote for one base, and quote in the pool at this price: what pools are ranked by. */
  readonly price: number;
  readonly depth: number;
};

export function rowsOf(
  pools: readonly Pool[],
  states: readonly (PoolState | undefined)[],
  faults: ReadonlyMap<string, string>,
  gas: GasPrices,
  /** Of the native coin, in each asset. */
  natives: ReadonlyMap<string, number>,
): { readonly rows: readonly PoolRow[]; readonly leftOut: readonly LeftOut[] } {
  const rows: PoolRow[] = [];
  const leftOut: LeftOut[] = [];
  for (const [at, pool] of pools.entries()) {
    const state = states[at];
    const native = natives.get(pool.quote.asset);
    if (state === undefined)
      leftOut.push({ name: pool.symbol, reason: faults.get(pool.symbol) ?? 'it cannot be read' });
    else if (native === undefined)
      leftOut.push({ name: pool.symbol, reason: `no pool prices the gas of a swap in ${pool.quote.asset}` });
    else rows.push(rowOf(pool, state, gasOf(gas, pool.version) * native));
  }
  return { rows, leftOut };
}

function rowOf(pool: Pool, state: PoolState, cost: number): PoolRow {
  const { symbol, base, quote, address, fee } = pool;
  const price = priceOf(pool, state);
  const magnitude = Math.floor(Math.log10(price));
  const within = (decimals: number, most: number): number => Math.min(most, Math.max(0, decimals));
  return {
    symbol,
    base: base.asset,
    quote: quote.asset,
    address,
    fee,
    priceDecimals: within(PRICE_DIGITS - 1 - magnitude, MOST_DECIMALS),
    qtyDecimals: within(QTY_DIGITS + magnitude, Math.min(base.decimals, 8)),
    cost,
    price,
    depth: (Number(state.depth) / 10 ** base.decimals) * price,
  };
}
