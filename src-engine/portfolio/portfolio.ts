/** The account: balances, reservations, cost basis, profit and loss. Everything booked is exact. */
import { compare, Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Balance, EquitySample } from '../domain/event.ts';
import type { Asset, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, Order, OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Universe } from '../domain/universe.ts';
import { IN_TRANSIT, venueOfAsset } from '../domain/venue-asset.ts';
import { Balances } from './balances.ts';
import { type FillFlows, fillFlows } from './fill-flows.ts';
import type { Marks } from './marks.ts';
import { HOME_DECIMALS, homeValue, type OrderCost, OrderCosts, type OrderTerms } from './order-cost.ts';

/** Places of the part of a basis that leaves with a part of a balance. */
const BASIS_DECIMALS = 18;

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
  readonly #bases = new Map<Asset, Decimal>();
  readonly #costs = new OrderCosts();
  /** Assets whose basis is set at their first known mark: foreign capital of a fresh account. */
  readonly #unpriced = new Set<Asset>();
  /** Assets whose basis was set so since the last `takeRepriced`. */
  readonly #repriced = new Set<Asset>();
  #realized: Decimal;
  #fees: Decimal;

  constructor(opening: OpeningAccount, marks: Marks) {
    this.#marks = marks;
    this.balances = new Balances(opening.balances.map((b) => [b.asset, decimal(b.total)] as const));
    this.#realized = decimal(opening.realizedPnl);
    this.#fees = decimal(opening.fees);
    for (const { asset, total, costHome } of opening.balances) {
      if (this.universe.isHome(asset)) continue;
      const cost = decimal(costHome ?? '0');
      this.#bases.set(asset, cost);
      // Nothing is held for nothing: a basis of zero was never priced, in this run or the one before.
      if (cost.isZero() && !decimal(total).isZero()) this.#unpriced.add(asset);
    }
  }

  get homeAsset(): Asset {
    return this.#marks.homeAsset;
  }

  get universe(): Universe {
    return this.#marks.universe;
  }

  /** What an order may cost at worst: a buy its value at the limit price plus fee, a sale its quantity. */
  requirement(order: OrderTerms, instrument: Instrument): OrderCost {
    return this.#costs.of(order, instrument);
  }

  /** Value of an order at its limit price in the home currency, or undefined when its quote has no mark. */
  notionalHome(order: OrderTerms, instrument: Instrument): Decimal | undefined {
    const mark = this.#marks.price(instrument.quote);
    return mark === undefined ? undefined : this.requirement(order, instrument).notionalHome(mark);
  }

  reserve(orderId: OrderId, order: OrderTerms, instrument: Instrument): void {
    const { asset, amount } = this.requirement(order, instrument);
    const isFree = compare(amount, this.balances.free(asset)) <= 0;
    assert(isFree, `order ${orderId} reserves no more ${asset} than is free`);
    this.balances.reserve(orderId, asset, amount);
  }

  /** Sets aside what an order of an earlier run may still cost, free or not: it may be alive. */
  reserveRest(
    { orderId, side, price, qty, filledQty }: Pick<Order, 'orderId' | 'side' | 'price' | 'qty' | 'filledQty'>,
    instrument: Instrument,
  ): void {
    const rest = Decimal.max(ZERO, qty.minus(filledQty));
    const { asset, amount } = this.requirement({ side, price, qty: rest }, instrument);
    this.balances.reserve(orderId, asset, amount);
  }

  /** Books one fill: what was paid, what was received, the fee in the asset it is charged in, and what that realised. */
  applyFill(side: OrderIntent['side'], instrument: Instrument, fill: Fill): FillFlows {
    const flows = fillFlows(side, instrument, fill);
    this.#exchange(fill.orderId, flows);
    if (flows.aside !== undefined) this.#giveUp(flows.aside.asset, flows.aside.amount);
    this.balances.burn(fill.feeAsset, decimal(fill.fee));
    this.#fees = this.#fees.plus(this.valueOf(fill.feeAsset, decimal(fill.fee)) ?? ZERO);
    return flows;
  }

  /**
   * Books what an order cost that was not made: out of what is held for it, of what was set aside for the order, and of the rest.
   * @param isSimulated nobody has taken it: no more is booked than lies there. What an account has paid is gone, whatever is known to lie there.
   * @returns what was booked.
   */
  payCharge(orderId: OrderId, asset: Asset, amount: Decimal, isSimulated = false): Decimal {
    const there = this.balances.free(asset).plus(this.balances.promised(orderId, asset));
    const paid = isSimulated ? Decimal.max(ZERO, Decimal.min(amount, there)) : amount;
    if (paid.isZero()) return ZERO;
    this.#giveUp(asset, paid, orderId);
    this.balances.burn(asset, paid);
    this.#fees = this.#fees.plus(this.valueOf(asset, paid) ?? ZERO);
    return paid;
  }

  /**
   * Takes the venue's word for what is held: deposits, withdrawals, trades made elsewhere. What came is worth its mark
   * now, what left takes its part of the cost along; neither is a profit or a loss.
   */
  adopt(asset: Asset, total: Decimal): void {
    const before = this.balances.total(asset);
    const change = total.minus(before);
    if (change.isZero()) return;
    this.#priceOpening(asset, this.valueOf(asset, before));
    if (!this.universe.isHome(asset)) {
      const value = this.valueOf(asset, change);
      const cost = change.isNegative() ? this.#basisOf(asset, change.negated()).negated() : (value ?? ZERO);
      this.#bases.set(asset, this.#cost(asset).plus(cost));
      if (value === undefined && before.isZero()) this.#unpriced.add(asset);
    }
    this.balances.receive(asset, change);
  }

  /** The same coin lies elsewhere now: its cost goes along, and nothing is realised. @param from holds as much. */
  move(from: Asset, to: Asset, amount: Decimal): void {
    this.#priceOpening(from, this.valueOf(from, this.balances.total(from)));
    this.#priceOpening(to, this.valueOf(to, this.balances.total(to)));
    const basis = this.#basisOf(from, amount);
    if (!this.universe.isHome(from)) {
      this.#bases.set(from, this.#cost(from).minus(basis));
      this.#bases.set(to, this.#cost(to).plus(basis));
    }
    this.balances.receive(from, amount.negated());
    this.balances.receive(to, amount);
  }

  /** What a network or a venue took of a transfer: gone, counted as a fee, and what it had cost is lost. */
  payTransferFee(asset: Asset, amount: Decimal): void {
    if (amount.isZero()) return;
    this.#giveUp(asset, amount);
    this.#fees = this.#fees.plus(this.valueOf(asset, amount) ?? ZERO);
  }

  /** Value in the home currency at the marks, or undefined when it has none. */
  valueOf(asset: Asset, amount: Decimal): Decimal | undefined {
    const price = this.#marks.price(asset);
    return price === undefined ? undefined : homeValue(amount, price);
  }

  /** Home currency per unit, or undefined while no price of the asset is known. */
  markOf(asset: Asset): Decimal | undefined {
    return this.#marks.price(asset);
  }

  /** Codes that may stand for two coins; see CoinGuard. */
  get doubtedCoins(): Marks['doubted'] {
    return this.#marks.doubted;
  }

  isDoubted(asset: Asset): boolean {
    return this.#marks.isDoubted(asset);
  }

  /** The instruments whose books that mark rests on. */
  markBooks(asset: Asset): InstrumentId[] {
    return this.#marks.booksOf(asset);
  }

  /** @param only these assets; all when left out. */
  snapshot(only?: readonly Asset[]): Balance[] {
    const assets = [...this.balances.assets()];
    return (only === undefined ? assets : assets.filter((asset) => only.includes(asset))).map((asset) => {
      const held = this.balances.held(asset);
      return {
        asset,
        total: this.balances.total(asset).toString(),
        reserved: this.balances.reserved(asset).toString(),
        ...(held.isZero() ? {} : { held: held.toString() }),
        costHome: this.#cost(asset).toString(),
      };
    });
  }

  /** Assets that got the basis of their opening balance since the last call: facts that a restart needs. */
  takeRepriced(): Asset[] {
    const repriced = [...this.#repriced];
    this.#repriced.clear();
    return repriced;
  }

  /**
   * Assets that are held, could be priced and never were, with what they cost (zero: not known): until they are, equity
   * is not all that the account is worth. While a venue that something is held at is not part of the run, the way to a price
   * may lead over that one: whatever had a worth in an earlier run could be priced.
   */
  unvalued(): { readonly asset: Asset; readonly costHome: Decimal }[] {
    const held = [...this.balances.assets()].filter((asset) => !this.balances.total(asset).isZero());
    const { universe } = this;
    const lies = held.filter((asset) => venueOfAsset(asset) !== IN_TRANSIT);
    const isPartial = lies.some((asset) => !universe.venues.some((venue) => universe.isAt(asset, venue)));
    return held
      .filter((asset) => this.#marks.hasRoute(asset) || (isPartial && this.#cost(asset).gt(0)))
      .filter((asset) => this.#marks.price(asset) === undefined)
      .map((asset) => ({ asset, costHome: this.#cost(asset) }));
  }

  /** Equity at the marks. Assets without any mark are left out and counted: they are worth nothing that is known. */
  sample(atUs: TimeUs): EquitySample {
    let equity = ZERO;
    let unrealized = ZERO;
    let withoutPrice = 0;
    for (const asset of this.balances.assets()) {
      const total = this.balances.total(asset);
      const value = this.valueOf(asset, total);
      if (value === undefined) {
        if (!total.isZero()) withoutPrice++;
        continue;
      }
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
      ...(withoutPrice > 0 && { withoutPrice }),
    };
  }

  /** What the assets cost that no mark is known of: `sample` leaves them out. */
  costNotValued(): DecimalText {
    return [...this.balances.assets()]
      .filter((asset) => this.#marks.price(asset) === undefined)
      .reduce((sum, asset) => sum.plus(this.#cost(asset)), ZERO)
      .toDecimalPlaces(HOME_DECIMALS)
      .toString();
  }

  /** A fee in a third asset, or of an order: it is gone, and what it had cost is lost. */
  #giveUp(asset: Asset, amount: Decimal, orderId?: OrderId): void {
    this.#priceOpening(asset, this.valueOf(asset, this.balances.total(asset)));
    const basis = this.#basisOf(asset, amount);
    if (!this.universe.isHome(asset)) this.#bases.set(asset, this.#cost(asset).minus(basis));
    this.#realized = this.#realized.minus(basis);
    if (orderId === undefined) this.balances.receive(asset, amount.negated());
    else this.balances.pay(orderId, asset, amount);
  }

  /** Gives `paid` of one asset for `received` of another; the home value moves with it. */
  #exchange(orderId: OrderId, { from, spent: paid, to, received }: FillFlows): void {
    const [givesHome, bringsHome] = [this.universe.isHome(from), this.universe.isHome(to)];
    this.#priceOpening(from, this.valueOf(from, this.balances.total(from)));
    this.#priceOpening(to, this.valueOf(to, this.balances.total(to)));
    const basis = this.#basisOf(from, paid);
    // What the exchange was worth: exact when home is on either side, else the marks must say.
    const worth = bringsHome ? received : givesHome ? paid : (this.valueOf(from, paid) ?? basis);
    this.balances.pay(orderId, from, paid);
    this.balances.receive(to, received);
    if (!givesHome) {
      this.#bases.set(from, this.#cost(from).minus(basis));
      this.#realized = this.#realized.plus(worth.minus(basis));
    }
    if (!bringsHome) this.#bases.set(to, this.#cost(to).plus(worth));
  }

  /** The part of an asset's cost that leaves with `amount` of it: all of it with the last of it. */
  #basisOf(asset: Asset, amount: Decimal): Decimal {
    const total = this.balances.total(asset);
    if (this.universe.isHome(asset)) return amount;
    // Whatever goes beyond what was there never cost anything.
    if (amount.gte(total)) return this.#cost(asset);
    return this.#cost(asset).times(amount).div(total).toDecimalPlaces(BASIS_DECIMALS);
  }

  #priceOpening(asset: Asset, value: Decimal | undefined): void {
    if (value === undefined || !this.#unpriced.delete(asset)) return;
    this.#bases.set(asset, value);
    this.#repriced.add(asset);
  }

  #cost(asset: Asset): Decimal {
    if (this.universe.isHome(asset)) return this.balances.total(asset);
    return this.#bases.get(asset) ?? new Decimal(0);
  }
}
