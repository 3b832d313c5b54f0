/**
 * Fills orders against the live books as they stand at arrival, level by level, as a taker. What was taken
 * from a level stays taken until the market itself has cleared that level: nothing is filled twice from the
 * same liquidity.
 */
import { ladderOf } from '../../books/ladder.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { type Decimal, fromUnits, toUnits, ZERO } from '../../domain/decimal.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import {
  feeToReckon,
  type Instrument,
  makerFeeToReckon,
  type OrderFees,
  roundedFee,
} from '../../domain/instrument.ts';
import type { Side } from '../../domain/order.ts';

/** One level's part of a fill. */
export type LevelFill = { readonly price: Decimal; readonly qty: Decimal; readonly fee: Decimal };

/**
 * The fee of one order, at the rates of when it was placed: what it takes pays the taker's, what is taken of it as it rests the maker's.
 * What an order costs whatever its size is due with its first fill. Rounded up over all of its fills together, so that it never exceeds what was set aside.
 */
export class RunningFee {
  /** What the order costs whatever becomes of it, in quote; zero nearly everywhere. */
  readonly fixed: Decimal;
  readonly #rates: { readonly taker: Decimal; readonly maker: Decimal };
  /** What all fills so far cost, to the last digit, and what of it was charged. */
  #due: Decimal;
  #charged = ZERO;

  constructor(instrument: OrderFees) {
    this.fixed = instrument.orderCost ?? ZERO;
    this.#due = this.fixed;
    this.#rates = { taker: feeToReckon(instrument), maker: makerFeeToReckon(instrument) };
  }

  /** What one more fill of this value adds. */
  charge(notional: Decimal, as: 'taker' | 'maker'): Decimal {
    this.#due = this.#due.plus(notional.times(this.#rates[as]));
    const fee = roundedFee(this.#due).minus(this.#charged);
    this.#charged = this.#charged.plus(fee);
    return fee;
  }
}

/** Tokens of tiny prices come in quantities that no exact integer holds: what is above finds no liquidity. */
export function qtyUnits(qty: Decimal, { qtyDecimals }: Instrument): number {
  return qty.gt(fromUnits(Number.MAX_SAFE_INTEGER, qtyDecimals))
    ? Number.MAX_SAFE_INTEGER
    : toUnits(qty, qtyDecimals);
}

export class FillModel {
  readonly #instruments: readonly Instrument[];
  readonly #books: readonly OrderBook[];
  /** Taken quantity by price, per instrument and side of the book; only where something was taken. */
  readonly #taken = new Map<number, Map<number, number>>();

  constructor(instruments: readonly Instrument[], books: readonly OrderBook[]) {
    this.#instruments = instruments;
    this.#books = books;
  }

