/** How far and how long what an account is worth stood below its highest point so far. */

export type Drawdown = {
  /** Lowest value over the peak before it, less one: −0.1 is ten per cent below the peak; 0 when it never fell. */
  readonly depth: number;
  /** Positions of that peak, of that low, and of the first value back at the peak or above; null: never back. */
  readonly peak: number;
  readonly trough: number;
  readonly recovered: number | null;
};

const NONE: Drawdown = { depth: 0, peak: 0, trough: 0, recovered: null };

/**
 * The deepest drawdown of a series of positive values; the first one of several as deep. A series that never
 * fell, or is empty, has a depth of 0. A value at or below zero after a peak is a depth of −1 or less.
 */
export function maxDrawdown(values: ArrayLike<number>): Drawdown {
  const meter = new DrawdownMeter();
  for (let index = 0; index < values.length; index++) meter.add(values[index] as number, index);
  return meter.deepest ?? NONE;
}

/** The same for values as they come, each with the time it stood at: positions are times. */
export class DrawdownMeter {
  #peak = Number.NEGATIVE_INFINITY;
  #peakAt = 0;
  #lastAt = 0;
  /** Deepest so far of the series, and of the fall under way. */
  #deepest: Drawdown | undefined;
  #current: Drawdown | undefined;
  #longest = 0;

  /** @param at the value's time or position; never smaller than the one before. */
  add(value: number, at: number): void {
    this.#lastAt = at;
    if (value >= this.#peak) {
      this.#recover(at);
      this.#peak = value;
      this.#peakAt = at;
      return;
    }
    const depth = this.#peak > 0 ? value / this.#peak - 1 : 0;
    if (depth < (this.#current?.depth ?? 0)) {
      this.#current = { depth, peak: this.#peakAt, trough: at, recovered: null };
      if (depth < (this.#deepest?.depth ?? 0)) this.#deepest = this.#current;
    }
  }

  /** The deepest drawdown so far; undefined when the values never fell. */
  get deepest(): Drawdown | undefined {
    return this.#deepest;
  }

  /**
   * Longest time from a peak until it was reached again, or until the last value where it was not: the time
   * under water. It need not be that of the deepest drawdown.
   */
  get longestUnderwater(): number {
    const open = this.#current === undefined ? 0 : this.#lastAt - this.#peakAt;
    return Math.max(this.#longest, open);
  }

  #recover(at: number): void {
    if (this.#current === undefined) return;
    this.#longest = Math.max(this.#longest, at - this.#peakAt);
    if (this.#deepest === this.#current) this.#deepest = { ...this.#current, recovered: at };
    this.#current = undefined;
  }
}
