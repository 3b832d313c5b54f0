/** How far and how wildly the price moved: returns, their deviation, distances from averages. Logarithms throughout. */
import { exp, log } from '../../lib/elementary.ts';
import { filterStep } from '../../statistics/hidden-markov.ts';
import { type Feature, Ring } from '../feature.ts';
import type { MarketStep } from '../market-step.ts';
import { ExponentialAverage, SimpleAverage } from './averages.ts';

/** ln of the close over that of n steps before. */
export class PastReturn implements Feature {
  value = Number.NaN;
  readonly #closes: Ring;
  readonly #n: number;

  constructor(n: number) {
    this.#closes = new Ring(n + 1);
    this.#n = n;
  }

  update({ close }: Readonly<MarketStep>): void {
    this.#closes.push(close);
    if (this.#closes.isFull) this.value = log(close / this.#closes.ago(this.#n));
  }
}

/** Sample standard deviation of the last n returns of one step. */
export class Volatility implements Feature {
  value = Number.NaN;
  readonly #returns: Ring;
  #last = Number.NaN;

  constructor(n: number) {
    this.#returns = new Ring(n);
  }

  update({ close }: Readonly<MarketStep>): void {
    const change = log(close / this.#last);
    this.#last = close;
    if (Number.isNaN(change)) return;
    const ring = this.#returns;
    ring.push(change);
    if (!ring.isFull) return;
    const n = ring.values.length;
    const mean = ring.sum() / n;
    let squares = 0;
    for (let at = 0; at < n; at++) squares += ((ring.values[at] as number) - mean) ** 2;
    this.value = Math.sqrt(squares / (n - 1));
  }
}

/** How many sample deviations of the last n closes the close lies from their mean; 0 where they are all the same. */
export class ZScore implements Feature {
  value = Number.NaN;
  readonly #closes: Ring;

  constructor(n: number) {
    this.#closes = new Ring(n);
  }

  update({ close }: Readonly<MarketStep>): void {
    const ring = this.#closes;
    ring.push(close);
    if (!ring.isFull) return;
    const n = ring.values.length;
    const mean = ring.sum() / n;
    let squares = 0;
    for (let at = 0; at < n; at++) squares += ((ring.values[at] as number) - mean) ** 2;
    this.value = squares === 0 ? 0 : (close - mean) / Math.sqrt(squares / (n - 1));
  }
}

/** The fast average over the slow one, less 1. */
export class AverageGap implements Feature {
  value = Number.NaN;
  readonly #fast: SimpleAverage | ExponentialAverage;
  readonly #slow: SimpleAverage | ExponentialAverage;

  constructor(kind: 'simple' | 'exponential', fast: number, slow: number) {
    const Average = kind === 'simple' ? SimpleAverage : ExponentialAverage;
    this.#fast = new Average(fast);
    this.#slow = new Average(slow);
  }

  update({ close }: Readonly<MarketStep>): void {
    this.#fast.take(close);
    this.#slow.take(close);
    this.value = this.#fast.value / this.#slow.value - 1;
  }
}

/** Where the close lies within its step: 0 at the low, 1 at the high, 0.5 where both are one. */
export class CloseShare implements Feature {
  value = Number.NaN;

  update({ high, low, close }: Readonly<MarketStep>): void {
    this.value = high > low ? (close - low) / (high - low) : high === low ? 0.5 : Number.NaN;
  }
}

/** ln of the high over the low. */
export class RangeShare implements Feature {
  value = Number.NaN;

  update({ high, low }: Readonly<MarketStep>): void {
    this.value = log(high / low);
  }
}

/** Likely to stay in its state from one step to the next. */
const STAY = 0.97;
const CHAIN = [
  [STAY, 1 - STAY],
  [1 - STAY, STAY],
];
/** Deviations of returns in the calm and in the turbulent state, as multiples of the usual one. */
const [CALM, TURBULENT] = [0.7, 2];

/**
 * Probability that the market is turbulent, by the filter of a hidden Markov model of two states whose returns are normal: never by a smoother, which looks ahead.
 * The usual deviation is that of the n returns before this one.
 */
export class Turbulence implements Feature {
  value = Number.NaN;
  readonly #usual: Volatility;
  readonly #state = Float64Array.of(0.5, 0.5);
  readonly #room = new Float64Array(2);
  readonly #likelihoods = new Float64Array(2);
  #last = Number.NaN;

  constructor(n: number) {
    this.#usual = new Volatility(n);
  }

  update(step: Readonly<MarketStep>): void {
    const usual = this.#usual.value;
    const change = log(step.close / this.#last);
    this.#last = step.close;
    this.#usual.update(step);
    if (!(usual > 0) || Number.isNaN(change)) return;
    const z = change / usual;
    this.#likelihoods[0] = exp((-z * z) / (2 * CALM * CALM)) / CALM;
    this.#likelihoods[1] = exp((-z * z) / (2 * TURBULENT * TURBULENT)) / TURBULENT;
    filterStep(CHAIN, this.#state, this.#likelihoods, this.#room);
    this.value = this.#state[1] as number;
  }
}
