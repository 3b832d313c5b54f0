import { type Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';

/** What finished cycles left behind of each asset, too small to sell then: swept once it is enough for an order. */
export class Residuals {
  readonly #left = new Map<Asset, Decimal>();

  /** @param amount below zero: an execution took more of the asset than came, or swept it. */
  add(asset: Asset, amount: Decimal): void {
    const left = this.of(asset).plus(amount);
    // What an execution took beyond what was left is the account's own: there is nothing to give back to.
    if (left.gt(0)) this.#left.set(asset, left);
    else this.#left.delete(asset);
  }

  of(asset: Asset): Decimal {
    return this.#left.get(asset) ?? ZERO;
  }

  assets(): readonly Asset[] {
    return [...this.#left.keys()];
  }
}
