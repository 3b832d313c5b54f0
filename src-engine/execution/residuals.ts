import { Decimal, ZERO } from '../domain/decimal.ts';
import { type Asset, type ExecutionId, STRATEGY_MARK, SWEEP_MARK } from '../domain/ids.ts';
import { assetName, isSameCoin } from '../domain/venue-asset.ts';

/** Coins that were sold and not bought back, where they were sold. */
export type Short = { readonly asset: Asset; readonly amount: Decimal };

/**
 * What finished cycles left behind of each asset, too small to sell then: swept once it is enough for an order. And what they sold
 * and did not buy back: bought once that is enough for one. What is over of a coin at one venue and missing at another is neither.
 */
export class Residuals {
  readonly #left = new Map<Asset, Decimal>();
  readonly #short = new Map<Asset, Decimal>();

  /** @param amount below zero: a sweep sold it, or a fee took it. */
  add(asset: Asset, amount: Decimal): void {
    const back = Decimal.max(ZERO, Decimal.min(amount, this.#short.get(asset) ?? ZERO));
    if (back.gt(0)) this.owe(asset, back.negated());
    const left = this.of(asset).plus(amount).minus(back);
    // What was taken beyond what was left is the account's own: there is nothing to give back to.
    if (left.gt(0)) this.#left.set(asset, left);
    else this.#left.delete(asset);
  }

  /** What an execution moved of an asset. @param amount below zero: what is not of what was left is to be bought back. */
  book(asset: Asset, amount: Decimal): void {
    const taken = Decimal.min(this.of(asset), Decimal.max(ZERO, amount.negated()));
    this.add(asset, amount.gt(0) ? amount : taken.negated());
    if (amount.lt(0)) this.owe(asset, taken.plus(amount).negated());
  }

  /**
   * @param amount below zero: so much was bought back. Of a coin it counts wherever it was sold, there first.
   * @returns what of it was bought beyond all that is missing: zero or below.
   */
  owe(asset: Asset, amount: Decimal): Decimal {
    let rest = amount;
    for (const other of [asset, ...this.#short.keys()]) {
      const before = this.#short.get(other) ?? ZERO;
      if (rest.isZero() || !isSameCoin(other, asset)) continue;
      const after = Decimal.max(ZERO, before.plus(rest));
      rest = rest.minus(after.minus(before));
      if (after.gt(0)) this.#short.set(other, after);
      else this.#short.delete(other);
    }
    return rest;
  }

  of(asset: Asset): Decimal {
    return this.#left.get(asset) ?? ZERO;
  }

  assets(): readonly Asset[] {
    return [...this.#left.keys()];
  }

  /** What is missing of each asset, whatever is over of the same coin elsewhere. */
  owed(): readonly Short[] {
    return [...this.#short].map(([asset, amount]) => ({ asset, amount }));
  }

  /** What is left of an asset beyond what is missing of the same coin elsewhere. */
  beyondShorts(asset: Asset): Decimal {
    let short = ZERO;
    for (const [other, amount] of this.#short) if (isSameCoin(other, asset)) short = short.plus(amount);
    for (const [other, left] of this.#left) {
      if (!isSameCoin(other, asset)) continue;
      const rest = Decimal.max(ZERO, left.minus(short));
      if (other === asset) return rest;
      short = short.minus(left.minus(rest));
    }
    return ZERO;
  }

  /** What is to be bought back: beyond what is over of the same coin elsewhere. */
  shorts(): readonly Short[] {
    const over = new Map<Asset, Decimal>();
    for (const [asset, left] of this.#short.size === 0 ? [] : this.#left)
      over.set(assetName(asset), (over.get(assetName(asset)) ?? ZERO).plus(left));
    return this.owed().flatMap(({ asset, amount }) => {
      const coin = assetName(asset);
      const part = Decimal.min(amount, over.get(coin) ?? ZERO);
      over.set(coin, (over.get(coin) ?? ZERO).minus(part));
      return part.eq(amount) ? [] : [{ asset, amount: amount.minus(part) }];
    });
  }

  /** What of a coin is to be bought back, wherever it was sold. */
  owedOf(asset: Asset): Decimal {
    let sum = ZERO;
    for (const short of this.shorts()) if (isSameCoin(short.asset, asset)) sum = sum.plus(short.amount);
    return sum;
  }
}

/** It sells what was left, what an operator wants sold, or what a strategy held: none of that is missing. */
export function sellsForGood(executionId: ExecutionId): boolean {
  return executionId.endsWith(SWEEP_MARK) || executionId.includes(STRATEGY_MARK);
}
