/**
 * Which samples of an equity curve can be compared with those before them. A sample leaves out what a coin without a
 * price is worth (after a restart, while its way home is closed): its fall is none of the account, and its return no gain.
 */
import type { EquitySample } from './event.ts';
import { type TimeUs, US_PER_SECOND } from './time.ts';

export type SampleMoney = Pick<EquitySample, 'equity' | 'realizedPnl' | 'unrealizedPnl' | 'withoutPrice'>;
export type TimedMoney = SampleMoney & Pick<EquitySample, 'atUs'>;

/** A coin that has had no price for so long is no longer waited for. */
const WAIT_US = 86_400 * US_PER_SECOND;
/** Samples are rounded to ten places, and floats of them to sixteen digits: capital that moves by less has not moved. */
const ROUNDING = 1e-9;
const FLOAT_NOISE = 1e-14;

/** By how much capital seems to move where it does not. */
export function capitalNoise({ equity, realizedPnl, unrealizedPnl }: SampleMoney): number {
  const all = Math.abs(Number(equity)) + Math.abs(Number(realizedPnl)) + Math.abs(Number(unrealizedPnl));
  return ROUNDING + FLOAT_NOISE * all;
}

export const capitalFloat = ({ equity, realizedPnl, unrealizedPnl }: SampleMoney): number =>
  Number(equity) - Number(realizedPnl) - Number(unrealizedPnl);

/** Takes samples, oldest first. */
export class WholeMeter {
  /** Coins that the last whole sample left out, and its capital. */
  #left: number | undefined;
  #capital = 0;
  #partialSinceUs: TimeUs | undefined;
  /** The last sample left out more, or fewer, coins than the one before it that counts. */
  isChanged = false;

  /**
   * Whether the sample shows all that those before it showed. One that leaves out a coin more does not, unless that coin
   * came without a price and took nothing away; after a day the coin is no longer waited for, and the curve goes on without it.
   */
  add(sample: TimedMoney): boolean {
    const left = sample.withoutPrice ?? 0;
    const isPartial = this.#left !== undefined && left > this.#left && this.#isMissed(sample);
    this.isChanged = isPartial ? this.#partialSinceUs === undefined : left !== (this.#left ?? left);
    if (isPartial) {
      this.#partialSinceUs ??= sample.atUs;
      return false;
    }
    this.#partialSinceUs = undefined;
    this.#left = left;
    this.#capital = capitalFloat(sample);
    return true;
  }

  #isMissed(sample: TimedMoney): boolean {
    if (this.#partialSinceUs !== undefined) return sample.atUs - this.#partialSinceUs < WAIT_US;
    return capitalFloat(sample) < this.#capital - capitalNoise(sample);
  }
}

/** For each sample, oldest first: whether it shows all that those before it showed. */
export function wholeFlags(samples: readonly TimedMoney[]): boolean[] {
  const meter = new WholeMeter();
  return samples.map((sample) => meter.add(sample));
}

/** The samples that can be compared with each other. */
export function wholeSamples<T extends TimedMoney>(samples: readonly T[]): T[] {
  const flags = wholeFlags(samples);
  return samples.filter((_, at) => flags[at]);
}