  /**
   * What an order finds as it arrives, best level first; empty when nothing is within its price.
   * @param orderFee of an order that may be filled further.
   */
  take(
    instrumentId: InstrumentId,
    side: Side,
    limit: Decimal,
    qty: Decimal,
    orderFee?: RunningFee,
  ): LevelFill[] {
    const instrument = this.#instruments[instrumentId];
    if (instrument === undefined) return [];
    const limitUnits = toUnits(limit, instrument.priceDecimals);
    const most = qtyUnits(qty, instrument);
    const fees = orderFee ?? new RunningFee(instrument);
    const fills: LevelFill[] = [];
    this.#walk(instrumentId, side, limitUnits, most, (priceUnits, units) => {
      this.#mark(instrumentId, side, priceUnits, units);
      const price = fromUnits(priceUnits, instrument.priceDecimals);
      const filled = fromUnits(units, instrument.qtyDecimals);
      fills.push({ price, qty: filled, fee: fees.charge(price.times(filled), 'taker') });
    });
    return fills;
  }

  /** An order at this price would trade at once. What was taken there before does not count: it is none of the venue's book. */
  wouldTake(instrumentId: InstrumentId, side: Side, limit: Decimal): boolean {
    const instrument = this.#instruments[instrumentId];
    const book = this.#books[instrumentId];
    if (instrument === undefined || book === undefined) return false;
    const units = toUnits(limit, instrument.priceDecimals);
    const best = side === 'buy' ? book.bestAsk : book.bestBid;
    return side === 'buy' ? best <= units : best >= units;
  }

  /** Whether all of this order finds something within its price. Nothing is taken. */
  fillsWhole(instrumentId: InstrumentId, side: Side, limit: Decimal, qty: Decimal): boolean {
    const instrument = this.#instruments[instrumentId];
    if (instrument === undefined || this.#books[instrumentId] === undefined) return false;
    const limitUnits = toUnits(limit, instrument.priceDecimals);
    const most = qtyUnits(qty, instrument);
    let found = 0;
    this.#walk(instrumentId, side, limitUnits, most, (_price, units) => {
      found += units;
    });
    return found >= most;
  }

  /** Uses up what is offered at this price or better, at most `most`; answers how much. All in units. */
  reach(instrumentId: InstrumentId, side: Side, limitUnits: number, most: number): number {
    let reached = 0;
    this.#walk(instrumentId, side, limitUnits, most, (priceUnits, units) => {
      this.#mark(instrumentId, side, priceUnits, units);
      reached += units;
    });
    return reached;
  }

  /** Goes down what is offered within the limit and not taken yet, at most `most`, best level first. */
  #walk(
    instrumentId: InstrumentId,
    side: Side,
    limitUnits: number,
    most: number,
    onLevel: (priceUnits: number, units: number) => void,
  ): void {
    const book = this.#books[instrumentId];
    if (book === undefined) return;
    const buys = side === 'buy';
    const { prices, qtys, count } = ladderOf(side, book);
    const taken = this.#taken.get(keyOf(instrumentId, side));
    let left = most;
    for (let level = 0; level < count && left > 0; level++) {
      const priceUnits = prices[level] as number;
      if (buys ? priceUnits > limitUnits : priceUnits < limitUnits) break;
      const units = Math.min(left, Math.max(0, (qtys[level] as number) - (taken?.get(priceUnits) ?? 0)));
      if (units === 0) continue;
      left -= units;
      onLevel(priceUnits, units);
    }
  }

  /** So much of a level is taken. */
  #mark(instrumentId: InstrumentId, side: Side, priceUnits: number, units: number): void {
    const key = keyOf(instrumentId, side);
    let taken = this.#taken.get(key);
    if (taken === undefined) {
      taken = new Map();
      this.#taken.set(key, taken);
    }
    taken.set(priceUnits, (taken.get(priceUnits) ?? 0) + units);
  }

  /** A book changed: levels that the market has cleared are fresh again when they come back. */
  onBook(instrumentId: InstrumentId): void {
    if (this.#taken.size === 0) return;
    this.#forget(instrumentId, 'buy');
    this.#forget(instrumentId, 'sell');
  }

  #forget(instrumentId: InstrumentId, side: Side): void {
    const key = keyOf(instrumentId, side);
    const taken = this.#taken.get(key);
    const book = this.#books[instrumentId];
    if (taken === undefined || book === undefined) return;
    const buys = side === 'buy';
    const { prices, count } = ladderOf(side, book);
    // A full ladder ends where our view ends, not where the market does: what lies beyond may still be there.
    const worst = count < book.depth ? undefined : (prices[count - 1] as number);
    for (const price of taken.keys()) {
      if (worst !== undefined && (buys ? price > worst : price < worst)) continue;
      let isThere = false;
      for (let level = 0; level < count && !isThere; level++) isThere = prices[level] === price;
      if (!isThere) taken.delete(price);
    }
    if (taken.size === 0) this.#taken.delete(key);
  }
}

function keyOf(instrumentId: InstrumentId, side: Side): number {
  return instrumentId * 2 + (side === 'buy' ? 0 : 1);
}
