/** Volume-weighted average price, on-balance volume (TA-Lib, ta_OBV.c) and the flow of trades. */
import { US_PER_SECOND } from '../../domain/time.ts';
import { type Feature, Ring } from '../feature.ts';
import type { MarketStep } from '../market-step.ts';

const DAY_US = 86_400 * US_PER_SECOND;

/** Mean of the typical price (high + low + close)/3 weighted by volume: of the last n bars, or since midnight UTC (n = 0). */
export class VolumeWeightedPrice implements Feature {
  value = Number.NaN;
  readonly #values: Ring | undefined;
  readonly #volumes: Ring | undefined;
  readonly #isDistance: boolean;
  #day = Number.NaN;
  #value = 0;
  #volume = 0;

  /** @param isDistance the close over it, less 1. */
  constructor(n: number, isDistance = false) {
    this.#values = n === 0 ? undefined : new Ring(n);
    this.#volumes = n === 0 ? undefined : new Ring(n);
    this.#isDistance = isDistance;
  }

  update({ endUs, high, low, close, volume }: Readonly<MarketStep>): void {
    const traded = ((high + low + close) / 3) * volume;
    if (this.#values === undefined || this.#volumes === undefined) {
      // A bar that ends at midnight belongs to the day before.
      const day = Math.ceil(endUs / DAY_US);
      const isNew = day !== this.#day;
      this.#day = day;
      this.#value = isNew ? traded : this.#value + traded;
      this.#volume = isNew ? volume : this.#volume + volume;
    } else {
      this.#values.push(traded);
      this.#volumes.push(volume);
      if (!this.#values.isFull) return;
      this.#value = this.#values.sum();
      this.#volume = this.#volumes.sum();
    }
    const price = this.#volume > 0 ? this.#value / this.#volume : Number.NaN;
    this.value = this.#isDistance ? close / price - 1 : price;
  }
}

/** Begins with the first bar's volume; a rise adds the bar's volume, a fall takes it away. */
export class OnBalanceVolume implements Feature {
  value = Number.NaN;
  #last = Number.NaN;

  update({ close, volume }: Readonly<MarketStep>): void {
    if (Number.isNaN(this.#last)) this.value = volume;
    else if (close > this.#last) this.value += volume;
    else if (close < this.#last) this.value -= volume;
    this.#last = close;
  }
}

/** Volume of rises less that of falls, over all volume of the last n bars: −1 to 1. */
export class BalanceShare implements Feature {
  value = Number.NaN;
  readonly #signed: Ring;
  readonly #volumes: Ring;
  #last = Number.NaN;

  constructor(n: number) {
    this.#signed = new Ring(n);
    this.#volumes = new Ring(n);
  }

  update({ close, volume }: Readonly<MarketStep>): void {
    const way = Number.isNaN(this.#last) ? 0 : Math.sign(close - this.#last);
    this.#last = close;
    this.#signed.push(way * volume);
    this.#volumes.push(volume);
    this.value = this.#volumes.isFull ? shareOf(this.#signed.sum(), this.#volumes.sum()) : Number.NaN;
  }
}

/** What takers bought less what they sold, over both, of the last n steps: −1 to 1; 0 where nothing was traded. */
export class TradeFlow implements Feature {
  value = Number.NaN;
  readonly #bought: Ring;
  readonly #sold: Ring;

  constructor(n: number) {
    this.#bought = new Ring(n);
    this.#sold = new Ring(n);
  }

  update({ buyVolume, sellVolume }: Readonly<MarketStep>): void {
    this.#bought.push(buyVolume);
    this.#sold.push(sellVolume);
    if (!this.#bought.isFull) return;
    const [bought, sold] = [this.#bought.sum(), this.#sold.sum()];
    this.value = shareOf(bought - sold, bought + sold);
  }
}

/** The step's volume over the mean of the last n. */
export class RelativeVolume implements Feature {
  value = Number.NaN;
  readonly #volumes: Ring;

  constructor(n: number) {
    this.#volumes = new Ring(n);
  }

  update({ volume }: Readonly<MarketStep>): void {
    this.#volumes.push(volume);
    if (!this.#volumes.isFull) return;
    const sum = this.#volumes.sum();
    this.value = sum === 0 ? 0 : (volume * this.#volumes.values.length) / sum;
  }
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
