/** What a book showed over time, one column a sample, in a ring of fixed size: the memory of a heatmap. */
import type { BookView } from '../../../src-engine/contract/topics.ts';

/** Levels a side that are kept of each sample. */
export const DEPTH_LEVELS = 40;
const COLUMN = DEPTH_LEVELS * 4;

export class DepthHistory {
  readonly columns: number;
  /** Of each column bids, then asks, as price and quantity pairs; a price of 0 ends a side. */
  readonly #levels: Float64Array;
  readonly #times: Float64Array;
  #count = 0;

  /** @param columns samples that are kept, 2 to 2000. */
  constructor(columns: number) {
    this.columns = columns;
    this.#levels = new Float64Array(columns * COLUMN);
    this.#times = new Float64Array(columns);
  }

  /** Samples stored. */
  get length(): number {
    return Math.min(this.#count, this.columns);
  }

  /** A book that is not live leaves a gap: its time, and no levels. */
  add(atUs: number, { bids, asks, state }: Pick<BookView, 'bids' | 'asks' | 'state'>): void {
    const slot = this.#count++ % this.columns;
    this.#times[slot] = atUs;
    const column = this.#levels.subarray(slot * COLUMN, (slot + 1) * COLUMN).fill(0);
    if (state !== 'live') return;
    column.set(bids.slice(0, DEPTH_LEVELS * 2), 0);
    column.set(asks.slice(0, DEPTH_LEVELS * 2), DEPTH_LEVELS * 2);
  }

  /** @param nth 0 is the oldest stored. */
  atUs(nth: number): number {
    return this.#times[this.#slot(nth)] ?? 0;
  }

  /** The pairs of one side of a column, ended by a price of 0 or by DEPTH_LEVELS. Valid until the next `add`. */
  side(nth: number, side: 'bid' | 'ask'): Float64Array {
    const from = this.#slot(nth) * COLUMN + (side === 'bid' ? 0 : DEPTH_LEVELS * 2);
    return this.#levels.subarray(from, from + DEPTH_LEVELS * 2);
  }

  #slot(nth: number): number {
    return (Math.max(0, this.#count - this.columns) + nth) % this.columns;
  }
}

export type PriceRange = { readonly low: number; readonly high: number };

/**
 * Prices that are worth showing: what the newest column with both sides shows, widened to the best prices of every column.
 * Undefined without one.
 */
export function priceRange(history: DepthHistory): PriceRange | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let hasNewest = false;
  for (let nth = history.length - 1; nth >= 0; nth--) {
    const bids = history.side(nth, 'bid');
    const asks = history.side(nth, 'ask');
    if (bids[0] === 0 || asks[0] === 0) continue;
    if (!hasNewest) {
      low = lastPrice(bids);
      high = lastPrice(asks);
      hasNewest = true;
    }
    low = Math.min(low, bids[0] ?? low);
    high = Math.max(high, asks[0] ?? high);
  }
  return hasNewest && high > low ? { low, high } : undefined;
}

function lastPrice(side: Float64Array): number {
  let last = side[0] ?? 0;
  for (let level = 0; level < DEPTH_LEVELS; level++) {
    const price = side[2 * level] ?? 0;
    if (price === 0) break;
    last = price;
  }
  return last;
}

/** Quantity by column and price bin, bin 0 at the lowest price: what is drawn. `most` is the largest of a bin. */
export function binDepth(
  history: DepthHistory,
  { low, high }: PriceRange,
  bins: number,
  into: Float32Array,
): number {
  into.fill(0);
  let most = 0;
  const scale = bins / (high - low + 1);
  for (let nth = 0; nth < history.length; nth++) {
    for (const side of ['bid', 'ask'] as const) {
      const levels = history.side(nth, side);
      for (let level = 0; level < DEPTH_LEVELS; level++) {
        const price = levels[2 * level] ?? 0;
        if (price === 0) break;
        if (price < low || price > high) continue;
        const at = nth * bins + Math.floor((price - low) * scale);
        const sum = (into[at] ?? 0) + (levels[2 * level + 1] ?? 0);
        into[at] = sum;
        if (sum > most) most = sum;
      }
    }
  }
  return most;
}

/** Round prices for an axis: multiples of 1, 2 or 5 times a power of ten, at most `count` of them. */
export function axisPrices({ low, high }: PriceRange, count: number): number[] {
  const rough = Math.max(1, (high - low) / Math.max(1, count));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
  const prices: number[] = [];
  for (let price = Math.ceil(low / step) * step; price <= high; price += step) prices.push(price);
  return prices;
}
