/**
 * What the account has at risk. A position is what it holds of an asset beyond what it was opened with, and what orders
 * in flight may still bring; the home currency is none. What a trader put into the account is not a position of ours: it
 * was not taken by an order, and no order of ours may be refused for it.
 */
import { compare, Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order } from '../domain/order.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import { assetName, isSameCoin } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';

export type ExposureParts = {
  readonly portfolio: Portfolio;
  readonly instruments: readonly Instrument[];
  openOrders(): Iterable<Order>;
  /** What strategies bought of a coin, at all venues, and hold for themselves; nothing when left out. */
  heldByStrategies?(asset: Asset): Decimal;
};

export class Exposure {
  readonly #parts: ExposureParts;
  readonly #opened = new Map<Asset, Decimal>();
  /** Of that, by coin: what strategies held for themselves when an operator adopted all. */
  readonly #ofStrategies = new Map<Asset, Decimal>();
  #openedText: Readonly<Record<Asset, DecimalText>> | undefined;

  /**
   * @param opened what the account holds on purpose, by asset.
   * @param ofStrategies how much of that strategies held for themselves, by coin.
   */
  constructor(
    parts: ExposureParts,
    opened: RiskSnapshot['opened'],
    ofStrategies: RiskSnapshot['ofStrategies'] = {},
  ) {
    this.#parts = parts;
    for (const [asset, total] of Object.entries(opened)) this.#opened.set(asset, decimal(total));
    for (const [coin, held] of Object.entries(ofStrategies)) this.#ofStrategies.set(coin, decimal(held));
  }

  /** Cash is not a position. */
  isCash(asset: Asset): boolean {
    return this.#parts.portfolio.universe.isCash(asset);
  }

  /** Some of it is held on purpose there. */
  isOpened(asset: Asset): boolean {
    return this.#opened.get(asset)?.gt(0) === true;
  }

  /** What is held on purpose, as text: made again when it has changed. */
  get opened(): Readonly<Record<Asset, DecimalText>> {
    return (this.#openedText ??= Object.fromEntries(
      [...this.#opened].map(([asset, total]) => [asset, total.toString()]),
    ));
  }

