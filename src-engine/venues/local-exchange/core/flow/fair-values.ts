/**
 * What assets are worth, in US dollars, as the simulated crowd believes: a geometric random walk with one
 * market factor, so that coins move together. Stable coins and currencies are pulled back to their anchor.
 */
import type { Asset } from '../../../../domain/ids.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { FairSource } from './fair-source.ts';
import type { SeededRandom } from '../../../../lib/random.ts';

export type AssetModel = readonly [
  code: Asset,
  /** Dollars at the start: the order of magnitude of early 2026. */
  startUsd: number,
  /** How strongly it follows the market factor. */
  beta: number,
  /** Own volatility, as a fraction per square root of a year. */
  volatility: number,
  /** Half-life of the pull to the anchor in seconds; 0 for none. */
  halfLifeS: number,
];

const MODELS: readonly AssetModel[] = [
  ['USD', 1, 0, 0, 0],
  ['EUR', 1.165, 0, 0.07, 20_000],
  ['GBP', 1.345, 0, 0.08, 20_000],
  ['USDT', 0.9996, 0, 0.02, 600],
  ['USDC', 0.9999, 0, 0.02, 600],
  ['BTC', 91_250, 1, 0.15, 0],
  ['ETH', 3_120, 1.3, 0.3, 0],
  ['SOL', 141.2, 1.5, 0.45, 0],
  ['XRP', 2.06, 1.3, 0.45, 0],
  ['ADA', 0.3914, 1.4, 0.45, 0],
  ['DOT', 2.118, 1.5, 0.45, 0],
  ['LTC', 78.4, 1.1, 0.4, 0],
  ['LINK', 13.24, 1.5, 0.45, 0],
  ['BCH', 631.5, 1.1, 0.45, 0],
  ['DOGE', 0.1386, 1.6, 0.5, 0],
  ['AVAX', 13.92, 1.5, 0.45, 0],
  ['ATOM', 2.541, 1.4, 0.45, 0],
  ['XLM', 0.2281, 1.3, 0.45, 0],
  ['BNB', 871.5, 1, 0.3, 0],
];

/** Volatility of the market factor, a fraction per square root of a year. */
export const MARKET_VOLATILITY = 0.42;
const YEAR_S = 365.25 * 86_400;
/** Shortest time after which the walk takes a step. */
const STEP_US = 20_000;

type Walk = { readonly model: AssetModel; readonly anchor: number; log: number };

/** @throws RangeError for an asset that no model knows. */
export function modelOf(asset: Asset): AssetModel {
  const model = MODELS.find(([code]) => code === asset);
  if (model === undefined) throw new RangeError(`${asset} has no fair value`);
  return model;
}

export class FairValues implements FairSource {
  readonly #random: SeededRandom;
  readonly #walks = new Map<Asset, Walk>();
  #atUs: TimeUs;

  constructor(assets: ReadonlySet<Asset>, random: SeededRandom, startUs: TimeUs) {
    this.#random = random;
    this.#atUs = startUs;
    for (const model of MODELS) {
      const anchor = Math.log(model[1]);
      if (assets.has(model[0])) this.#walks.set(model[0], { model, anchor, log: anchor });
    }
  }

  /** Moves all values on to `nowUs`. */
  advance(nowUs: TimeUs): void {
    if (nowUs - this.#atUs < STEP_US) return;
    const seconds = (nowUs - this.#atUs) / 1_000_000;
    this.#atUs = nowUs;
    const root = Math.sqrt(seconds / YEAR_S);
    const market = MARKET_VOLATILITY * root * this.#random.normal();
    for (const walk of this.#walks.values()) {
      const [, , beta, volatility, halfLifeS] = walk.model;
      if (volatility === 0) continue;
      walk.log += beta * market + volatility * root * this.#random.normal();
      if (halfLifeS > 0) walk.log += (walk.anchor - walk.log) * (1 - 0.5 ** (seconds / halfLifeS));
    }
  }

  /** Moves one asset at once, as news does. */
  jump(asset: Asset, bps: number): void {
    const walk = this.#walks.get(asset);
    if (walk !== undefined) walk.log += bps / 10_000;
  }

  /** What one unit of `base` is worth in `quote`. */
  price(base: Asset, quote: Asset): number {
    return Math.exp(this.#log(base) - this.#log(quote));
  }

  usd(asset: Asset): number {
    return Math.exp(this.#log(asset));
  }

  #log(asset: Asset): number {
    const walk = this.#walks.get(asset);
    if (walk === undefined) throw new RangeError(`${asset} has no fair value`);
    return walk.log;
  }
}
