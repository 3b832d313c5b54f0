/** What one test of a window found, and the spread that it makes of later bars. */
import { UserError } from '../../domain/errors.ts';
import { type Cointegration, engleGranger } from '../../statistics/engle-granger.ts';
import { HedgeFilter } from '../../statistics/hedge-filter.ts';
import { criticalValues, pValue } from '../../statistics/unit-root-tables.ts';
import type { PairsSettings } from './pairs-settings.ts';

export type WindowTest = {
  /** 1 where the window could not be tested. */
  readonly p: number;
  /** Value of B that is sold for one of A bought. */
  readonly hedgeRatio: number;
  /** In bars; Infinity where the spread does not return. */
  readonly halfLife: number;
  /** Why the window could not be tested. */
  readonly fault?: string;
};

/** A spread of logarithms, in its own units: s = ln A − ratio × ln B − intercept. */
export type Spread = {
  readonly hedgeRatio: number;
  readonly intercept: number;
  readonly deviation: number;
};

/** What a model is made of, for a restart: its window, and the bars that it took since. */
export type PairModelState = {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly taken: readonly number[];
};

export class PairModel {
  readonly test: WindowTest;
  readonly #window: readonly [Float64Array, Float64Array];
  readonly #taken: number[] = [];
  readonly #fit: Cointegration | undefined;
  readonly #filter: HedgeFilter | undefined;

  /** @param a, b logarithms of the closes, oldest first. Lags are chosen by BIC, which keeps the test nearest to its level. */
  constructor(a: Float64Array, b: Float64Array, { spread }: Pick<PairsSettings, 'spread'>) {
    this.#window = [a, b];
    try {
      const fit = engleGranger({ name: 'A', values: a }, [{ name: 'B', values: b }], 'c', { by: 'bic' });
      this.#fit = fit;
      this.#filter = spread === 'kalman' ? HedgeFilter.over(a, b, fit) : undefined;
      this.test = { p: finiteP(fit), hedgeRatio: fit.hedgeRatios[0] as number, halfLife: fit.halfLife };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.test = { p: 1, hedgeRatio: 0, halfLife: Number.POSITIVE_INFINITY, fault: error.message };
    }
  }

  /** Takes a bar after the window. How far its spread is from its mean in standard deviations; NaN where there was no test. */
  take(a: number, b: number): number {
    if (this.#fit === undefined) return Number.NaN;
    if (this.#filter === undefined) return zOf(this.spread, a, b);
    this.#taken.push(a, b);
    this.#filter.step(a, b);
    return this.#filter.zScore;
  }

  get state(): PairModelState {
    const [a, b] = this.#window;
    return { a: [...a], b: [...b], taken: [...this.#taken] };
  }

  static from({ a, b, taken }: PairModelState, settings: Pick<PairsSettings, 'spread'>): PairModel {
    const model = new PairModel(Float64Array.from(a), Float64Array.from(b), settings);
    for (let at = 0; at + 1 < taken.length; at += 2) model.take(taken[at] as number, taken[at + 1] as number);
    return model;
  }

  /** As of the last bar. */
  get spread(): Spread {
    const { hedgeRatios: [hedgeRatio = 0] = [], intercept = 0, deviation = Number.NaN } = this.#fit ?? {};
    if (this.#filter === undefined) return { hedgeRatio, intercept, deviation };
    return { hedgeRatio: this.#filter.hedgeRatio, intercept: this.#filter.intercept, deviation };
  }
}

export function zOf({ hedgeRatio, intercept, deviation }: Spread, a: number, b: number): number {
  return (a - hedgeRatio * b - intercept) / deviation;
}

/** The asymptotic p of the statistic, raised by as much as the 1 % critical value of so short a window lies below its limit. */
function finiteP({ statistic, observations }: Cointegration): number {
  const milder =
    criticalValues('c', 2, Number.POSITIVE_INFINITY).onePercent -
    criticalValues('c', 2, observations).onePercent;
  return pValue(statistic + milder, 'c', 2);
}
