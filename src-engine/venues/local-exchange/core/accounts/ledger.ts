import { type Decimal, ZERO } from '../../../../domain/decimal.ts';
import { assert } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import { Refusal } from '../refusal.ts';

/**
 * Balances of one account in exact decimals. What open orders may need is held; a balance never falls below
 * what is held, and neither ever below zero.
 */
export class Ledger {
  readonly #balances = new Map<Asset, Decimal>();
  readonly #held = new Map<Asset, Decimal>();

  constructor(balances: ReadonlyMap<Asset, Decimal>) {
    for (const [asset, amount] of balances) this.#balances.set(asset, amount);
  }

  /** Every asset that was ever owned, in the order of first ownership. */
  assets(): Asset[] {
    return [...this.#balances.keys()];
  }

  balance(asset: Asset): Decimal {
    return this.#balances.get(asset) ?? ZERO;
  }

  held(asset: Asset): Decimal {
    return this.#held.get(asset) ?? ZERO;
  }

  available(asset: Asset): Decimal {
    return this.balance(asset).minus(this.held(asset));
  }

  /** @throws Refusal when less than `amount` is free. */
  require(asset: Asset, amount: Decimal): void {
    if (this.available(asset).lessThan(amount)) throw new Refusal('insufficient-funds');
  }

  /** Changes what is held by `change`. @throws Refusal when that much is not free. */
  hold(asset: Asset, change: Decimal): void {
    if (change.isPositive()) this.require(asset, change);
    const held = this.held(asset).plus(change);
    assert(!held.isNegative(), `more ${asset} was released than was held`);
    this.#held.set(asset, held);
  }

  /** Books a change. Its caller has held or checked what it takes. */
  book(asset: Asset, change: Decimal): Decimal {
    const balance = this.balance(asset).plus(change);
    assert(!balance.lessThan(this.held(asset)), `${asset} fell below what is held`);
    this.#balances.set(asset, balance);
    return balance;
  }
}
