/**
 * One market for several exchanges: a single random walk of what assets are worth, which each exchange sees later by a lag of
 * its own and with noise of its own. So their prices move together and differ by a little for a while, as those of venues do.
 * All of it follows from one seed and the clock.
 */
import type { Asset } from '../../../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../../../domain/time.ts';
import { SeededRandom } from '../../../../lib/random.ts';
import type { FairSource } from './fair-source.ts';
import { FairValues } from './fair-values.ts';

/** Longest lag behind the shared values. */
export const MAX_LAG_US: DurationUs = 5_000_000;
/** The noise of an exchange forgets half of itself in this time. */
const NOISE_HALF_LIFE_S = 2;
/** Steps that are remembered; the walk takes one in twenty milliseconds at most. */
const MAX_STEPS = MAX_LAG_US / 20_000 + 2;

type Step = { readonly atUs: TimeUs; readonly logs: ReadonlyMap<Asset, number> };

export type ViewOptions = {
  /** How much later than the shared values; 0 to 5 seconds. */
  readonly lagUs: DurationUs;
  /** Standard deviation of the noise of each asset, in bps. */
  readonly noiseBps: number;
  readonly seed: number;
};

export class SharedFairValues {
  readonly #walk: FairValues;
  readonly #assets: ReadonlySet<Asset>;
  readonly #steps: Step[] = [];

  constructor(assets: ReadonlySet<Asset>, seed: number, startUs: TimeUs) {
    this.#assets = assets;
    this.#walk = new FairValues(assets, new SeededRandom(seed, 3), startUs);
    this.#remember(startUs);
  }

  /** The market as one exchange sees it. */
  view(options: ViewOptions): FairSource {
    return new FairView(this, this.#assets, options);
  }

  advance(nowUs: TimeUs): void {
    if (!this.#walk.advance(nowUs)) return;
    this.#remember(nowUs);
  }

  jump(asset: Asset, bps: number): void {
    this.#walk.jump(asset, bps);
  }

  /** Logarithm of an asset's value in dollars at that time, or at the oldest that is remembered. */
  logAt(asset: Asset, atUs: TimeUs): number {
    let found = this.#steps[0] as Step;
    for (const step of this.#steps) {
      if (step.atUs > atUs) break;
      found = step;
    }
    const log = found.logs.get(asset);
    if (log === undefined) throw new RangeError(`${asset} has no fair value`);
    return log;
  }

  #remember(atUs: TimeUs): void {
    const logs = new Map([...this.#assets].map((asset) => [asset, Math.log(this.#walk.usd(asset))]));
    this.#steps.push({ atUs, logs });
    if (this.#steps.length > MAX_STEPS) this.#steps.shift();
  }
}

class FairView implements FairSource {
  readonly #shared: SharedFairValues;
  readonly #options: ViewOptions;
  readonly #random: SeededRandom;
  readonly #noise: Map<Asset, number>;
  #atUs: TimeUs = 0;

  constructor(shared: SharedFairValues, assets: ReadonlySet<Asset>, options: ViewOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#random = new SeededRandom(options.seed, 5);
    this.#noise = new Map([...assets].map((asset) => [asset, 0]));
  }

  advance(nowUs: TimeUs): void {
    this.#shared.advance(nowUs);
    const seconds = this.#atUs === 0 ? NOISE_HALF_LIFE_S : (nowUs - this.#atUs) / 1_000_000;
    this.#atUs = nowUs;
    const kept = 0.5 ** (seconds / NOISE_HALF_LIFE_S);
    const deviation = (this.#options.noiseBps / 10_000) * Math.sqrt(1 - kept * kept);
    for (const [asset, noise] of this.#noise) {
      // The dollar is what all others are measured in.
      if (asset !== 'USD') this.#noise.set(asset, noise * kept + deviation * this.#random.normal());
    }
  }

  /** News moves the market of all; here it is seen after the lag like any other change. */
  jump(asset: Asset, bps: number): void {
    this.#shared.jump(asset, bps);
  }

  price(base: Asset, quote: Asset): number {
    return Math.exp(this.#log(base) - this.#log(quote));
  }

  usd(asset: Asset): number {
    return Math.exp(this.#log(asset));
  }

  #log(asset: Asset): number {
    return this.#shared.logAt(asset, this.#atUs - this.#options.lagUs) + (this.#noise.get(asset) ?? 0);
  }
}
