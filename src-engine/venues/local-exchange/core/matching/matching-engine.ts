/**
 * Matching for one instrument by price, then time. Prices and quantities are integers in the instrument's
 * units (10^-priceDecimals, 10^-qtyDecimals); it knows nothing of accounts, money or protocols. Every call is
 * synchronous and its outcome depends on the calls before it alone.
 */
import type { Side } from '../../../../domain/order.ts';
import { BookSide, type EngineOrder, HOUSE } from './book-side.ts';

/**
 * `gtc` rests what it cannot fill, `ioc` drops it, `fok` fills all or nothing, `post-only` refuses to trade on arrival, `market` takes
 * any price and drops the rest.
 */
export type OrderStyle = 'gtc' | 'ioc' | 'fok' | 'post-only' | 'market';

export type PlaceOutcome =
  /** Nothing is left of it. */
  | 'filled'
  /** What is left rests in the book. */
  | 'resting'
  /** What is left was dropped: there was nothing (more) to take. */
  | 'dropped'
  /** A post-only order would have traded; nothing happened. */
  | 'would-take'
  /** It met an order of its own owner; what was left was dropped. */
  | 'self-trade';

/** Hears what the engine does, in order, while it does it. */
export type MatchListener = {
  /** `maker` gave up `qty` at its price to `taker`; both have their `remaining` reduced already. */
  onFill(taker: EngineOrder, maker: EngineOrder, price: number, qty: number): void;
  /** The quantity at a price is about to change from `qtyBefore`. */
  onLevelChange(side: Side, price: number, qtyBefore: number): void;
};

export class MatchingEngine {
  readonly bids = new BookSide('buy');
  readonly asks = new BookSide('sell');
  readonly #listener: MatchListener;

  constructor(listener: MatchListener) {
    this.#listener = listener;
  }

  sideOf(side: Side): BookSide {
    return side === 'buy' ? this.bids : this.asks;
  }

  /** Matches an arriving order and rests what its style lets rest. */
  place(order: EngineOrder, style: OrderStyle): PlaceOutcome {
    if (style === 'post-only' && this.#wouldTake(order)) return 'would-take';
    if (style === 'fok' && !this.#canFill(order)) return 'dropped';
    const metItself = this.#match(order, style === 'market');
    if (order.remaining === 0) return 'filled';
    if (metItself) return 'self-trade';
    if (style === 'ioc' || style === 'fok' || style === 'market') return 'dropped';
    this.#rest(order);
    return 'resting';
  }

  /**
   * Changes a resting order. It keeps its place in the queue when its price stays and its quantity does not
   * grow; otherwise it loses its priority: it goes last at its price, and may trade.
   */
  amend(order: EngineOrder, price: number, remaining: number, style: 'gtc' | 'post-only'): PlaceOutcome {
    const level = order.level;
    if (level !== undefined && price === order.price && remaining <= order.remaining) {
      this.#listener.onLevelChange(order.side, price, level.qty);
      level.qty -= order.remaining - remaining;
      order.remaining = remaining;
      return 'resting';
    }
    if (style === 'post-only') {
      const opposite = this.sideOf(order.side === 'buy' ? 'sell' : 'buy').best();
      if (opposite !== undefined && reaches(order.side, price, opposite.price)) return 'would-take';
    }
    this.cancel(order);
    order.price = price;
    order.remaining = remaining;
    return this.place(order, style);
  }

  /** Takes a resting order out. @returns false when it does not rest. */
  cancel(order: EngineOrder): boolean {
    const level = order.level;
    if (level === undefined) return false;
    this.#listener.onLevelChange(order.side, level.price, level.qty);
    level.remove(order);
    if (level.head === undefined) this.sideOf(order.side).removeLevel(level);
    return true;
  }

  #wouldTake(order: EngineOrder): boolean {
    const opposite = this.sideOf(order.side === 'buy' ? 'sell' : 'buy').best();
    return opposite !== undefined && reaches(order.side, order.price, opposite.price);
  }

  /** True when what rests within the price is enough for all of it, the owner's own orders left out. */
  #canFill(order: EngineOrder): boolean {
    const opposite = this.sideOf(order.side === 'buy' ? 'sell' : 'buy');
    let found = 0;
    for (let rank = 0; found < order.remaining; rank++) {
      const level = opposite.at(rank);
      if (level === undefined || !reaches(order.side, order.price, level.price)) return false;
      for (let maker = level.head; maker !== undefined; maker = maker.next) {
        if (maker.owner === order.owner && order.owner !== HOUSE) return found >= order.remaining;
        found += maker.remaining;
      }
    }
    return true;
  }

  #rest(order: EngineOrder): void {
    const side = this.sideOf(order.side);
    const level = side.findOrCreate(order.price);
    this.#listener.onLevelChange(order.side, order.price, level.qty);
    level.append(order);
  }

  /** Fills against the other side as far as the price reaches. @returns true when it met its own owner. */
  #match(taker: EngineOrder, anyPrice: boolean): boolean {
    const makerSide: Side = taker.side === 'buy' ? 'sell' : 'buy';
    const opposite = this.sideOf(makerSide);
    for (let level = opposite.best(); level !== undefined; level = opposite.best()) {
      if (!anyPrice && !reaches(taker.side, taker.price, level.price)) return false;
      this.#listener.onLevelChange(makerSide, level.price, level.qty);
      for (let maker = level.head; maker !== undefined; maker = level.head) {
        if (maker.owner === taker.owner && taker.owner !== HOUSE) return true;
        const qty = Math.min(taker.remaining, maker.remaining);
        taker.remaining -= qty;
        maker.remaining -= qty;
        level.qty -= qty;
        if (maker.remaining === 0) level.remove(maker);
        this.#listener.onFill(taker, maker, level.price, qty);
        if (taker.remaining === 0) break;
      }
      if (level.head === undefined) opposite.removeLevel(level);
      if (taker.remaining === 0) return false;
    }
    return false;
  }
}

/** True when a limit of `price` on `side` may trade at `other`. */
function reaches(side: Side, price: number, other: number): boolean {
  return side === 'buy' ? price >= other : price <= other;
}
