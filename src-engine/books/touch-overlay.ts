/**
 * The best bid and ask as a faster stream says them, laid over a ladder that a slower stream keeps. While it lies there the
 * book shows the touch: levels better than it are gone from view, the level at its price has its quantity. Lifting it gives
 * back the ladder, level for level, so that the next change meets what the slower stream knows. Readers see one book and know
 * nothing of it, and pay nothing for it.
 */
import type { BookUpdate } from '../domain/market-data.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { OrderBook } from './order-book.ts';

/**
 * Longest that a touch stands before the ladder has come as far. A ladder that is behind for longer is silent, or its numbers are
 * not those of the touch: then the touch shows a price of which nothing says any more that it holds.
 */
const MAX_LEAD_US = US_PER_SECOND;

export class TouchOverlay {
  readonly #book: OrderBook;
  readonly #bids: CoveredSide;
  readonly #asks: CoveredSide;
  /**
   * Number of the touch, then bid price, bid quantity, ask price, ask quantity, when it came, and when the first one came that the
   * ladder has not answered with a message (0: there is none): doubles that change with every message.
   */
  readonly #touch = new Float64Array(7);
  #isKept = false;

  constructor(book: OrderBook) {
    this.#book = book;
    this.#bids = new CoveredSide(book.depth, 1);
    this.#asks = new CoveredSide(book.depth, -1);
  }

  /**
   * Takes a younger touch: one level a side. Answers whether the best levels in view are others than before; one that is not
   * whole, is crossed, or is not younger than the ladder or the touch before is left alone.
   * @param ladder with the number of its last message. Numbers that are handed over by themselves would be objects.
   */
  take(update: BookUpdate, ladder: { readonly lastSeq: number }): boolean {
    const touch = this.#touch;
    const { seq, bidPrices, bidQtys, askPrices, askQtys } = update;
    const bid = bidPrices[0] as number;
    const ask = askPrices[0] as number;
    const bidQty = bidQtys[0] as number;
    const askQty = askQtys[0] as number;
    if (update.bidCount !== 1 || update.askCount !== 1 || bid >= ask || bidQty <= 0 || askQty <= 0)
      return false;
    if (seq <= ladder.lastSeq) return false;
    const firstUs = touch[6] as number;
    if (firstUs !== 0 && update.receivedUs - firstUs > MAX_LEAD_US) {
      const wasKept = this.#isKept;
      this.clear();
      return wasKept;
    }
    if (this.#isKept && seq <= (touch[0] as number)) return false;
    const book = this.#book;
    const isNews =
      book.bidCount === 0 ||
      book.askCount === 0 ||
      book.bidPrices[0] !== bid ||
      book.bidQtys[0] !== bidQty ||
      book.askPrices[0] !== ask ||
      book.askQtys[0] !== askQty;
    this.lift();
    touch[0] = seq;
    touch[1] = bid;
    touch[2] = bidQty;
    touch[3] = ask;
    touch[4] = askQty;
    touch[5] = update.receivedUs;
    if (firstUs === 0) touch[6] = update.receivedUs;
    this.#isKept = true;
    this.#lay();
    return isNews;
  }

  /** Gives back the ladder. The touch is kept for `settle`. */
  lift(): void {
    const book = this.#book;
    if (this.#bids.isCovered) book.bidCount = this.#bids.uncover(book.bidPrices, book.bidQtys, book.bidCount);
    if (this.#asks.isCovered) book.askCount = this.#asks.uncover(book.askPrices, book.askQtys, book.askCount);
  }

  /** The ladder has changed: a touch that is younger still lies over it again, any other has done its service, or was wrong. */
  settle({ seq, receivedUs }: BookUpdate): void {
    const touch = this.#touch;
    const cameUs = touch[5] as number;
    this.#isKept &&= (touch[0] as number) > seq && receivedUs - cameUs <= MAX_LEAD_US;
    touch[6] = this.#isKept ? cameUs : 0;
    if (this.#isKept) this.#lay();
  }

  /** After a look at the ladder. */
  layAgain(): void {
    if (this.#isKept) this.#lay();
  }

  /** Gives back the ladder and forgets the touch. Whether the ladder is behind is known again with its next message. */
  clear(): void {
    this.lift();
    this.#isKept = false;
  }

  #lay(): void {
    const book = this.#book;
    const touch = this.#touch;
    book.bidCount = this.#bids.cover(book.bidPrices, book.bidQtys, book.bidCount, touch, 1);
    book.askCount = this.#asks.cover(book.askPrices, book.askQtys, book.askCount, touch, 3);
  }
}

/** One side: the levels that the touch took from view. */
class CoveredSide {
  isCovered = false;
  /** 1: the highest price is best. −1: the lowest. */
  readonly #sign: number;
  readonly #prices: Float64Array;
  /** Quantities of the hidden levels; behind them that of the ladder's level at the touch's price. */
  readonly #qtys: Float64Array;
  #hidden = 0;
  /** The touch's price is one that the ladder does not have. */
  #isNew = false;

  constructor(depth: number, sign: 1 | -1) {
    this.#sign = sign;
    this.#prices = new Float64Array(depth);
    this.#qtys = new Float64Array(depth + 1);
  }

  /** Lays the touch over a ladder; `touch[at]` is its price, the quantity stands behind it. Answers the levels in view. */
  cover(prices: Float64Array, qtys: Float64Array, count: number, touch: Float64Array, at: number): number {
    const sign = this.#sign;
    const price = touch[at] as number;
    let hidden = 0;
    while (hidden < count && ((prices[hidden] as number) - price) * sign > 0) {
      this.#prices[hidden] = prices[hidden] as number;
      this.#qtys[hidden] = qtys[hidden] as number;
      hidden++;
    }
    const isNew = hidden === count || prices[hidden] !== price;
    if (!isNew) this.#qtys[hidden] = qtys[hidden] as number;
    this.#hidden = hidden;
    this.#isNew = isNew;
    this.isCovered = true;
    const shown = move(prices, qtys, count, isNew ? 1 - hidden : -hidden);
    prices[0] = price;
    qtys[0] = touch[at + 1] as number;
    return shown;
  }

  /** Answers the levels of the ladder. */
  uncover(prices: Float64Array, qtys: Float64Array, count: number): number {
    const hidden = this.#hidden;
    const isNew = this.#isNew;
    const levels = move(prices, qtys, count, isNew ? hidden - 1 : hidden);
    for (let i = 0; i < hidden; i++) {
      prices[i] = this.#prices[i] as number;
      qtys[i] = this.#qtys[i] as number;
    }
    if (!isNew) qtys[hidden] = this.#qtys[hidden] as number;
    this.isCovered = false;
    return levels;
  }
}

/** Moves all levels by so many places, those that fall off the top are lost. Answers the new count. */
function move(prices: Float64Array, qtys: Float64Array, count: number, by: number): number {
  if (by < 0) {
    for (let i = -by; i < count; i++) {
      prices[i + by] = prices[i] as number;
      qtys[i + by] = qtys[i] as number;
    }
  } else if (by > 0) {
    for (let i = count - 1; i >= 0; i--) {
      prices[i + by] = prices[i] as number;
      qtys[i + by] = qtys[i] as number;
    }
  }
  return count + by;
}
