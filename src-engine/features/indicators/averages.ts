/**
 * Simple and exponential moving averages, MACD, Bollinger bands: the formulas and seeds of TA-Lib (ta_SMA.c, ta_EMA.c, ta_MACD.c,
 * ta_BBANDS.c; BSD-3), unstable period 0.
 */
import { type Feature, Ring } from '../feature.ts';
import type { MarketStep } from '../market-step.ts';

/** Mean of the last n closes. Its sum is made anew each n steps, so that rounding does not pile up. */
export class SimpleAverage implements Feature {
  value = Number.NaN;
  readonly #ring: Ring;
  #sum = 0;

  constructor(n: number) {
    this.#ring = new Ring(n);
  }

  update({ close }: Readonly<MarketStep>): void {
    this.take(close);
  }

  take(x: number): void {
    const ring = this.#ring;
    const out = ring.push(x);
    const n = ring.values.length;
    this.#sum = ring.count % n === 0 ? ring.sum() : this.#sum + x - (ring.count > n ? out : 0);
    this.value = ring.isFull ? this.#sum / n : Number.NaN;
  }
}

/** Weight 2/(n + 1) of the new one; begins as the mean of the first n. */
export class ExponentialAverage implements Feature {
  value = Number.NaN;
  readonly #n: number;
  readonly #weight: number;
  #count = 0;
  #sum = 0;

  /** @param skip how many are passed over before the first n. */
  constructor(n: number, skip = 0) {
    this.#n = n;
    this.#weight = 2 / (n + 1);
    this.#count = -skip;
  }

  update({ close }: Readonly<MarketStep>): void {
    this.take(close);
  }

  take(x: number): void {
    this.#count++;
    if (this.#count <= 0) return;
    if (this.#count > this.#n) {
      this.value += (x - this.value) * this.#weight;
      return;
    }
    this.#sum += x;
    if (this.#count === this.#n) this.value = this.#sum / this.#n;
  }
}

/**
 * Fast average less slow one; both have their first value at the same step, so that the fast one begins with the n closes that end
 * there. The signal is an exponential average of it; the histogram is what is left.
 */
export class Macd implements Feature {
  value = Number.NaN;
  readonly #fast: ExponentialAverage;
  readonly #slow: ExponentialAverage;
  readonly #signal: ExponentialAverage;
  readonly #part: 'line' | 'signal' | 'histogram';

  constructor(part: 'line' | 'signal' | 'histogram', fast: number, slow: number, signal: number) {
    const [short, long] = [Math.min(fast, slow), Math.max(fast, slow)];
    this.#part = part;
    this.#fast = new ExponentialAverage(short, long - short);
    this.#slow = new ExponentialAverage(long);
    this.#signal = new ExponentialAverage(signal);
  }

  update({ close }: Readonly<MarketStep>): void {
    this.#fast.take(close);
    this.#slow.take(close);
    const line = this.#fast.value - this.#slow.value;
    if (Number.isNaN(line)) return;
    this.#signal.take(line);
    const signal = this.#signal.value;
    // TA-Lib begins all three where the signal begins.
    this.value = Number.isNaN(signal)
      ? Number.NaN
      : this.#part === 'line'
        ? line
        : this.#part === 'signal'
          ? signal
          : line - signal;
  }
}

/** Mean of the last n closes plus so many of their standard deviations (of the population, as TA-Lib has it). */
export class BollingerBand implements Feature {
  value = Number.NaN;
  readonly #ring: Ring;
  readonly #width: number;
  readonly #isShare: boolean;

  /** @param width in deviations, negative for the lower band. @param isShare where the close lies between the bands: 0 lower, 1 upper. */
  constructor(n: number, width: number, isShare = false) {
    this.#ring = new Ring(n);
    this.#width = width;
    this.#isShare = isShare;
  }

  update({ close }: Readonly<MarketStep>): void {
    const ring = this.#ring;
    ring.push(close);
    if (!ring.isFull) return;
    const n = ring.values.length;
    const mean = ring.sum() / n;
    let squares = 0;
    for (let at = 0; at < n; at++) squares += ((ring.values[at] as number) - mean) ** 2;
    const reach = this.#width * Math.sqrt(squares / n);
    if (!this.#isShare) this.value = mean + reach;
    else this.value = reach === 0 ? 0.5 : (close - mean + reach) / (2 * reach);
  }
}
