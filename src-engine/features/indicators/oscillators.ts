/** RSI and average true range by Wilder ("New concepts in technical trading systems", 1978), with the seeds of TA-Lib (ta_RSI.c, ta_ATR.c). */
import type { Feature } from '../feature.ts';
import type { MarketStep } from '../market-step.ts';

/** Wilder's smoothing: begins as the mean of the first n, then (n − 1 old + new)/n. */
class WilderAverage {
  value = Number.NaN;
  readonly #n: number;
  #count = 0;
  #sum = 0;

  constructor(n: number) {
    this.#n = n;
  }

  take(x: number): void {
    const n = this.#n;
    this.#count++;
    if (this.#count > n) {
      this.value = (this.value * (n - 1) + x) / n;
      return;
    }
    this.#sum += x;
    if (this.#count === n) this.value = this.#sum / n;
  }
}

/** 0 to 100. Of a market that did not move: 0, as TA-Lib answers. */
export class RelativeStrength implements Feature {
  value = Number.NaN;
  readonly #gain: WilderAverage;
  readonly #loss: WilderAverage;
  #last = Number.NaN;

  constructor(n: number) {
    this.#gain = new WilderAverage(n);
    this.#loss = new WilderAverage(n);
  }

  update({ close }: Readonly<MarketStep>): void {
    const change = close - this.#last;
    this.#last = close;
    if (Number.isNaN(change)) return;
    this.#gain.take(Math.max(0, change));
    this.#loss.take(Math.max(0, -change));
    const [gain, loss] = [this.#gain.value, this.#loss.value];
    if (!Number.isNaN(gain)) this.value = gain + loss === 0 ? 0 : (100 * gain) / (gain + loss);
  }
}

/** In units of the price, or as a share of the close. */
export class TrueRange implements Feature {
  value = Number.NaN;
  readonly #average: WilderAverage;
  readonly #isShare: boolean;
  #last = Number.NaN;

  constructor(n: number, isShare = false) {
    this.#average = new WilderAverage(n);
    this.#isShare = isShare;
  }

  update({ high, low, close }: Readonly<MarketStep>): void {
    const before = this.#last;
    this.#last = close;
    // The first bar has no close before it.
    if (Number.isNaN(before)) return;
    this.#average.take(Math.max(high, before) - Math.min(low, before));
    this.value = this.#isShare ? this.#average.value / close : this.#average.value;
  }
}
