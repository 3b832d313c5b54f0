/**
 * Orders that rest at a simulated venue, and their places in the queues of their levels. Only the size of a level is
 * known, not whose orders it is made of: the place is estimated, and where it cannot be known the later one is taken.
 *
 * - An order joins behind all that its level shows as it arrives. Trades at its price use up what is ahead of it; what
 *   they have left fills it. A trade beyond its price met it first: it fills from all of that.
 * - What a level loses without a trade was canceled. `behind`: by others behind the order (the risk-averse model of
 *   hftbacktest's reference). `pro-rata`: evenly along the queue, so that those ahead lose their share of it (E. Rigtorp,
 *   "Estimating order queue position", 2013, with the identity as weight). Neither leaves more ahead than the level has.
 *   A trade that is reported within a second after the book showed its loss is not counted a second time.
 * - Where the other side of the book reaches the price, the order fills from what is offered there, at its own price;
 *   that liquidity is used up for every order of ours.
 * - Of our own orders the better price goes first, then the earlier. A trade fills no more of them than it traded.
 * - Books that are not live fill nothing; when one is back, its orders stand at the end of their queues.
 */
import type { BookStore } from '../../books/book-store.ts';
import { type Decimal, fromUnits, toUnits } from '../../domain/decimal.ts';
import type { InstrumentId, OrderId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { Side } from '../../domain/order.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { type FillModel, type LevelFill, qtyUnits, type RunningFee } from './fill-model.ts';

export const QUEUE_MODELS = ['behind', 'pro-rata'] as const;
export type QueueModel = (typeof QUEUE_MODELS)[number];
export type FillSettings = {
  /** Who cancels in the queue that an order of ours rests in. */
  readonly queue: QueueModel;
};
export const DEFAULT_FILLS: FillSettings = { queue: 'behind' };

/** A trade is reported at most so long after the book message that shows it. */
const LATE_US = US_PER_SECOND;

/** Most orders that rest at a time: more is a plugin gone wild. */
export const MAX_RESTING = 5_000;

type Resting = {
  readonly orderId: OrderId;
  readonly side: Side;
  /** In units of the instrument. */
  readonly price: number;
  readonly fee: RunningFee;
  left: number;
  /** Of others before it at its price. Infinite while its level lies beyond the part of the book that is seen. */
  ahead: number;
  /** Size of its level as the book last showed it. */
  level: number;
  /** Traded at its price and not yet seen to leave the level. */
  traded: number;
  /** Taken off what is ahead by book messages, the last of them then: trades that are reported late explain it. */
  credit: number;
  creditUs: TimeUs;
  /** Losses of its book when it joined: after another one its place is not known. */
  losses: number;
};

export type RestingFill = LevelFill & { readonly orderId: OrderId };

const NOTHING: readonly RestingFill[] = [];

export class RestingOrders {
  readonly #store: BookStore;
  readonly #fills: FillModel;
  readonly #model: QueueModel;
  /** By instrument, in the order in which they are met: better prices first, then earlier arrivals. */
  readonly #resting = new Map<InstrumentId, Resting[]>();
  #count = 0;

  constructor(store: BookStore, fills: FillModel, { queue }: FillSettings) {
    this.#store = store;
    this.#fills = fills;
    this.#model = queue;
  }

  get count(): number {
    return this.#count;
  }

  /** Joins the queue of its level as the book stands now. @param qty above zero, on the grid of the instrument. */
  add(
    orderId: OrderId,
    instrument: Instrument,
    side: Side,
    price: Decimal,
    qty: Decimal,
    fee: RunningFee,
  ): void {
    const order: Resting = {
      orderId,
      side,
      price: toUnits(price, instrument.priceDecimals),
      fee,
      left: qtyUnits(qty, instrument),
      ahead: 0,
      level: 0,
      traded: 0,
      credit: 0,
      creditUs: 0,
      losses: 0,
    };
    this.#join(order, instrument.id);
    const queue = this.#resting.get(instrument.id) ?? [];
    this.#resting.set(instrument.id, queue);
    const at = queue.findIndex((other) => other.side === side && isBetter(side, order.price, other.price));
    queue.splice(at < 0 ? queue.length : at, 0, order);
    this.#count++;
  }

  /** Takes it out; false when it does not rest. */
  remove(orderId: OrderId): boolean {
    for (const [instrumentId, queue] of this.#resting) {
      const at = queue.findIndex((order) => order.orderId === orderId);
      if (at < 0) continue;
      queue.splice(at, 1);
      this.#count--;
      if (queue.length === 0) this.#resting.delete(instrumentId);
      return true;
    }
    return false;
  }

  clear(): void {
    this.#resting.clear();
    this.#count = 0;
  }

  /** Of others ahead of it in its queue, in the instrument's units; undefined when it does not rest. */
  aheadOf(orderId: OrderId): number | undefined {
    return [...this.#resting.values()].flat().find((order) => order.orderId === orderId)?.ahead;
  }

  /** A public trade; while its book is not known to be true it fills nothing. */
  onTrade({ instrumentId, side: taker, price, qty, receivedUs }: TradePrint): readonly RestingFill[] {
    const queue = this.#resting.get(instrumentId);
    const { state, losses } = this.#store.sync(instrumentId);
    if (queue === undefined || state !== 'live') return NOTHING;
    const fills: RestingFill[] = [];
    let left = qty;
    for (const order of queue) {
      if (order.side === taker || order.losses !== losses) continue;
      if (isBetter(order.side, price, order.price)) continue;
      if (order.price === price) {
        if (receivedUs - order.creditUs > LATE_US) order.credit = 0;
        const credited = Math.min(order.credit, left);
        order.credit -= credited;
        order.traded += qty;
        const reached = left - credited;
        const over = Math.max(0, reached - order.ahead);
        order.ahead = Math.max(0, order.ahead - reached);
        left -= this.#fill(order, instrumentId, Math.min(over, left), fills);
      } else {
        order.ahead = 0;
        left -= this.#fill(order, instrumentId, left, fills);
      }
    }
    this.#forgetFilled(instrumentId, queue);
    return fills;
  }

  /** A book changed. */
  onBook(instrumentId: InstrumentId, atUs: TimeUs): readonly RestingFill[] {
    const queue = this.#resting.get(instrumentId);
    const { state, losses } = this.#store.sync(instrumentId);
    if (queue === undefined || state !== 'live') return NOTHING;
    const fills: RestingFill[] = [];
    for (const order of queue) {
      if (order.losses === losses) this.#moveUp(order, instrumentId, atUs);
      else this.#join(order, instrumentId);
      const reached = this.#fills.reach(instrumentId, order.side, order.price, order.left);
      if (reached === 0) continue;
      order.ahead = 0;
      this.#fill(order, instrumentId, reached, fills);
    }
    this.#forgetFilled(instrumentId, queue);
    return fills;
  }

  /** To the end of the queue. */
  #join(order: Resting, instrumentId: InstrumentId): void {
    const level = this.#levelOf(order, instrumentId);
    order.level = level ?? 0;
    order.ahead = level ?? Number.POSITIVE_INFINITY;
    order.traded = 0;
    order.credit = 0;
    order.losses = this.#store.sync(instrumentId).losses;
  }

  /** What the book says of its level: the loss that no trade explains was canceled. */
  #moveUp(order: Resting, instrumentId: InstrumentId, atUs: TimeUs): void {
    const level = this.#levelOf(order, instrumentId);
    if (level === undefined) return;
    if (order.ahead === Number.POSITIVE_INFINITY) {
      this.#join(order, instrumentId);
      return;
    }
    const lost = Math.max(0, order.level - level);
    const traded = Math.min(lost, order.traded);
    const canceled = lost - traded;
    order.traded -= traded;
    const before = order.ahead;
    if (canceled > 0 && this.#model === 'pro-rata') {
      // Of what stood there before the cancels; rounded so that no more than its share goes.
      const share = Math.min(1, before / (order.level - traded));
      order.ahead -= Math.floor(canceled * share);
    }
    order.ahead = Math.min(order.ahead, level);
    if (order.ahead < before) {
      order.credit = (atUs - order.creditUs > LATE_US ? 0 : order.credit) + before - order.ahead;
      order.creditUs = atUs;
    }
    order.level = level;
  }

  /** Size of its level; undefined where it lies beyond what is seen of a full ladder. */
  #levelOf({ side, price }: Resting, instrumentId: InstrumentId): number | undefined {
    const book = this.#store.books[instrumentId];
    if (book === undefined) return undefined;
    const buys = side === 'buy';
    const prices = buys ? book.bidPrices : book.askPrices;
    const qtys = buys ? book.bidQtys : book.askQtys;
    const count = buys ? book.bidCount : book.askCount;
    for (let at = 0; at < count; at++) {
      const here = prices[at] as number;
      if (here === price) return qtys[at];
      if (isBetter(side, price, here)) return 0;
    }
    return count < book.depth ? 0 : undefined;
  }

  /** Fills what it can of `units`; answers how much that was. */
  #fill(order: Resting, instrumentId: InstrumentId, units: number, fills: RestingFill[]): number {
    const filled = Math.min(order.left, units);
    const instrument = this.#store.instruments[instrumentId];
    if (filled <= 0 || instrument === undefined) return 0;
    order.left -= filled;
    const price = fromUnits(order.price, instrument.priceDecimals);
    const qty = fromUnits(filled, instrument.qtyDecimals);
    fills.push({ orderId: order.orderId, price, qty, fee: order.fee.charge(price.times(qty), 'maker') });
    return filled;
  }

  #forgetFilled(instrumentId: InstrumentId, queue: Resting[]): void {
    const open = queue.filter(({ left }) => left > 0);
    if (open.length === queue.length) return;
    this.#count -= queue.length - open.length;
    if (open.length === 0) this.#resting.delete(instrumentId);
    else this.#resting.set(instrumentId, open);
  }
}

/** Whether an order of this side at `price` is met before one at `other`. */
function isBetter(side: Side, price: number, other: number): boolean {
  return side === 'buy' ? price > other : price < other;
}