  /** What a restart needs. */
  get standing(): Pick<RiskSnapshot, 'opened' | 'ofStrategies'> {
    const { opened } = this;
    if (this.#ofStrategies.size === 0) return { opened };
    const held = [...this.#ofStrategies].map(([coin, amount]) => [coin, amount.toString()] as const);
    return { opened, ofStrategies: Object.fromEntries(held) };
  }

  /**
   * Money came in or was taken out from elsewhere: it changes what is held on purpose.
   * @param owed what executions sold of the coin and did not buy back: as far as this gives it back, no more is held on purpose.
   */
  adopt(asset: Asset, change: Decimal, owed = ZERO): void {
    this.#openedText = undefined;
    const back = owed.lte(0) ? ZERO : Decimal.min(change, owed, this.lacking(asset).plus(change));
    const own = change.minus(Decimal.max(ZERO, back));
    this.#opened.set(asset, Decimal.max(ZERO, (this.#opened.get(asset) ?? ZERO).plus(own)));
  }

  /** A coin lies elsewhere now: as much of it as was held on purpose goes on being so there. */
  move(from: Asset, to: Asset, amount: Decimal): void {
    const moved = Decimal.min(this.#opened.get(from) ?? ZERO, amount);
    this.adopt(from, moved.negated());
    this.adopt(to, moved);
  }

  /** An operator takes all that is held now as held on purpose. */
  adoptAll(): void {
    const { balances } = this.#parts.portfolio;
    this.#openedText = undefined;
    this.#ofStrategies.clear();
    for (const asset of balances.assets()) {
      this.#opened.set(asset, balances.total(asset));
      const held = this.#heldByStrategies(asset);
      if (held.gt(0)) this.#ofStrategies.set(assetName(asset), held);
    }
  }

  /**
   * By how much less of a coin is held, over all venues, than is held on purpose; zero or below: by none. What strategies hold for
   * themselves covers nothing: they sell it when they see fit. Nor is what they held when all was adopted lacking once they sold it.
   */
  lacking(asset: Asset): Decimal {
    let amount = this.#heldByStrategies(asset).minus(this.#ofStrategies.get(assetName(asset)) ?? ZERO);
    for (const other of new Set([...this.#opened.keys(), ...this.#parts.portfolio.balances.assets()]))
      if (isSameCoin(other, asset)) amount = amount.minus(this.#beyondOpening(other));
    return amount;
  }

  /**
   * Value of the position in one coin at all venues, orders in flight included as if all of them filled; undefined when
   * there is one and no price for it. Of a code that may stand for two coins the values are added, each at its own venue's
   * price, and never the amounts: one limit goes on holding for all of them, and one without a price leaves no room.
   */
  position(asset: Asset): Decimal | undefined {
    if (this.#parts.portfolio.isDoubted(asset)) return this.#positionApart(asset);
    const held = this.#parts.portfolio.universe.isApart ? this.#heldOfCoin(asset) : this.#held(asset);
    const amount = held.plus(this.#arriving(asset));
    return amount.isZero() ? ZERO : this.#parts.portfolio.valueOf(asset, amount);
  }

  #positionApart(asset: Asset): Decimal | undefined {
    let total = ZERO;
    for (const each of this.assets()) {
      if (!isSameCoin(each, asset)) continue;
      const amount = this.#held(each).plus(this.#arriving(each, (bought) => bought === each));
      const value = amount.isZero() ? ZERO : this.#parts.portfolio.valueOf(each, amount);
      if (value === undefined) return undefined;
      total = total.plus(value);
    }
    return total;
  }

  /**
   * Value of all positions, and of what orders in flight pay in cash; what they pay otherwise is a position already. An
   * asset without any price is left out: no order can have bought it.
   */
  gross(): Decimal {
    const { portfolio, instruments } = this.#parts;
    let total = portfolio.universe.isApart ? this.#grossByCoin() : ZERO;
    if (!portfolio.universe.isApart)
      for (const asset of portfolio.balances.assets())
        total = total.plus(portfolio.valueOf(asset, this.#held(asset)) ?? ZERO);
    for (const order of this.#parts.openOrders()) {
      const instrument = instruments[order.instrumentId];
      const left = order.qty.minus(order.filledQty);
      const paid = order.side === 'buy' ? instrument?.quote : instrument?.base;
      if (paid === undefined || !this.isCash(paid)) continue;
      const amount = order.side === 'buy' ? left.times(order.price) : left;
      total = total.plus(
        portfolio.universe.isHome(paid) ? amount : (portfolio.valueOf(paid, amount) ?? ZERO),
      );
    }
    return total;
  }

  /** Assets in which there may be a position. */
  assets(): Set<Asset> {
    const assets = new Set(this.#parts.portfolio.balances.assets());
    for (const order of this.#parts.openOrders()) assets.add(this.#bought(order));
    return assets;
  }

  /** Value of what all orders in flight still have to trade. */
  openNotional(): Decimal {
    let total = ZERO;
    for (const order of this.#parts.openOrders()) {
      const quote = this.#parts.instruments[order.instrumentId]?.quote ?? '';
      const left = order.qty.minus(order.filledQty).times(order.price);
      total = total.plus(this.#parts.portfolio.valueOf(quote, left) ?? ZERO);
    }
    return total;
  }

  /** What lies of a coin at several venues beyond what it was opened with there, at the price of the venue where most of that is. */
  #grossByCoin(): Decimal {
    const { portfolio } = this.#parts;
    let total = ZERO;
    for (const own of Map.groupBy(portfolio.balances.assets(), assetName).values()) {
      const held = own.filter((asset) => !this.isCash(asset));
      if (held.some((asset) => portfolio.isDoubted(asset))) {
        for (const asset of held) total = total.plus(portfolio.valueOf(asset, this.#held(asset)) ?? ZERO);
        continue;
      }
      const beyond = held.map((asset) => ({ asset, amount: this.#beyondOpening(asset) }));
      const [most] = beyond.toSorted((a, b) => compare(b.amount, a.amount));
      if (most === undefined) continue;
      const amount = Decimal.max(ZERO, Decimal.sum(...own.map((asset) => this.#ofCoin(asset))));
      if (amount.gt(0)) total = total.plus(portfolio.valueOf(most.asset, amount) ?? ZERO);
    }
    return total;
  }

  /** At all venues together: what a route bought at one and sold at another is no position. */
  #heldOfCoin(asset: Asset): Decimal {
    let amount = ZERO;
    for (const other of this.#parts.portfolio.balances.assets())
      if (isSameCoin(other, asset)) amount = amount.plus(this.#ofCoin(other));
    return Decimal.max(ZERO, amount);
  }

  /**
   * What one venue adds to the position in a coin. Where the coin is that venue's cash it adds nothing, and what was spent of it
   * there counts against what came elsewhere: routes that carry USDT from a venue where it is cash to one where it is not took none on.
   */
  #ofCoin(asset: Asset): Decimal {
    const beyond = this.#beyondOpening(asset);
    return this.isCash(asset) ? Decimal.min(ZERO, beyond) : beyond;
  }

  #heldByStrategies(coin: Asset): Decimal {
    return this.#parts.heldByStrategies?.(coin) ?? ZERO;
  }

  /** Below zero where less lies there than at the opening. */
  #beyondOpening(asset: Asset): Decimal {
    return this.#parts.portfolio.balances.total(asset).minus(this.#opened.get(asset) ?? ZERO);
  }

  /** Beyond what was opened with; the home currency is not a position. */
  #held(asset: Asset): Decimal {
    const { portfolio } = this.#parts;
    if (this.isCash(asset)) return ZERO;
    const opened = this.#opened.get(asset);
    const total = portfolio.balances.total(asset);
    if (compare(total, opened ?? ZERO) <= 0) return ZERO;
    return opened === undefined ? total : total.minus(opened);
  }

  /** What orders in flight may still bring of an asset. */
  #arriving(asset: Asset, isIt = (bought: Asset) => isSameCoin(bought, asset)): Decimal {
    let total = ZERO;
    if (this.isCash(asset)) return total;
    for (const order of this.#parts.openOrders()) {
      if (!isIt(this.#bought(order))) continue;
      const left = order.qty.minus(order.filledQty);
      total = total.plus(order.side === 'buy' ? left : left.times(order.price));
    }
    return total;
  }

  #bought(order: Order): Asset {
    const instrument = this.#parts.instruments[order.instrumentId];
    return (order.side === 'buy' ? instrument?.base : instrument?.quote) ?? '';
  }
}
