/** Books of one instrument over time, as a picture needs them: a bounded number of moments, quantities by price. Pure. */
import type { BookView } from '../../../src-engine/contract/topics.ts';

/** Moments that are kept: two and a half minutes at four a second. */
export const KEPT_MOMENTS = 600;

export type Moment = {
  readonly atMs: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
};

export class DepthHistory {
  #moments: Moment[] = [];

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  add(atMs: number, { bids, asks }: Pick<BookView, 'bids' | 'asks'>): void {
    this.#moments.push({ atMs, bids, asks });
    // Cut in one go now and then, not at every moment.
    if (this.#moments.length > KEPT_MOMENTS * 1.5) this.#moments = this.#moments.slice(-KEPT_MOMENTS);
  }

  clear(): void {
    this.#moments = [];
  }
}

export type Grid = {
  readonly low: number;
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
  /** Quantity of each cell, column by column, bottom up; below zero: asks. */
  readonly cells: Float64Array;
  readonly most: number;
};

/**
 * The newest moments as a grid: prices from `low` on in `rows` steps, around the newest middle. @param span of all rows
 * together, as a fraction of the price. Undefined while there is no two-sided book.
 */
export function gridOf(
  moments: readonly Moment[],
  columns: number,
  rows: number,
  span: number,
): Grid | undefined {
  const shown = moments.slice(-columns);
  const last = shown.findLast(({ bids, asks }) => bids.length > 0 && asks.length > 0);
  if (last === undefined) return undefined;
  const middle = ((last.bids[0] ?? 0) + (last.asks[0] ?? 0)) / 2;
  const low = middle * (1 - span / 2);
  const step = (middle * span) / rows;
  const cells = new Float64Array(columns * rows);
  let most = 0;
  for (const [k, { bids, asks }] of shown.entries()) {
    const column = columns - shown.length + k;
    most = Math.max(most, fill(bids, 1), fill(asks, -1));
    function fill(levels: readonly number[], sign: 1 | -1): number {
      let top = 0;
      for (let at = 0; at + 1 < levels.length; at += 2) {
        const row = Math.floor(((levels[at] ?? 0) - low) / step);
        if (row < 0 || row >= rows) continue;
        const cell = column * rows + row;
        cells[cell] = (cells[cell] ?? 0) + sign * (levels[at + 1] ?? 0);
        top = Math.max(top, Math.abs(cells[cell] ?? 0));
      }
      return top;
    }
  }
  return { low, step, columns, rows, cells, most };
}
