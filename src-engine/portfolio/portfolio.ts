/** The account: balances, reservations, cost basis, profit and loss. Everything booked is exact. */
import { Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import type { Balance, EquitySample } from '../domain/event.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import { Balances } from './balances.ts';
import type { Marks } from './marks.ts';

/** Places of home-currency amounts that rest on marks. */
const HOME_DECIMALS = 10;

/** What an account starts from: fresh capital, or what the last run left. */
export type OpeningAccount = {
  readonly balances: readonly {
    readonly asset: Asset;
    readonly total: DecimalText;
    readonly costHome?: DecimalText | undefined;
  }[];
  readonly realizedPnl: DecimalText;
  readonly fees: DecimalText;
};

export class Portfolio {
  readonly balances: Balances;
  readonly #marks: Marks;
  /** Average-cost basis of each asset's whole balance, in the home currency. */
  readonly #costs = new Map<Asset, Decimal>();
  /** Assets whose basis is set at their first known mark: foreign capital of a fresh account. */
  readonly #unpriced = new Set<Asset>();
  #realized: Decimal;
  #fees: Decimal;

  constructor(opening: OpeningAccount, marks: Marks) {
    this.#marks = marks;
    this.balances = new Balances(opening.balances.map((b) => [b.asset, decimal(b.total)] as const));
    this.#realized = decimal(opening.realizedPnl);
    this.#fees = decimal(opening.fees);
    for (const { asset, total, costHome } of opening.balances) {
      if (asset === marks.homeAsset) continue;
      if (costHome === undefined) {
        this.#costs.set(asset, ZERO);
        if (!decimal(total).isZero()) this.#unpriced.add(asset);
      } else this.#costs.set(asset, decimal(costHome));
    }
  }

  get homeAsset(): Asset {
    return this.#marks.homeAsset;
  }

  /** What an order may cost at worst: a buy its value at the limit price plus fee, a sale its quantity. */
  requirement(
    order: Pick<OrderIntent, 'side' | 'price' | 'qty'>,
    instrument: Instrument,
  ): { asset: Asset; amount: Decimal } {
    if (order.side === 'sell') return { asset: instrument.base, amount: order.qty };
    const amount = order.qty.times(order.price).times(instrument.takerFee.plus(1));
    return { asset: instrument.quote, amount };
  }

  reserve(
    orderId: OrderId,
    order: Pick<OrderIntent, 'side' | 'price' | 'qty'>,
    instrument: Instrument,
  ): void {
    const { asset, amount } = this.requirement(order, instrument);
    this.balances.reserve(orderId, asset, amount);
  }

  /** Books one fill: what was paid, what was received, the fee, and what that realised. */
  applyFill(side: OrderIntent['side'], instrument: Instrument, fill: Fill): void {
    const qty = decimal(fill.qty);
    const notional = qty.times(fill.price);
    const fee = decimal(fill.fee);
    const { base, quote } = instrument;
    if (side === 'buy') {
      this.#exchange(fill.orderId, quote, notional.plus(fee), base, qty);
    } else {
      this.#exchange(fill.orderId, base, qty, quote, notional.minus(fee));
    }
    this.#fees = this.#fees.plus(this.valueOf(quote, fee) ?? ZERO);
  }

  /** Value in the home currency at the marks, or undefined when it has none. */
  valueOf(asset: Asset, amount: Decimal): Decimal | undefined {
    return this.#marks.price(asset)?.times(amount).toDecimalPlaces(HOME_DECIMALS);
  }

  snapshot(): Balance[] {
    return [...this.balances.assets()].map((asset) => ({
      asset,
      total: this.balances.total(asset).toString(),
      reserved: this.balances.reserved(asset).toString(),
      costHome: this.#cost(asset).toString(),
    }));
  }

  /** Equity at the marks. Assets without any mark are left out: they are worth nothing that is known. */
  sample(atUs: TimeUs): EquitySample {
    let equity = ZERO;
    let unrealized = ZERO;
    for (const asset of this.balances.assets()) {
      const value = this.valueOf(asset, this.balances.total(asset));
      if (value === undefined) continue;
      this.#priceOpening(asset, value);
      equity = equity.plus(value);
      unrealized = unrealized.plus(value.minus(this.#cost(asset)));
    }
    return {
      atUs,
      homeAsset: this.homeAsset,
      equity: equity.toDecimalPlaces(HOME_DECIMALS).toString(),
      realizedPnl: this.#realized.toDecimalPlaces(HOME_DECIMALS).toString(),
      unrealizedPnl: unrealized.toDecimalPlaces(HOME_DECIMALS).toString(),
      fees: this.#fees.toDecimalPlaces(HOME_DECIMALS).toString(),
    };
  }

  /** Gives `paid` of one asset for `received` of another; the home value moves with it. */
  #exchange(orderId: OrderId, from: Asset, paid: Decimal, to: Asset, received: Decimal): void {
    const home = this.homeAsset;
    const fromTotal = this.balances.total(from);
    this.#priceOpening(from, this.valueOf(from, fromTotal));
    const basis =
      from === home || fromTotal.isZero()
        ? paid
        : this.#cost(from).times(paid).div(fromTotal).toDecimalPlaces(MAX_BASIS_DECIMALS);
    // What the exchange was worth: exact when home is on either side, else the marks must say.
    const worth = to === home ? received : from === home ? paid : (this.valueOf(from, paid) ?? basis);
    this.balances.pay(orderId, from, paid);
    this.balances.receive(to, received);
    if (from !== home) {
      this.#costs.set(from, this.#cost(from).minus(basis));
      this.#realized = this.#realized.plus(worth.minus(basis));
    }
    if (to !== home) this.#costs.set(to, this.#cost(to).plus(worth));
  }

  #priceOpening(asset: Asset, value: Decimal | undefined): void {
    if (value === undefined || !this.#unpriced.delete(asset)) return;
    this.#costs.set(asset, value);
  }

  #cost(asset: Asset): Decimal {
    if (asset === this.homeAsset) return this.balances.total(asset);
    return this.#costs.get(asset) ?? new Decimal(0);
  }
}

const MAX_BASIS_DECIMALS = 18;
