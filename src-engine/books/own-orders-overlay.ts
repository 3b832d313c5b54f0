/**
 * Own orders that rest at the venue, taken out of view: its public book shows them as anybody's, and what is priced by a book or taken from
 * it must be others'. Reports of orders and messages of the book come over two connections, in any order, so the larger amount is taken
 * off: from the moment an order is sent, and after a fill or its end until the book has had time to show that. A level may be shown smaller
 * for that while, never larger than what others offer there. Lifting it gives back the book, level for level, before each message.
 */
import type { OrderId } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { OrderBook } from './order-book.ts';

/** A book that had a message this long after a change of an own order shows that change. */
export const SHOWN_AFTER_US: DurationUs = 2 * US_PER_SECOND;
/** Own orders of one book, those that ended a moment ago among them; with more the oldest is forgotten, one that is over first. */
const MAX_ORDERS = 64;

type Own = {
  readonly orderId: OrderId;
  readonly isBid: boolean;
  readonly price: number;
  /** What is taken off, and what the order has left, in units of the book. */
  shown: number;
  left: number;
  changedUs: TimeUs;
  isOver: boolean;
};

export class OwnOrdersOverlay {
  readonly #book: OrderBook;
  readonly #orders: Own[] = [];
  /** Levels that were changed, in that order, with what stood there. */
  readonly #prices = new Float64Array(MAX_ORDERS);
  readonly #qtys = new Float64Array(MAX_ORDERS);
  readonly #isBid = new Uint8Array(MAX_ORDERS);
  #laid = 0;

  constructor(book: OrderBook) {
    this.#book = book;
  }

  /** An order is on its way. @param price in units of the book. @param qty likewise. @param lastUpdateUs of the book. */
  add(
    order: Pick<Own, 'orderId' | 'isBid' | 'price'>,
    qty: number,
    nowUs: TimeUs,
    lastUpdateUs: TimeUs,
  ): void {
    this.lift();
    if (this.#orders.length >= MAX_ORDERS) {
      const over = this.#orders.findIndex(({ isOver }) => isOver);
      this.#orders.splice(Math.max(0, over), 1);
    }
    this.#orders.push({ ...order, shown: qty, left: qty, changedUs: nowUs, isOver: false });
    this.lay(lastUpdateUs);
  }

  /** Part of it was filled, or it is over. */
  change(orderId: OrderId, left: number, isOver: boolean, nowUs: TimeUs): void {
    for (const own of this.#orders) {
      if (own.orderId !== orderId) continue;
      own.left = left;
      own.changedUs = nowUs;
      own.isOver = isOver;
    }
  }

  /** The book as its venue shows it. */
  lift(): void {
    while (this.#laid > 0) {
      const k = --this.#laid;
      const price = this.#prices[k] as number;
      if (this.#isBid[k] === 1) this.#book.setBid(price, this.#qtys[k] as number);
      else this.#book.setAsk(price, this.#qtys[k] as number);
    }
  }

  /** The book without own orders; does nothing twice. @param lastUpdateUs when its last message came. */
  lay(lastUpdateUs: TimeUs): void {
    this.lift();
    for (let k = this.#orders.length - 1; k >= 0; k--) {
      const own = this.#orders[k] as Own;
      if (own.shown !== own.left && lastUpdateUs - own.changedUs > SHOWN_AFTER_US) own.shown = own.left;
      if (own.isOver && own.shown === 0) this.#orders.splice(k, 1);
      else this.#takeOff(own);
    }
  }

  #takeOff({ isBid, price, shown }: Own): void {
    const book = this.#book;
    const before = isBid ? book.setBid(price, 0) : book.setAsk(price, 0);
    if (before === 0) return;
    const rest = Math.max(0, before - shown);
    if (isBid) book.setBid(price, rest);
    else book.setAsk(price, rest);
    const k = this.#laid++;
    this.#prices[k] = price;
    this.#qtys[k] = before;
    this.#isBid[k] = isBid ? 1 : 0;
  }
}
