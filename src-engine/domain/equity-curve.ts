/**
 * An equity curve with fewer points that shows the same: its highest and lowest samples in their order, and how deep it
 * fell. Floats: they choose which samples are kept, and draw; a sample that is kept is as exact as it was.
 */
import type { EquitySample } from './event.ts';
import type { TimeUs } from './time.ts';
import {
  capitalFloat,
  capitalNoise,
  type SampleMoney,
  type TimedMoney,
  WholeMeter,
} from './whole-samples.ts';

/**
 * What one unit became, sample by sample: 1.1 is a gain of ten per cent. Capital that is paid in (a deposit, a holding
 * that gets its first price) raises equity without being earned: growth is linked around it, as the figures of a run are.
 */
export class GrowthMeter {
  #growth = 1;
  #base = 0;
  #capital: number | undefined;
  /** The last sample brought or took capital. */
  isPaidIn = false;

  /** Takes the next sample; answers the growth since the first one. */
  add(sample: SampleMoney): number {
    const now = Number(sample.equity);
    const capital = capitalFloat(sample);
    if (this.#capital === undefined) this.#base = now;
    else {
      const paidIn = capital - this.#capital;
      this.isPaidIn = Math.abs(paidIn) > capitalNoise(sample);
      if (this.isPaidIn) {
        this.#growth = this.#grown(now - paidIn);
        this.#base = now;
      }
    }
    this.#capital = capital;
    return this.#grown(now);
  }

  #grown(equity: number): number {
    return this.#base <= 0 ? this.#growth : (this.#growth * equity) / this.#base;
  }
}

/**
 * Fall below the highest growth so far at each sample, as a fraction: −0.1 is ten per cent below; 0 at a new high. A sample
 * that leaves out a coin which those before it valued has the fall of the one before.
 */
export function drawdownsOf(samples: readonly TimedMoney[]): number[] {
  const growth = new GrowthMeter();
  const whole = new WholeMeter();
  let [peak, now] = [Number.NEGATIVE_INFINITY, 1];
  return samples.map((sample) => {
    if (whole.add(sample)) now = growth.add(sample);
    peak = Math.max(peak, now);
    return peak > 0 ? now / peak - 1 : 0;
  });
}

type Placed = { readonly at: number; readonly sample: EquitySample };

/** The two samples between which a value fell most; the first of several falls as deep. */
class DeepestFall {
  readonly #depth: (value: number, peak: number) => number;
  #peak: Placed | undefined;
  #peakValue = Number.NEGATIVE_INFINITY;
  #deepest = 0;
  ends: readonly Placed[] = [];

  constructor(depth: (value: number, peak: number) => number) {
    this.#depth = depth;
  }

