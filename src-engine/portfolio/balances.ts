/** What the account holds and what of it is promised to orders. Exact; never negative. */
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset, OrderId } from '../domain/ids.ts';

type Holding = { total: Decimal; reserved: Decimal };

export class Balances {
  readonly #holdings = new Map<Asset, Holding>();
  readonly #reservations = new Map<OrderId, { readonly asset: Asset; amount: Decimal }>();

  constructor(initial: Iterable<readonly [Asset, Decimal]>) {
    for (const [asset, total] of initial) {
      assert(!total.isNegative(), `the balance of ${asset} is not negative`);
      this.#holdings.set(asset, { total, reserved: ZERO });
    }
  }

  total(asset: Asset): Decimal {
    return this.#holdings.get(asset)?.total ?? ZERO;
  }

  reserved(asset: Asset): Decimal {
    return this.#holdings.get(asset)?.reserved ?? ZERO;
  }

  /** What an order may still use. */
  free(asset: Asset): Decimal {
    const holding = this.#holdings.get(asset);
    return holding === undefined ? ZERO : holding.total.minus(holding.reserved);
  }

  assets(): IterableIterator<Asset> {
    return this.#holdings.keys();
  }

  /** Sets `amount` aside for an order. The caller has checked that it is free. */
  reserve(orderId: OrderId, asset: Asset, amount: Decimal): void {
    assert(amount.lte(this.free(asset)), `order ${orderId} reserves no more ${asset} than is free`);
    assert(!this.#reservations.has(orderId), `order ${orderId} reserves once`);
    this.#reservations.set(orderId, { asset, amount });
    this.#holding(asset).reserved = this.reserved(asset).plus(amount);
  }

  /** Gives back what an order no longer needs. Harmless when it holds nothing. */
  release(orderId: OrderId): void {
    const reservation = this.#reservations.get(orderId);
    if (reservation === undefined) return;
    this.#reservations.delete(orderId);
    const holding = this.#holding(reservation.asset);
    holding.reserved = holding.reserved.minus(reservation.amount);
  }

  /** Pays `amount` for a fill of an order, out of its reservation as far as that goes. */
  pay(orderId: OrderId, asset: Asset, amount: Decimal): void {
    const holding = this.#holding(asset);
    const reservation = this.#reservations.get(orderId);
    if (reservation?.asset === asset) {
      const part = amount.lt(reservation.amount) ? amount : reservation.amount;
      reservation.amount = reservation.amount.minus(part);
      holding.reserved = holding.reserved.minus(part);
    }
    holding.total = holding.total.minus(amount);
    assert(!holding.total.isNegative(), `the balance of ${asset} stays above zero`);
  }

  receive(asset: Asset, amount: Decimal): void {
    const holding = this.#holding(asset);
    holding.total = holding.total.plus(amount);
  }

  #holding(asset: Asset): Holding {
    let holding = this.#holdings.get(asset);
    if (holding === undefined) {
      holding = { total: decimal('0'), reserved: ZERO };
      this.#holdings.set(asset, holding);
    }
    return holding;
  }
}
