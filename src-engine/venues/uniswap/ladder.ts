/**
 * A pool as an order book: its two curves cut into levels. The price of a level is that of the chord between its two ends, so that no level
 * shows more than the pool gives: between the ends the curve is better than the chord. The pool’s fee is part of the price.
 */
import type { CostCurve } from './curves/cost-curve.ts';
import { divUp } from './curves/rounding.ts';

export const LADDER_LEVELS = 24;
/** Share of the pool’s depth in the first level, of 10^9: its price moves by 0.02 bps. */
const FIRST_SHARE = 1_000n;
/** Each further end lies half as far out again: the last moves the price by some 2 %. */
const GROWTH = { by: 3n, of: 2n } as const;
/** A swap through several ranges rounds each of them down: so much may be missing in the middle of a level. */
const ROUNDING = 4n;

export type LadderGrid = {
  /** Of the tokens, as their contracts count. */
  readonly baseDecimals: number;
  readonly quoteDecimals: number;
  /** Of the book’s prices and quantities. */
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
};

export type Level = readonly [price: string, qty: string];

/** Gas by what a swap does in the pool: each initialised tick that it goes over, but for some. */
export type TickCharge = {
  /** Ticks that a swap of so much base goes over. */
  readonly over: (base: bigint) => number;
  /** Ticks of which the gas is no part of the price. */
  readonly free: number;
  /** Of each further tick, in quote, in its smallest units. */
  readonly each: bigint;
};

/**
 * @param sell from base to quote. @param depth of the pool’s base at this price, in its smallest units: where the cuts are made.
 * @param ticks none cost anything when left out.
 * @returns best first; levels of which one unit of the book is too coarse are joined with the next.
 */
export function bidsOf(sell: CostCurve, depth: bigint, grid: LadderGrid, ticks?: TickCharge): Level[] {
  const cuts: Cut[] = [];
  for (const base of endsOf(depth, grid)) {
    if (base > sell.maxIn) break;
    cuts.push({ base, quote: sell.outFor(base) - ROUNDING, over: ticks?.over(base) ?? 0 });
  }
  return levelsOf(cuts, grid, -1, ticks);
}

/** @param buy from quote to base. */
export function asksOf(buy: CostCurve, depth: bigint, grid: LadderGrid, ticks?: TickCharge): Level[] {
  const cuts: Cut[] = [];
  for (const base of endsOf(depth, grid)) {
    const paid = buy.inFor(base);
    if (paid === undefined) break;
    cuts.push({ base, quote: paid + ROUNDING, over: ticks?.over(base) ?? 0 });
  }
  return levelsOf(cuts, grid, 1, ticks);
}

/** An end of a level: base and quote up to there, and the ticks that a swap so far goes over. */
type Cut = { readonly base: bigint; readonly quote: bigint; readonly over: number };

function levelsOf(
  cuts: readonly Cut[],
  grid: LadderGrid,
  side: 1 | -1,
  ticks: TickCharge | undefined,
): Level[] {
  const cut = new Cutter(grid, side);
  for (const [at, { base, quote, over }] of cuts.entries()) {
    // A tick may lie at the very begin of the level that follows: its gas is paid up to there already.
    const charged = Math.max(0, (cuts[at + 1]?.over ?? over) - (ticks?.free ?? 0));
    const total = quote + BigInt(side) * BigInt(charged) * (ticks?.each ?? 0n);
    if (total > 0n) cut.add(base, total);
  }
  return cut.levels;
}

/** Cumulative amounts of base, in whole units of the book, ascending. */
function endsOf(depth: bigint, { baseDecimals, qtyDecimals }: LadderGrid): bigint[] {
  const unit = 10n ** BigInt(baseDecimals - qtyDecimals);
  const ends: bigint[] = [];
  let share = depth * FIRST_SHARE;
  for (let at = 0; at < LADDER_LEVELS; at++) {
    const end = (share / 10n ** 9n / unit) * unit;
    if (end > (ends.at(-1) ?? 0n)) ends.push(end);
    share = (share * GROWTH.by) / GROWTH.of;
  }
  return ends;
}

/** Chords of one side. What is rounded away of a price is rounded against the trader, on the whole of what came before. */
class Cutter {
  readonly levels: Level[] = [];
  readonly #grid: LadderGrid;
  readonly #side: 1 | -1;
  #base = 0n;
  #quote = 0n;
  #lastPrice: bigint | undefined;

  constructor(grid: LadderGrid, side: 1 | -1) {
    this.#grid = grid;
    this.#side = side;
  }

  /** @param base cumulative. @param quote what all of it brings or costs. */
  add(base: bigint, quote: bigint): void {
    const { baseDecimals, quoteDecimals, priceDecimals, qtyDecimals } = this.#grid;
    const [more, value] = [base - this.#base, quote - this.#quote];
    if (more <= 0n || value <= 0n) return;
    // Units of a price: quote for one whole coin of base.
    const numerator = value * 10n ** BigInt(baseDecimals + priceDecimals);
    const denominator = more * 10n ** BigInt(quoteDecimals);
    let price = this.#side === 1 ? divUp(numerator, denominator) : numerator / denominator;
    // Of a convex cost each chord is worse than the one before, but for rounding, and for the gas of a tick, which comes all at once.
    const last = this.#lastPrice;
    const isBetter = last !== undefined && (this.#side === 1 ? price < last : price > last);
    if (isBetter) price = last;
    if (price <= 0n) return;
    const qty = more / 10n ** BigInt(baseDecimals - qtyDecimals);
    this.#push(price, qty);
    this.#base = base;
    // Where the level is worse than the pool, what it shows too much makes up for the next: the book as a whole is never better.
    const shown = price * more * 10n ** BigInt(quoteDecimals);
    const unit = 10n ** BigInt(baseDecimals + priceDecimals);
    this.#quote = isBetter ? this.#quote + (this.#side === 1 ? shown / unit : divUp(shown, unit)) : quote;
    this.#lastPrice = price;
  }

  #push(price: bigint, qty: bigint): void {
    const { priceDecimals, qtyDecimals } = this.#grid;
    const before = this.levels.at(-1);
    const text = plain(price, priceDecimals);
    if (before !== undefined && before[0] === text)
      this.levels[this.levels.length - 1] = [text, plain(unitsOf(before[1]) + qty, qtyDecimals)];
    else this.levels.push([text, plain(qty, qtyDecimals)]);
  }
}

/** A price or quantity of a level in whole units of the book. */
export function unitsOf(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

/** Units of 10^-decimals as a plain decimal with all its places. */
export function plain(units: bigint, decimals: number): string {
  if (decimals === 0) return units.toString();
  const text = units.toString().padStart(decimals + 1, '0');
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}
