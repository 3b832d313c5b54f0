/** How the prices of several markets move together: means of products of their log returns, the newest weighed most. Nothing is known before enough bars. */
import { log } from '../../lib/elementary.ts';

/** Bars before anything is said. */
export const LEAST_RETURNS = 20;
/** Weight of the newest; before as many bars all count alike. */
const NEWEST = 0.02;

export type CovarianceState = {
  readonly count: number;
  /** Of the last bar; 0: none. */
  readonly closes: readonly number[];
  /** By row, the lower half with its diagonal. */
  readonly sums: readonly number[];
};

export class Covariance {
  readonly #markets: number;
  #count = 0;
  #closes: number[];
  #sums: number[];

  constructor(markets: number) {
    this.#markets = markets;
    this.#closes = Array.from({ length: markets }, () => 0);
    this.#sums = Array.from({ length: (markets * (markets + 1)) / 2 }, () => 0);
  }

  get count(): number {
    return this.#count;
  }

  /** After a gap: a return over it is none of one bar. */
  restart(): void {
    this.#closes.fill(0);
  }

  /** @param closes above 0, of one bar. */
  update(closes: readonly number[]): void {
    const before = this.#closes;
    this.#closes = [...closes];
    if (before.some((close) => close <= 0)) return;
    const returns = closes.map((close, at) => log(close / (before[at] as number)));
    this.#count++;
    const weight = Math.max(NEWEST, 1 / this.#count);
    for (let row = 0, at = 0; row < this.#markets; row++)
      for (let column = 0; column <= row; column++, at++) {
        const product = (returns[row] as number) * (returns[column] as number);
        this.#sums[at] = (this.#sums[at] as number) + weight * (product - (this.#sums[at] as number));
      }
  }

  /** Of the sum of returns over one bar, weighed so. NaN before enough bars. */
  varianceOf(weights: readonly number[]): number {
    if (this.#count < LEAST_RETURNS) return Number.NaN;
    let sum = 0;
    for (let row = 0, at = 0; row < this.#markets; row++)
      for (let column = 0; column <= row; column++, at++) {
        const share = (weights[row] as number) * (weights[column] as number);
        sum += (row === column ? 1 : 2) * share * (this.#sums[at] as number);
      }
    // A sum of squares: what is below zero is rounding.
    return Math.max(0, sum);
  }

  save(): CovarianceState {
    return { count: this.#count, closes: this.#closes, sums: this.#sums };
  }

  load({ count, closes, sums }: CovarianceState): void {
    [this.#count, this.#closes, this.#sums] = [count, [...closes], [...sums]];
  }
}
