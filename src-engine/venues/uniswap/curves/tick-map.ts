/**
 * Which ticks of a pool of Uniswap v3 change its liquidity, as far as they are known. A swap looks for them word by word: 256 possible
 * ticks at a time, and the end of a word without one is a step of its own, with its own rounding.
 * Source: Uniswap v3, `TickBitmap`.
 */
import { floorDiv } from './rounding.ts';
import { MAX_TICK, MIN_TICK } from './tick-price.ts';

const WORD_TICKS = 256;

export type PoolTick = {
  readonly tick: number;
  /** What crossing it upwards adds to the active liquidity. */
  readonly liquidityNet: bigint;
};

/** Words of which all initialised ticks are known, both ends included. */
export type KnownWords = { readonly first: number; readonly last: number };

/** The word of a tick. */
export function wordOf(tick: number, spacing: number): number {
  return floorDiv(floorDiv(tick, spacing), WORD_TICKS);
}

/** Every word that has a possible tick. */
export function allWords(spacing: number): KnownWords {
  return { first: wordOf(MIN_TICK, spacing), last: wordOf(MAX_TICK, spacing) };
}

/** Initialised ticks of one word of a pool's bitmap, in ascending order. @param bitmap as the contract stores it. */
export function ticksInWord(word: number, bitmap: bigint, spacing: number): number[] {
  const ticks: number[] = [];
  for (let bit = 0; bit < WORD_TICKS; bit++)
    if (((bitmap >> BigInt(bit)) & 1n) === 1n) ticks.push((word * WORD_TICKS + bit) * spacing);
  return ticks;
}

export class TickMap {
  readonly spacing: number;
  readonly words: KnownWords;
  readonly #ticks: readonly PoolTick[];

  /** @throws RangeError for ticks that stand twice, or where no pool of this spacing has one. */
  constructor(spacing: number, ticks: readonly PoolTick[], words: KnownWords = allWords(spacing)) {
    if (!Number.isInteger(spacing) || spacing < 1 || spacing > 16_384)
      throw new RangeError(`a tick spacing of ${spacing} is none of Uniswap’s`);
    this.spacing = spacing;
    this.words = words;
    this.#ticks = [...ticks].sort((a, b) => a.tick - b.tick);
    for (const [at, { tick }] of this.#ticks.entries()) {
      if (!Number.isInteger(tick) || tick < MIN_TICK || tick > MAX_TICK || tick % spacing !== 0)
        throw new RangeError(`${tick} is no tick of a pool with spacing ${spacing}`);
      if (this.#ticks[at - 1]?.tick === tick) throw new RangeError(`tick ${tick} stands twice`);
      if (!isWithin(wordOf(tick, spacing), words))
        throw new RangeError(`tick ${tick} is outside of the words that were read`);
    }
  }

  /**
   * Where a swap at this tick looks next: an initialised tick, or the end of the word; undefined where that word was not read.
   * @param isDown token 0 goes in, and the price falls.
   */
  next(
    tick: number,
    isDown: boolean,
  ): { readonly tick: number; readonly net: bigint | undefined } | undefined {
    const compressed = floorDiv(tick, this.spacing) + (isDown ? 0 : 1);
    const word = floorDiv(compressed, WORD_TICKS);
    if (!isWithin(word, this.words)) return undefined;
    const end = (word * WORD_TICKS + (isDown ? 0 : WORD_TICKS - 1)) * this.spacing;
    const found = isDown
      ? this.#atOrBelow(compressed * this.spacing)
      : this.#atOrAbove(compressed * this.spacing);
    const isInWord = found !== undefined && (isDown ? found.tick >= end : found.tick <= end);
    if (isInWord) return { tick: found.tick, net: found.liquidityNet };
    return { tick: Math.min(MAX_TICK, Math.max(MIN_TICK, end)), net: undefined };
  }

  #atOrBelow(tick: number): PoolTick | undefined {
    return this.#ticks[this.#countBelow(tick + 1) - 1];
  }

  #atOrAbove(tick: number): PoolTick | undefined {
    return this.#ticks[this.#countBelow(tick)];
  }

  #countBelow(tick: number): number {
    let low = 0;
    let high = this.#ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ticks[middle] as PoolTick).tick < tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isWithin(word: number, { first, last }: KnownWords): boolean {
  return word >= first && word <= last;
}
