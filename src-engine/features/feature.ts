/** What a feature is: one number after each step, made of this and earlier steps of one market. */
import type { MarketStep } from './market-step.ts';

/** Allocates nothing in `update`. */
export type Feature = {
  /** After the last step; NaN while it is not warm, or where its source is unknown. */
  value: number;
  update(step: Readonly<MarketStep>): void;
};

export type FeatureParameter = {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly usual: number;
  /** Otherwise a whole number. */
  readonly isReal?: true;
};

/** What it reads of a step, which decides where it is known. */
export type FeatureSource = 'bars' | 'volume' | 'book' | 'trades';

export type FeatureDefinition = {
  readonly name: string;
  /** Raised whenever the same steps give other values: it is part of the set's id. */
  readonly version: number;
  readonly words: string;
  readonly source: FeatureSource;
  /** How it begins, where that moves its later values. */
  readonly seedRule?: string;
  /** Whether it has the same meaning in a market of any price and size, so that a model may use it. */
  readonly isScaleFree: boolean;
  readonly parameters: readonly FeatureParameter[];
  /** Steps until it has its first value. */
  readonly warmup: (...parameters: readonly number[]) => number;
  readonly make: (...parameters: readonly number[]) => Feature;
};

/** The last `size` numbers. */
export class Ring {
  readonly values: Float64Array;
  count = 0;
  #at = 0;

  constructor(size: number) {
    this.values = new Float64Array(size);
  }

  get isFull(): boolean {
    return this.count >= this.values.length;
  }

  /** Answers the one that it pushed out; NaN where there was none. */
  push(value: number): number {
    const { values } = this;
    const out = this.isFull ? (values[this.#at] as number) : Number.NaN;
    values[this.#at] = value;
    this.#at = (this.#at + 1) % values.length;
    this.count++;
    return out;
  }

  /** The one pushed `back` before the last: 0 is the last. */
  ago(back: number): number {
    const { values } = this;
    return values[(this.#at - 1 - back + 2 * values.length) % values.length] as number;
  }

  sum(): number {
    let sum = 0;
    for (let at = 0; at < this.values.length; at++) sum += this.values[at] as number;
    return sum;
  }
}
