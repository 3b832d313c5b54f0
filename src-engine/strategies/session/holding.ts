/** What a strategy holds of one market, exact: only bought, never sold short, as a spot account can. */
import { compare, Decimal, divide, ZERO } from '../../domain/decimal.ts';

/** Places of a share of the cost: what it rounds away stays with what is still held. */
const COST_PLACES = 18;

export class Holding {
  qty = ZERO;
  /** What it cost with fees, in quote. */
  cost = ZERO;
  /** What is to be held. */
  target = ZERO;

  get isFlat(): boolean {
    return this.qty.isZero();
  }

  buy(qty: Decimal, spent: Decimal): void {
    this.qty = this.qty.plus(qty);
    this.cost = this.cost.plus(spent);
  }

  /** What a sale gains: what came in less its share of the cost, which is rounded up. */
  sell(qty: Decimal, received: Decimal): Decimal {
    const isAll = compare(qty, this.qty) >= 0;
    const part = isAll
      ? this.cost
      : Decimal.min(this.cost, divide(this.cost.times(qty), this.qty, COST_PLACES, 'up'));
    this.qty = isAll ? ZERO : this.qty.minus(qty);
    this.cost = this.cost.minus(part);
    return received.minus(part);
  }

  /** In quote at this price, without the cost of selling it. */
  openGain(price: Decimal): Decimal {
    return this.qty.times(price).minus(this.cost);
  }
}
