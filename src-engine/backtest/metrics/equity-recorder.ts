/**
 * What an account was worth over a run, as the figures ask for it: returns of equal periods, profit, drawdown.
 * It takes equity samples as they come and keeps one float a period, so that a long run needs no more room than
 * its periods.
 *
 * Conventions: the equity of a time is that of the last sample at or before it. A return is the change over a
 * period as a fraction of the equity that it opened with, divided as decimals and only then made a float. Capital that
 * gets its first price during the run raises equity without being earned: it counts as paid in at that
 * sample, and returns are linked around it (time-weighted). A sample that leaves out a coin which those before it
 * valued is a gap, no low: the equity of before holds until the coin has a price again. What remains after the last
 * whole period is in the profit and the drawdown, not in the returns.
 */
import { type Decimal, type DecimalText, decimal, ONE, ZERO } from '../../domain/decimal.ts';
import { profitOf } from '../../domain/equity-parts.ts';
import { assert, UserError } from '../../domain/errors.ts';
import type { EquitySample } from '../../domain/event.ts';
import type { Asset } from '../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { WholeMeter } from '../../domain/whole-samples.ts';
import { DrawdownMeter } from './drawdown.ts';

/** Most periods of one run: 8 MB of returns. */
export const MAX_PERIODS = 1_000_000;

/** Samples are rounded to ten places: a capital that moves by less has not moved. */
const CAPITAL_NOISE = decimal('0.000000001');

export type EquityFigures = {
  readonly homeAsset: Asset;
  readonly startEquity: DecimalText;
  readonly endEquity: DecimalText;
  /** Realised and unrealised profit from the first sample to the last, after fees, in the home currency. */
  readonly netPnl: DecimalText;
  readonly fees: DecimalText;
  /** Growth from the first sample to the last as a fraction, linked around capital that was paid in. */
  readonly totalReturn: number;
  /** Mean over time of the equity, from the first sample to the last. */
  readonly meanEquity: number;
  readonly returns: Float64Array;
  readonly periodUs: DurationUs;
  /** Deepest fall of what one unit became, sample by sample; null when it never fell. */
  readonly maxDrawdown: {
    /** −0.1: ten per cent below the peak. */
    readonly depth: number;
    readonly peakUs: TimeUs;
    readonly troughUs: TimeUs;
    readonly recoveredUs: TimeUs | null;
  } | null;
  /** Largest fall of the profit from its highest so far, in the home currency; zero or more. */
  readonly maxDrawdownHome: DecimalText;
  /** Longest time under water: from a peak until it was reached again, or until the last sample. */
  readonly longestUnderwaterUs: DurationUs;
  /** Samples that left out a coin which those before them valued; and where the last one did, coins that it left out, and the time up to which the figures go. */
  readonly leftOut: number;
  readonly endsBefore: { readonly coins: number; readonly atUs: TimeUs } | null;
};

export class EquityRecorder {
  readonly #fromUs: TimeUs;
  readonly #periodUs: DurationUs;
  readonly #returns: number[] = [];
  readonly #drawdown = new DrawdownMeter();
  #first: EquitySample | undefined;
  #last: EquitySample | undefined;
  readonly #whole = new WholeMeter();
  #seen: EquitySample | undefined;
  #leftOut = 0;
  #equity = ZERO;
  #capital = ZERO;
  #pnl = ZERO;
  #startPnl = ZERO;
  #peakPnl = ZERO;
  #drawdownHome = ZERO;
  /** Equity that the stretch under way began with, and growth of the stretches before it: of the period, of all. */
  #periodBase = ZERO;
  #periodGrowth = ONE;
  #totalBase = ZERO;
  #totalGrowth = ONE;
  /** Equity × time, in home currency × µs. */
  #area = 0;

  /** @param fromUs when the first period begins. @param periodUs length of a period, above zero. */
  constructor(fromUs: TimeUs, periodUs: DurationUs) {
    assert(periodUs > 0, 'a period has a length');
    this.#fromUs = fromUs;
    this.#periodUs = periodUs;
  }

