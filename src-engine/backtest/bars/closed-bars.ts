/** Closed bars of one market: the last price of each stretch of time, once the stretch is over. And two of them side by side. */
import { UserError } from '../../domain/errors.ts';
import { type DurationUs, formatTimeUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** Bounds memory: 69 days of minutes. */
export const MAX_BARS = 100_000;

export type ClosedBar = {
  /** When it ended: a multiple of the bar's length since 1970. What happens at this very moment belongs to it. */
  readonly endUs: TimeUs;
  readonly close: number;
};

export type PairedBars = {
  readonly endUs: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Bars that only one of the two has, within the time that both cover. */
  readonly unpaired: number;
  /** Most common distance of two ends. */
  readonly stepUs: DurationUs;
  /** Distances that are longer. */
  readonly gaps: number;
};

/** Takes prices in the order of their times; a stretch without one has no bar, and one that is not over is none yet. */
export class BarCloser {
  readonly bars: ClosedBar[] = [];
  readonly #name: string;
  readonly #barUs: DurationUs;
  #endUs = 0;
  #lastUs = 0;
  #price = Number.NaN;

  /** @param name in errors. */
  constructor(name: string, barUs: DurationUs) {
    this.#name = name;
    this.#barUs = barUs;
  }

  /** @throws UserError for a price that is not above zero, and for more bars than are kept. */
  take(atUs: TimeUs, price: number): void {
    if (!(price > 0 && price < Number.POSITIVE_INFINITY)) {
      throw new UserError({
        code: 'bad-price',
        field: this.#name,
        value: String(price),
        message: `is not a price above zero, at ${formatTimeUs(atUs)}`,
        remedy: 'Correct it, or leave that row out.',
      });
    }
    const endUs = Math.ceil(atUs / this.#barUs) * this.#barUs;
    if (endUs !== this.#endUs) {
      this.#close();
      this.#endUs = endUs;
    }
    this.#price = price;
    this.#lastUs = atUs;
  }

  /** There is nothing more: what ended with the very last price is closed. */
  finish(): readonly ClosedBar[] {
    if (this.#lastUs === this.#endUs) this.#close();
    return this.bars;
  }

  #close(): void {
    if (Number.isNaN(this.#price)) return;
    if (this.bars.length >= MAX_BARS) {
      const seconds = this.#barUs / US_PER_SECOND;
      throw new UserError({
        code: 'too-many-bars',
        field: this.#name,
        message: `has more than ${MAX_BARS} bars of ${seconds} s`,
        remedy: `Take longer bars, such as --bar ${seconds * 5}.`,
      });
    }
    this.bars.push({ endUs: this.#endUs, close: this.#price });
    this.#price = Number.NaN;
  }
}

/** The bars that both have. @throws UserError when there are fewer than two. */
export function pairBars(a: readonly ClosedBar[], b: readonly ClosedBar[]): PairedBars {
  const ends: number[] = [];
  const [left, right]: [number[], number[]] = [[], []];
  let [i, j] = [0, 0];
  let unpaired = 0;
  while (i < a.length && j < b.length) {
    const [first, second] = [a[i] as ClosedBar, b[j] as ClosedBar];
    if (first.endUs === second.endUs) {
      ends.push(first.endUs);
      left.push(first.close);
      right.push(second.close);
    } else if (ends.length > 0) unpaired++;
    if (first.endUs <= second.endUs) i++;
    if (second.endUs <= first.endUs) j++;
  }
  if (ends.length < 2) {
    const [from, to] = [rangeOf(a), rangeOf(b)];
    throw new UserError({
      code: 'no-common-bars',
      field: 'FILE_B',
      message: `has ${ends.length} closed bars at the times of FILE_A: A has ${from}, B has ${to}`,
      remedy: 'Give two files of the same time, or longer bars with --bar.',
    });
  }
  const { stepUs, gaps } = stepsOf(ends);
  return {
    endUs: Float64Array.from(ends),
    a: Float64Array.from(left),
    b: Float64Array.from(right),
    unpaired,
    stepUs,
    gaps,
  };
}

function stepsOf(ends: readonly number[]): { readonly stepUs: DurationUs; readonly gaps: number } {
  const counts = new Map<number, number>();
  for (let at = 1; at < ends.length; at++) {
    const step = (ends[at] as number) - (ends[at - 1] as number);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const [[stepUs] = [0]] = [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]);
  let gaps = 0;
  for (const [step, count] of counts) if (step > stepUs) gaps += count;
  return { stepUs, gaps };
}

function rangeOf(bars: readonly ClosedBar[]): string {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return 'none';
  return `${bars.length} from ${formatTimeUs(first.endUs).slice(0, 19)} to ${formatTimeUs(last.endUs).slice(0, 19)}`;
}
