/** The regime of each bar of a series, by the filter of the ensemble: of a bar only what was known at its end. Pure. */
import type { TimeUs } from '../../domain/time.ts';
import { FeatureRow, FeatureSet } from '../../features/feature-set.ts';
import { emptyStep } from '../../features/market-step.ts';
import { regimeSigns } from './regime-signs.ts';
import { type Regime, RegimeFilter } from './regimes.ts';

export type RegimeBar = {
  readonly startUs: TimeUs;
  readonly close: number;
  /** Best prices at its end, in the same units. */
  readonly bid: number;
  readonly ask: number;
  readonly volume: number;
};

/** Bars of one regime in a row. */
export type RegimeSpan = { readonly regime: Regime; readonly fromUs: TimeUs; readonly toUs: TimeUs };

const FEATURES = ['return:20', 'volatility:20', 'volatility:100', 'volume-share:20', 'spread'] as const;
/** Bars that may be missing before all begins anew: bars on either side of an outage are no series. */
const MOST_MISSING = 5;
/** How fast the usual spread follows, as in the ensemble. */
const SLOW = 0.02;

/** Takes bars one by one, as they end. */
export class BarRegimes {
  readonly #spans: { regime: Regime; fromUs: TimeUs; toUs: TimeUs }[] = [];
  readonly #step = emptyStep();
  readonly #stepUs: number;
  readonly #row: FeatureRow;
  #filter = new RegimeFilter();
  #usual = Number.NaN;
  /** When the last bar ended; 0: there was none. */
  untilUs: TimeUs = 0;

  constructor(stepUs: number) {
    this.#stepUs = stepUs;
    this.#row = new FeatureRow(new FeatureSet(FEATURES), MOST_MISSING * stepUs);
  }

  /** @param bar it began when the last one ended, or later. Bars before the first 20 returns have no regime. */
  push({ startUs, close, bid, ask, volume }: RegimeBar): void {
    const endUs = startUs + this.#stepUs;
    this.untilUs = endUs;
    Object.assign(this.#step, { endUs, open: close, high: close, low: close, close, volume, bid, ask });
    if (this.#row.update(this.#step)) {
      this.#filter = new RegimeFilter();
      this.#usual = Number.NaN;
    }
    const { values } = this.#row;
    const of = (at: number): number => values[at] ?? Number.NaN;
    const own = {
      'return:20': of(0),
      'volatility:20': of(1),
      'volatility:100': of(2),
      'volume-share:20': of(3),
      spread: of(4),
    };
    const signs = regimeSigns(own, this.#usual);
    if (own.spread > 0)
      this.#usual = Number.isNaN(this.#usual) ? own.spread : this.#usual + SLOW * (own.spread - this.#usual);
    this.#filter.update(signs, endUs);
    if (Number.isNaN(signs.trend)) return;
    const { regime } = this.#filter;
    const last = this.#spans.at(-1);
    if (last?.regime === regime && startUs - last.toUs <= MOST_MISSING * this.#stepUs) last.toUs = endUs;
    else this.#spans.push({ regime, fromUs: startUs, toUs: endUs });
  }

  /** Those that ended after this moment, oldest first; earlier ones are forgotten. */
  since(fromUs: TimeUs): readonly RegimeSpan[] {
    for (let first = this.#spans[0]; first !== undefined && first.toUs <= fromUs; first = this.#spans[0])
      this.#spans.shift();
    return this.#spans.map((span) => ({ ...span }));
  }
}

/** @param bars rising, of `stepUs` each. */
export function barRegimes(bars: readonly RegimeBar[], stepUs: number): readonly RegimeSpan[] {
  const regimes = new BarRegimes(stepUs);
  for (const bar of bars) regimes.push(bar);
  return regimes.since(Number.NEGATIVE_INFINITY);
}