  /** Takes the next sample. @throws UserError when the run has more than MAX_PERIODS periods. */
  add(sample: EquitySample): void {
    assert(sample.atUs >= (this.#seen?.atUs ?? sample.atUs), 'equity samples come in the order of time');
    this.#seen = sample;
    if (!this.#whole.add(sample)) {
      this.#leftOut++;
      return;
    }
    const equity = decimal(sample.equity);
    const pnl = profitOf(sample);
    const last = this.#last;
    if (last === undefined) this.#begin(sample, equity, pnl);
    else {
      assert(sample.homeAsset === last.homeAsset, 'a run has one home currency');
      this.#closeUntil(sample.atUs);
      this.#area += this.#equity.toNumber() * (sample.atUs - last.atUs);
      this.#payIn(equity, equity.minus(pnl).minus(this.#capital));
    }
    this.#last = sample;
    this.#equity = equity;
    this.#capital = equity.minus(pnl);
    this.#pnl = pnl;
    if (pnl.gt(this.#peakPnl)) this.#peakPnl = pnl;
    const below = this.#peakPnl.minus(pnl);
    if (below.gt(this.#drawdownHome)) this.#drawdownHome = below;
    this.#drawdown.add(grown(this.#totalGrowth, this.#totalBase, equity).toNumber(), sample.atUs);
  }

  /**
   * The figures of all samples so far. @param toUs where the market's data ends: whole periods up to there have
   * a return, so that runs over the same data have the same periods.
   * @returns null when there was no sample.
   */
  finish(toUs: TimeUs): EquityFigures | null {
    const first = this.#first;
    const last = this.#last;
    if (first === undefined || last === undefined) return null;
    this.#closeUntil(toUs + 1);
    const periods = Math.max(0, Math.floor((toUs - this.#fromUs) / this.#periodUs));
    const spanUs = last.atUs - first.atUs;
    const deepest = this.#drawdown.deepest;
    return {
      homeAsset: first.homeAsset,
      startEquity: first.equity,
      endEquity: last.equity,
      netPnl: this.#pnl.minus(this.#startPnl).toFixed(),
      fees: decimal(last.fees).minus(first.fees).toFixed(),
      totalReturn: grown(this.#totalGrowth, this.#totalBase, this.#equity).minus(ONE).toNumber(),
      meanEquity: spanUs === 0 ? this.#equity.toNumber() : this.#area / spanUs,
      returns: Float64Array.from(this.#returns.slice(0, periods)),
      periodUs: this.#periodUs,
      maxDrawdown:
        deepest === undefined
          ? null
          : {
              depth: deepest.depth,
              peakUs: deepest.peak,
              troughUs: deepest.trough,
              recoveredUs: deepest.recovered,
            },
      maxDrawdownHome: this.#drawdownHome.toFixed(),
      longestUnderwaterUs: this.#drawdown.longestUnderwater,
      leftOut: this.#leftOut,
      endsBefore: this.#seen === last ? null : { coins: this.#seen?.withoutPrice ?? 0, atUs: last.atUs },
    };
  }

  #begin(sample: EquitySample, equity: Decimal, pnl: Decimal): void {
    this.#first = sample;
    this.#startPnl = pnl;
    this.#peakPnl = pnl;
    this.#equity = equity;
    this.#periodBase = equity;
    this.#totalBase = equity;
    // Periods before the first sample opened and closed with the equity of that sample.
    this.#closeUntil(sample.atUs);
  }

  /** Closes the periods that end before `atUs`: a sample at the very end of a period still belongs to it. */
  #closeUntil(atUs: TimeUs): void {
    for (;;) {
      const endUs = this.#fromUs + (this.#returns.length + 1) * this.#periodUs;
      if (endUs >= atUs) return;
      if (this.#returns.length >= MAX_PERIODS) {
        throw new UserError({
          code: 'too-many-periods',
          field: 'periodMs',
          value: String(this.#periodUs / 1_000),
          message: `makes more than ${MAX_PERIODS} periods of this run`,
          remedy: 'Choose a longer period.',
        });
      }
      this.#returns.push(grown(this.#periodGrowth, this.#periodBase, this.#equity).minus(ONE).toNumber());
      this.#periodGrowth = ONE;
      this.#periodBase = this.#equity;
    }
  }

  /** Ends a stretch where capital came in: what was there before it grew to the equity without it. */
  #payIn(equity: Decimal, capital: Decimal): void {
    if (capital.abs().lte(CAPITAL_NOISE)) return;
    const without = equity.minus(capital);
    this.#periodGrowth = grown(this.#periodGrowth, this.#periodBase, without);
    this.#totalGrowth = grown(this.#totalGrowth, this.#totalBase, without);
    this.#periodBase = equity;
    this.#totalBase = equity;
  }
}

/** Growth so far times that of the stretch under way; a stretch that began with nothing did not grow. */
function grown(growth: Decimal, base: Decimal, equity: Decimal): Decimal {
  return base.lte(ZERO) ? growth : growth.times(equity).div(base);
}
