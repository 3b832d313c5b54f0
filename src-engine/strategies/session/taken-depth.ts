/**
 * What a strategy in shadow has taken of a book that knows nothing of it: nothing is filled twice from the same offer. What was taken of a level stays taken until that level is seen
 * gone, or for a minute.
 */
import { type Ladder, ladderOf } from '../../books/ladder.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { type Decimal, fromUnits, ZERO } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

const REMEMBERED_US = 60 * US_PER_SECOND;

export class TakenDepth {
  /** Units by price, of the side that was taken last. */
  readonly #taken = new Map<number, number>();
  #isBuy = true;
  #takenUs: TimeUs = 0;

  /** What is still offered down to this price, in units. */
  within(book: OrderBook, isBuy: boolean, limitUnits: number, nowUs: TimeUs): number {
    this.#forget(book, isBuy, nowUs);
    let units = 0;
    this.#walk(book, limitUnits, (_price, offered) => {
      units += offered;
      return true;
    });
    return units;
  }

  /** Takes so much of what `within` has found, best level first. */
  take(
    book: OrderBook,
    limitUnits: number,
    units: number,
    nowUs: TimeUs,
    onLevel: (priceUnits: number, units: number) => void,
  ): void {
    let left = units;
    this.#takenUs = nowUs;
    this.#walk(book, limitUnits, (price, offered) => {
      const part = Math.min(left, offered);
      this.#taken.set(price, (this.#taken.get(price) ?? 0) + part);
      onLevel(price, part);
      left -= part;
      return left > 0;
    });
  }

  /** As `take`. @returns what was paid for it, or came in, in quote without a fee. */
  traded(book: OrderBook, limitUnits: number, units: number, nowUs: TimeUs, instrument: Instrument): Decimal {
    const { priceDecimals, qtyDecimals } = instrument;
    let notional = ZERO;
    this.take(book, limitUnits, units, nowUs, (priceUnits, part) => {
      notional = notional.plus(fromUnits(priceUnits, priceDecimals).times(fromUnits(part, qtyDecimals)));
    });
    return notional;
  }

  #walk(book: OrderBook, limitUnits: number, onLevel: (priceUnits: number, units: number) => boolean): void {
    const { prices, qtys, count } = this.#sideOf(book);
    for (let level = 0; level < count; level++) {
      const price = prices[level] as number;
      if (this.#isBuy ? price > limitUnits : price < limitUnits) return;
      const offered = (qtys[level] as number) - (this.#taken.get(price) ?? 0);
      if (offered > 0 && !onLevel(price, offered)) return;
    }
  }

  #forget(book: OrderBook, isBuy: boolean, nowUs: TimeUs): void {
    if (isBuy !== this.#isBuy || nowUs - this.#takenUs > REMEMBERED_US) this.#taken.clear();
    this.#isBuy = isBuy;
    if (this.#taken.size === 0) return;
    const { prices, count } = this.#sideOf(book);
    // A full ladder ends where our view ends: what lies beyond may still be there.
    const worst = count < book.depth ? undefined : (prices[count - 1] as number);
    const shown = new Set(prices.slice(0, count));
    for (const price of this.#taken.keys()) {
      const isBeyond = worst !== undefined && (isBuy ? price > worst : price < worst);
      if (!isBeyond && !shown.has(price)) this.#taken.delete(price);
    }
  }

  #sideOf(book: OrderBook): Ladder {
    return ladderOf(this.#isBuy ? 'buy' : 'sell', book);
  }
}