  add(value: number, placed: Placed): void {
    if (value >= this.#peakValue || this.#peak === undefined) {
      this.#peak = placed;
      this.#peakValue = value;
      return;
    }
    const depth = this.#depth(value, this.#peakValue);
    if (depth >= this.#deepest) return;
    this.#deepest = depth;
    this.ends = [this.#peak, placed];
  }
}

const relative = (value: number, peak: number): number => (peak > 0 ? value / peak - 1 : 0);
const absolute = (value: number, peak: number): number => value - peak;

/** Points that are kept whatever the spans are: first, last, and both ends of the deepest fall of three values. */
const FIXED = 8;
/** Points of a span: lowest, highest, last. */
const OF_SPAN = 3;
/** One point in so many may be one at which capital came in or left, or a coin lost its price or got it back. */
const CAPITAL_SHARE = 8;
/** Fewest points that a curve can be shortened to. */
export const FEWEST_POINTS = 10;

/**
 * Shortens a curve while it is read, oldest sample first. Kept are the first and the last sample, the lowest, highest and
 * last of equal spans of time, both ends of the deepest fall (of equity, of growth, and of the profit in the home
 * currency), and samples at which capital came in. So a figure of the drawdown is the same from what is kept. Samples that
 * leave out a coin which those before them valued are no low and no fall: the first of each such stretch marks its gap.
 */
export class CurveShortener {
  readonly #firstUs: TimeUs;
  readonly #spanUs: number;
  readonly #kept = new Map<number, EquitySample>();
  readonly #growth = new GrowthMeter();
  readonly #whole = new WholeMeter();
  readonly #fallOfEquity = new DeepestFall(relative);
  readonly #fallOfGrowth = new DeepestFall(relative);
  readonly #fallOfProfit = new DeepestFall(absolute);
  #capitalLeft: number;
  #count = 0;
  #span = -1;
  #low: Placed | undefined;
  #high: Placed | undefined;
  #last: Placed | undefined;
  #newest: Placed | undefined;

  /** @param range times of the first and last sample. @param most points to keep, FEWEST_POINTS or more. */
  constructor(range: { readonly firstUs: TimeUs; readonly lastUs: TimeUs }, most: number) {
    const room = Math.max(0, most - FIXED);
    this.#capitalLeft = Math.floor(room / CAPITAL_SHARE);
    const spans = Math.floor((room - this.#capitalLeft) / OF_SPAN);
    this.#firstUs = range.firstUs;
    this.#spanUs = spans === 0 ? Number.POSITIVE_INFINITY : (range.lastUs - range.firstUs + 1) / spans;
  }

  add(sample: EquitySample): void {
    const placed = { at: this.#count++, sample };
    this.#newest = placed;
    const isWhole = this.#whole.add(sample);
    const growth = isWhole ? this.#growth.add(sample) : 0;
    if (((isWhole && this.#growth.isPaidIn) || this.#whole.isChanged) && this.#capitalLeft > 0) {
      this.#capitalLeft--;
      this.#keep(placed);
    }
    if (isWhole) this.#addWhole(placed, growth);
  }

  #addWhole(placed: Placed, growth: number): void {
    const { sample } = placed;
    const equity = Number(sample.equity);
    this.#fallOfEquity.add(equity, placed);
    this.#fallOfGrowth.add(growth, placed);
    this.#fallOfProfit.add(Number(sample.realizedPnl) + Number(sample.unrealizedPnl), placed);
    if (placed.at === 0) this.#keep(placed);
    const span = Math.floor((sample.atUs - this.#firstUs) / this.#spanUs);
    if (span !== this.#span) this.#endSpan();
    this.#span = span;
    if (this.#low === undefined || equity < Number(this.#low.sample.equity)) this.#low = placed;
    if (this.#high === undefined || equity > Number(this.#high.sample.equity)) this.#high = placed;
    this.#last = placed;
  }

  /** What is kept, oldest first. */
  kept(): EquitySample[] {
    this.#endSpan();
    this.#keep(this.#newest);
    for (const fall of [this.#fallOfEquity, this.#fallOfGrowth, this.#fallOfProfit]) {
      for (const end of fall.ends) this.#keep(end);
    }
    return [...this.#kept].sort(([a], [b]) => a - b).map(([, sample]) => sample);
  }

  /** A curve without room for spans keeps the fixed points alone. */
  #endSpan(): void {
    if (Number.isFinite(this.#spanUs)) {
      for (const placed of [this.#low, this.#high, this.#last]) this.#keep(placed);
    }
    this.#low = undefined;
    this.#high = undefined;
  }

  #keep(placed: Placed | undefined): void {
    if (placed !== undefined) this.#kept.set(placed.at, placed.sample);
  }
}

/** The curve with at most `most` points (FEWEST_POINTS or more), or as it is when it has no more. Oldest first. */
export function shortened(samples: readonly EquitySample[], most: number): EquitySample[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (samples.length <= most || first === undefined || last === undefined) return [...samples];
  const shortener = new CurveShortener({ firstUs: first.atUs, lastUs: last.atUs }, most);
  for (const sample of samples) shortener.add(sample);
  return shortener.kept();
}
