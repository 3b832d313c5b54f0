import type { InstrumentId } from './ids.ts';
import type { Side } from './order.ts';
import type { TimeUs } from './time.ts';

/** Says that a book message carried no checksum, or no sequence number. */
export const NONE = -1;

/** Most levels a side that one message may carry; the deepest book of the venues we know has 1000. */
export const MAX_LEVELS_PER_MESSAGE = 5_000;

/**
 * One book message, parsed: a scratch object that a feed fills again for every message, so that nothing is
 * allocated on the way into the book. A receiver that keeps it beyond the call copies it.
 */
export class BookUpdate {
  readonly kind = 'book';
  instrumentId: InstrumentId = 0;
  /** True: replaces the book. False: changes the levels that are named; quantity zero removes one. */
  isSnapshot = false;
  /**
   * True: the best level a side, from a stream that is faster than the one that keeps the book. It holds until that stream has
   * come as far as `seq`, and changes nothing of what that stream said.
   */
  isTouch = false;
  /** CRC-32 of the book after this message, as an unsigned integer, or NONE. */
  checksum = NONE;
  /** Sequence number of this message and of the one it follows, or NONE. */
  seq = NONE;
  prevSeq = NONE;
  /** When the venue says it happened; 0 where it does not say. */
  venueUs: TimeUs = 0;
  /** When its bytes arrived here. */
  receivedUs: TimeUs = 0;
  bidCount = 0;
  askCount = 0;
  bidPrices: Float64Array;
  bidQtys: Float64Array;
  askPrices: Float64Array;
  askQtys: Float64Array;

  constructor(capacity = 64) {
    this.bidPrices = new Float64Array(capacity);
    this.bidQtys = new Float64Array(capacity);
    this.askPrices = new Float64Array(capacity);
    this.askQtys = new Float64Array(capacity);
  }

  /** Makes it an empty message again. */
  reset(instrumentId: InstrumentId, isSnapshot: boolean, receivedUs: TimeUs): void {
    this.instrumentId = instrumentId;
    this.isSnapshot = isSnapshot;
    this.isTouch = false;
    this.checksum = NONE;
    this.seq = NONE;
    this.prevSeq = NONE;
    this.venueUs = 0;
    this.receivedUs = receivedUs;
    this.bidCount = 0;
    this.askCount = 0;
  }

  /** Makes it an empty message of best levels, from the faster stream. */
  resetTouch(instrumentId: InstrumentId, receivedUs: TimeUs): void {
    this.reset(instrumentId, false, receivedUs);
    this.isTouch = true;
  }

  /** Price and quantity in the instrument's units (10^-priceDecimals, 10^-qtyDecimals). */
  pushBid(price: number, qty: number): void {
    if (this.bidCount === this.bidPrices.length) this.#grow();
    this.bidPrices[this.bidCount] = price;
    this.bidQtys[this.bidCount++] = qty;
  }

  pushAsk(price: number, qty: number): void {
    if (this.askCount === this.askPrices.length) this.#grow();
    this.askPrices[this.askCount] = price;
    this.askQtys[this.askCount++] = qty;
  }

  /** Doubles all four arrays. @throws RangeError above MAX_LEVELS_PER_MESSAGE. */
  #grow(): void {
    const capacity = Math.max(this.bidPrices.length, this.askPrices.length) * 2;
    if (capacity > MAX_LEVELS_PER_MESSAGE * 2) {
      throw new RangeError(`a book message has more than ${MAX_LEVELS_PER_MESSAGE} levels a side`);
    }
    this.bidPrices = grown(this.bidPrices, capacity);
    this.bidQtys = grown(this.bidQtys, capacity);
    this.askPrices = grown(this.askPrices, capacity);
    this.askQtys = grown(this.askQtys, capacity);
  }
}

function grown(from: Float64Array, capacity: number): Float64Array {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}

/** A public trade. Price and quantity in the instrument's units; `side` is the taker's. */
export type TradePrint = {
  readonly kind: 'trade';
  readonly instrumentId: InstrumentId;
  readonly price: number;
  readonly qty: number;
  readonly side: Side;
  readonly venueUs: TimeUs;
  readonly receivedUs: TimeUs;
};

/** How the connection to a venue's market data stands. `open` alone is no sign of life: see data age. */
export type FeedState = 'connecting' | 'open' | 'closed';

/** The feed's own news. `closed` makes every book of the venue unusable at once. */
export type FeedEvent = {
  readonly kind: 'feed';
  readonly venue: string;
  readonly state: FeedState;
  /** The venue's own status: `online`, `maintenance`, `cancel_only`, `post_only`; else empty. */
  readonly venueStatus: string;
  readonly reason: string;
  /** Of an open feed that no longer takes its books from a connection: they are asked for by REST. */
  readonly isByRest?: boolean | undefined;
  readonly atUs: TimeUs;
};
