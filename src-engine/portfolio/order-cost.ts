/** What an order costs at worst: exact, and computed once for an order that is asked about several times. */
import { compare, type Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import { type Instrument, mostFeeOf } from '../domain/instrument.ts';
import type { OrderIntent } from '../domain/order.ts';

export type OrderTerms = Pick<OrderIntent, 'side' | 'price' | 'qty'>;

/** Places of home-currency amounts that rest on marks. */
export const HOME_DECIMALS = 10;

export class OrderCost {
  /** What it gives, and how much of it: a buy its value at the limit price plus fee, a sale its quantity. */
  readonly asset: Asset;
  readonly amount: Decimal;
  /** Its value at the limit price, in quote. */
  readonly notional: Decimal;
  #mark: Decimal | undefined;
  #notionalHome: Decimal = ZERO;

  constructor({ side, price, qty }: OrderTerms, instrument: Instrument) {
    this.notional = qty.times(price);
    this.asset = side === 'sell' ? instrument.base : instrument.quote;
    this.amount = side === 'sell' ? qty : this.notional.plus(mostFeeOf(instrument, this.notional));
  }

  /** The notional in the home currency, at a mark of the quote: computed again when that is another one. */
  notionalHome(mark: Decimal): Decimal {
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#notionalHome = homeValue(this.notional, mark);
    }
    return this.#notionalHome;
  }
}

/** Value of an amount at a mark. */
export function homeValue(amount: Decimal, mark: Decimal): Decimal {
  return amount.isZero() ? ZERO : mark.times(amount).toDecimalPlaces(HOME_DECIMALS);
}

type Known = {
  readonly instrument: Instrument;
  readonly fee: Decimal | undefined;
  readonly makerFee: Decimal | undefined;
  readonly orderCost: Decimal | undefined;
  readonly side: OrderTerms['side'];
  readonly price: Decimal;
  readonly qty: Decimal;
  readonly cost: OrderCost;
};

/** A plan has four legs at most; each is asked for when the plan is reviewed, when it is sent, and when its cost is reserved. */
const MOST_KNOWN = 8;

export class OrderCosts {
  readonly #known: Known[] = [];
  #next = 0;

  of(terms: OrderTerms, instrument: Instrument): OrderCost {
    const { side, price, qty } = terms;
    const { takerFee: fee, makerFee, orderCost } = instrument;
    for (const known of this.#known) {
      if (known.instrument !== instrument || known.side !== side) continue;
      if (known.fee !== fee || known.makerFee !== makerFee || known.orderCost !== orderCost) continue;
      if (compare(known.price, price) === 0 && compare(known.qty, qty) === 0) return known.cost;
    }
    const cost = new OrderCost(terms, instrument);
    this.#known[this.#next] = { instrument, fee, makerFee, orderCost, side, price, qty, cost };
    this.#next = (this.#next + 1) % MOST_KNOWN;
    return cost;
  }
}
