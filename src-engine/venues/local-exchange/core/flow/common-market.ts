/**
 * One market for several exchanges, wherever they run: what assets are worth is a function of a seed and the time alone, which
 * each exchange sees later by a lag of its own, and with noise of its own. So their prices move together and differ by a little
 * for a while, as those of venues do, without one exchange knowing of another.
 *
 * A value is a sum of waves of random heights, each twice as long as the one before and higher by the root of two: over any time
 * between the shortest and the longest of them it moves as a random walk does. Coins share the waves of the market.
 */
import type { Asset } from '../../../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../../../domain/time.ts';
import type { FairSource } from './fair-source.ts';
import { type AssetModel, MARKET_VOLATILITY, modelOf } from './fair-values.ts';

const SECOND_US = 1_000_000;
const YEAR_S = 365.25 * 86_400;
/** Shortest wave; the longest is of some three days, or of twice the time in which an asset comes back to its anchor. */
const SHORTEST_S = 0.5;
const LONGEST_S = SHORTEST_S * 2 ** 19;
/** Height of a wave by the volatility over its length: so that the sum moves as far as a walk with that volatility. */
const HEIGHT = 0.65;
/** Noise of an exchange is of one wave, of this length. */
const NOISE_S = 3;
/** News at one exchange is forgotten by half in this time: the market of all did not move. */
const NEWS_HALF_LIFE_S = 4;

export type MarketView = {
  /** Seed of the market: the same for all exchanges that share it. */
  readonly seed: number;
  /** Seed of this exchange's noise, and a name, so that no two exchanges of one seed have the same. */
  readonly ownSeed: number;
  readonly name: string;
  /** How much later than the market. */
  readonly lagUs: DurationUs;
  /** Standard deviation of the noise of each asset, in bps. */
  readonly noiseBps: number;
};

/** The market as one exchange sees it. */
export class CommonMarket implements FairSource {
  readonly #view: MarketView;
  readonly #news = new Map<Asset, { readonly log: number; readonly atUs: TimeUs }>();
  #atUs: TimeUs = 0;

  constructor(view: MarketView) {
    this.#view = view;
  }

  advance(nowUs: TimeUs): void {
    this.#atUs = nowUs;
  }

  jump(asset: Asset, bps: number): void {
    this.#news.set(asset, { log: this.#newsOf(asset) + bps / 10_000, atUs: this.#atUs });
  }

  price(base: Asset, quote: Asset): number {
    return Math.exp(this.#log(base) - this.#log(quote));
  }

  usd(asset: Asset): number {
    return Math.exp(this.#log(asset));
  }

  #log(asset: Asset): number {
    const { seed, ownSeed, name, lagUs, noiseBps } = this.#view;
    // The dollar is what all others are measured in.
    if (asset === 'USD') return 0;
    const noise = (noiseBps / 10_000) * wave(mix(ownSeed, `${name} ${asset}`), NOISE_S, this.#atUs);
    return marketLog(seed, modelOf(asset), this.#atUs - lagUs) + noise + this.#newsOf(asset);
  }

  #newsOf(asset: Asset): number {
    const news = this.#news.get(asset);
    if (news === undefined) return 0;
    return news.log * 0.5 ** ((this.#atUs - news.atUs) / SECOND_US / NEWS_HALF_LIFE_S);
  }
}

/** Logarithm of an asset's value in dollars, as the whole market has it. */
function marketLog(
  seed: number,
  [code, startUsd, beta, volatility, halfLifeS]: AssetModel,
  atUs: TimeUs,
): number {
  const longestS = halfLifeS > 0 ? Math.min(2 * halfLifeS, LONGEST_S) : LONGEST_S;
  const market = beta === 0 ? 0 : beta * MARKET_VOLATILITY * walk(mix(seed, 'the market'), LONGEST_S, atUs);
  return Math.log(startUsd) + market + volatility * walk(mix(seed, code), longestS, atUs);
}

/** A sum of waves for a volatility of one a year. */
function walk(key: number, longestS: number, atUs: TimeUs): number {
  let sum = 0;
  let octave = 0;
  for (let lengthS = SHORTEST_S; lengthS <= longestS; lengthS *= 2) {
    sum += HEIGHT * Math.sqrt(lengthS / YEAR_S) * wave(key + ++octave, lengthS, atUs);
  }
  return sum;
}

/** A smooth line through random heights of deviation one, so many seconds apart. */
function wave(key: number, lengthS: number, atUs: TimeUs): number {
  const position = atUs / SECOND_US / lengthS;
  const cell = Math.floor(position);
  const share = position - cell;
  const smooth = share * share * (3 - 2 * share);
  const from = height(key, cell);
  return from + (height(key, cell + 1) - from) * smooth;
}

const SQRT_12 = Math.sqrt(12);

/** Uniform with deviation one, by key and cell alone. */
function height(key: number, cell: number): number {
  let bits = scramble(Math.trunc(key) ^ (cell | 0));
  bits = scramble(bits ^ Math.floor(cell / 2 ** 32));
  return (bits / 2 ** 32 - 0.5) * SQRT_12;
}

/** A seed and a name as one number. */
function mix(seed: number, name: string): number {
  let bits = scramble(seed | 0) ^ Math.floor(seed / 2 ** 32);
  for (let i = 0; i < name.length; i++) bits = scramble(bits ^ name.charCodeAt(i));
  // Room for the octaves, without a carry into the sign.
  return scramble(bits) >>> 6;
}

/** 32 bits in, 32 bits out, each of which depends on all (the finalizer of MurmurHash3). */
function scramble(bits: number): number {
  let x = (bits ^ 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
