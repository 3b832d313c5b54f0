/**
 * How long the bars of a file last, as far as the distances between them say. What a bar says is known when it ends: a
 * length that is too short would let a run trade on prices of the future.
 */
import { type DurationUs, formatTimeUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
const DAY_US: DurationUs = 24 * HOUR_US;
/** More different distances than this are not a grid. */
const MAX_DISTANCES = 10_000;
/**
 * So many equal longer distances in a row are longer bars, and no gaps where nothing was traded: in a short file, and in a
 * long one, where such a row must be unlikely by chance besides.
 */
const SAME_IN_A_ROW = { short: 3, long: 6 };
const LONG_FILE = 100;
const UNLIKELY = 0.01;
const SHOWN_ROWS = 3;

type Distance = {
  count: number;
  /** Rows behind the first few of these distances, and their times. */
  readonly rows: { readonly line: number; readonly atUs: TimeUs }[];
  longestRow: number;
};

/** How to find the end of a bar. */
export type BarPlan =
  | { readonly kind: 'fixed'; readonly us: DurationUs /** By --bar. */; readonly isAsked?: boolean }
  | { readonly kind: 'months'; readonly months: number }
  /** Days (or weeks) of a place with summer time: an hour shorter or longer twice a year. */
  | { readonly kind: 'local-days'; readonly us: DurationUs };

export class BarLengths {
  readonly #distances = new Map<DurationUs, Distance>();
  #isOverfull = false;
  #lastUs: TimeUs | undefined;
  #run = { us: 0, length: 0 };
  #months = new Map<number, number>();
  #isMonthly = true;
  #firstUs = 0;

  /** A bar that begins later than the one before. */
  look(line: number, startUs: TimeUs): void {
    const lastUs = this.#lastUs;
    this.#lastUs = startUs;
    if (!isMonthStart(startUs, this.#firstUs)) this.#isMonthly = false;
    if (lastUs === undefined) {
      this.#firstUs = startUs;
      this.#isMonthly = isMonthStart(startUs, startUs);
      return;
    }
    const us = startUs - lastUs;
    this.#run = us === this.#run.us ? { us, length: this.#run.length + 1 } : { us, length: 1 };
    let distance = this.#distances.get(us);
    if (distance === undefined) {
      if (this.#distances.size >= MAX_DISTANCES) this.#isOverfull = true;
      distance = { count: 0, rows: [], longestRow: 0 };
      if (!this.#isOverfull) this.#distances.set(us, distance);
    }
    distance.count++;
    distance.longestRow = Math.max(distance.longestRow, this.#run.length);
    if (distance.rows.length < SHOWN_ROWS) distance.rows.push({ line, atUs: startUs });
    if (this.#isMonthly) {
      const months = monthOf(startUs) - monthOf(lastUs);
      this.#months.set(months, (this.#months.get(months) ?? 0) + 1);
    }
  }

  /** The commonest distance of two bars; of two equally common ones the longer; 0 with fewer than two bars. */
  get commonestUs(): DurationUs {
    return commonest([...this.#distances].map(([us, { count }]) => [us, count]));
  }

  /** Calendar months, or days of a place with summer time; undefined where the bars are of one length. */
  get calendar(): BarPlan | undefined {
    if (this.#isOverfull || this.#distances.size === 0) return undefined;
    if (this.#isMonthly) {
      const months = commonest([...this.#months]);
      const all = [...this.#months.keys()];
      return all.every((each) => each % months === 0) ? { kind: 'months', months } : undefined;
    }
    const us = this.commonestUs;
    if (us !== DAY_US && us !== 7 * DAY_US) return undefined;
    const offs = [...this.#distances.keys()].map((each) => ((each + HOUR_US) % us) - HOUR_US);
    const isLocal =
      offs.some((off) => off !== 0) && offs.every((off) => Math.abs(off) === HOUR_US || off === 0);
    return isLocal ? { kind: 'local-days', us } : undefined;
  }

  /** Which bars do not begin on a grid of `us`; empty where all do. */
  offGrid(us: DurationUs): string {
    if (this.#isOverfull) return `the bars start at more than ${MAX_DISTANCES} different intervals`;
    const off = [...this.#distances].filter(([each]) => each % us !== 0);
    const count = off.reduce((sum, [, distance]) => sum + distance.count, 0);
    if (count === 0) return '';
    return `${count === 1 ? 'one bar begins' : `${count} bars begin`} off the grid: ${shownRows(off)}`;
  }

  /** What speaks against bars of `us`, with its rows; empty where the distances fit. */
  against(us: DurationUs): string {
    const all = [...this.#distances];
    const offGrid = this.offGrid(us);
    if (offGrid !== '') return offGrid;
    const rows = all.reduce((sum, [, { count }]) => sum + count, 0);
    const usual = this.#distances.get(us)?.count ?? 0;
    if (usual * 2 <= rows && rows > 1) {
      return `only ${usual} of ${rows} intervals are the most common one: ${shownRows(all.filter(([each]) => each !== us))}`;
    }
    const long = all.filter(([each, { count, longestRow }]) => {
      if (each === us) return false;
      if (rows < LONG_FILE) return longestRow >= SAME_IN_A_ROW.short;
      return longestRow >= SAME_IN_A_ROW.long && rows * (count / rows) ** longestRow < UNLIKELY;
    });
    if (long.length === 0) return '';
    return `longer intervals follow each other, as bars of another length do: ${shownRows(long)}`;
  }
}

/** When a bar ends. @param nextUs when the next one begins; undefined for the last. */
export function barEnd(plan: BarPlan, startUs: TimeUs, nextUs: TimeUs | undefined): TimeUs {
  if (plan.kind === 'fixed') return startUs + plan.us;
  if (plan.kind === 'months') {
    const start = new Date(startUs / 1_000);
    const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + plan.months, 1);
    const clockUs = startUs - Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), 1) * 1_000;
    return end * 1_000 + clockUs;
  }
  // The next day says when this one ended; before a gap it may have been the longest there is.
  const untilNext = nextUs === undefined ? Number.POSITIVE_INFINITY : nextUs - startUs;
  return untilNext <= plan.us + HOUR_US ? startUs + untilNext : startUs + plan.us + HOUR_US;
}

/** `60 s`, `1 h`, `calendar month`: for sentences. */
export function planText(plan: BarPlan): string {
  if (plan.kind === 'months')
    return plan.months === 1 ? 'a calendar month' : `${plan.months} calendar months`;
  return plan.kind === 'fixed'
    ? secondsText(plan.us)
    : `${secondsText(plan.us)}, an hour more or less where clocks change,`;
}

export function secondsText(us: DurationUs): string {
  return `${us / US_PER_SECOND} s`;
}

function shownRows(distances: readonly (readonly [DurationUs, Distance])[]): string {
  const rows = distances.flatMap(([us, distance]) => distance.rows.map((row) => ({ us, ...row })));
  const shown = rows.sort((a, b) => a.line - b.line).slice(0, SHOWN_ROWS);
  return shown
    .map(
      ({ us, line, atUs }) =>
        `row ${line} (${formatTimeUs(atUs).slice(0, 19)}) is ${secondsText(us)} after the one before`,
    )
    .join(', ');
}

function commonest(counts: readonly (readonly [value: number, count: number])[]): number {
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  return most?.[0] ?? 0;
}

function monthOf(atUs: TimeUs): number {
  const date = new Date(atUs / 1_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first day of a month, at the time of day of the first bar. */
function isMonthStart(atUs: TimeUs, firstUs: TimeUs): boolean {
  return new Date(atUs / 1_000).getUTCDate() === 1 && atUs % DAY_US === firstUs % DAY_US;
}
