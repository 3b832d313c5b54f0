/**
 * The order book of one instrument: two ladders of integer levels in typed arrays, best first. Prices count
 * 10^-priceDecimals and quantities 10^-qtyDecimals, as in BookUpdate. Nothing is allocated per message, but
 * for the rare one that outgrows the arrays.
 */
import { assert } from '../domain/errors.ts';
import { type BookUpdate, MAX_LEVELS_PER_MESSAGE } from '../domain/market-data.ts';

/** Room above `depth`: the levels that one message may insert before the book is cut back. */
const SLACK = 64;

export class OrderBook {
  /** Most levels a side that are kept once a message has been applied. */
  readonly depth: number;
  /** Bids, highest price first. Only the first `bidCount` entries mean anything. */
  bidCount = 0;
  bidPrices: Float64Array;
  bidQtys: Float64Array;
  /** Asks, lowest price first. Only the first `askCount` entries mean anything. */
  askCount = 0;
  askPrices: Float64Array;
  askQtys: Float64Array;
  #room: Room | undefined;

  /** @param depth levels a side, 1 to 5000; what the feed was subscribed to, or checksums cannot match. */
  constructor(depth: number) {
    assert(
      Number.isInteger(depth) && depth >= 1 && depth <= MAX_LEVELS_PER_MESSAGE,
      `book depth ${depth} is not between 1 and ${MAX_LEVELS_PER_MESSAGE}`,
    );
    this.depth = depth;
    this.bidPrices = new Float64Array(depth + SLACK);
    this.bidQtys = new Float64Array(depth + SLACK);
    this.askPrices = new Float64Array(depth + SLACK);
    this.askQtys = new Float64Array(depth + SLACK);
  }

  /** Highest bid in price units; NaN when there is none. */
  get bestBid(): number {
    return this.bidCount > 0 ? (this.bidPrices[0] as number) : Number.NaN;
  }

  /** Lowest ask in price units; NaN when there is none. */
  get bestAsk(): number {
    return this.askCount > 0 ? (this.askPrices[0] as number) : Number.NaN;
  }

  /** True when the best bid is at or above the best ask: a book between two messages, or a broken one. */
  get isCrossed(): boolean {
    return this.bestBid >= this.bestAsk;
  }

  /** True when either side is empty: no mid price, nothing to trade against. */
  get isOneSided(): boolean {
    return this.bidCount === 0 || this.askCount === 0;
  }

  clear(): void {
    this.bidCount = 0;
    this.askCount = 0;
  }

  /**
   * Applies one whole message: a snapshot replaces the book, a delta sets the levels it names (quantity zero
   * removes one; removing what is not there does nothing). A price may come twice, the later one wins. The
   * book is cut to `depth` after the message and not within it, as venues cut theirs: one that inserts above and
   * removes below must not lose the level that moves up.
   */
  apply(update: BookUpdate): void {
    if (update.isSnapshot) this.clear();
    if (update.bidCount > 0) this.#applyBids(update);
    if (update.askCount > 0) this.#applyAsks(update);
  }

  /** Sets one level as a message would; nothing is cut. @returns the quantity that stood there; 0: there was no such level. */
  setBid(price: number, qty: number): number {
    const at = firstNotAbove(this.bidPrices, this.bidCount, price);
    const isThere = at < this.bidCount && this.bidPrices[at] === price;
    const before = isThere ? (this.bidQtys[at] as number) : 0;
    this.bidCount = setLevel(this.bidPrices, this.bidQtys, this.bidCount, at, price, qty);
    return before;
  }

  /** The same of an ask. */
  setAsk(price: number, qty: number): number {
    const at = firstNotBelow(this.askPrices, this.askCount, price);
    const isThere = at < this.askCount && this.askPrices[at] === price;
    const before = isThere ? (this.askQtys[at] as number) : 0;
    this.askCount = setLevel(this.askPrices, this.askQtys, this.askCount, at, price, qty);
    return before;
  }

  /** Arrays for a merge of a side, as long as those of it. Made with the first message that has many changes. */
  #roomLike({ length }: Float64Array): Room {
    let room = this.#room;
    if (room === undefined || room.prices.length < length) {
      room = { prices: new Float64Array(length), qtys: new Float64Array(length) };
      this.#room = room;
    }
    return room;
  }

  #applyBids(update: BookUpdate): void {
    if (isMergeable(update.bidPrices, update.bidCount, 1)) {
      const made = this.#roomLike(this.bidPrices);
      const { bidPrices, bidQtys } = this;
      this.bidCount = merge(
        bidPrices,
        bidQtys,
        this.bidCount,
        update.bidPrices,
        update.bidQtys,
        update.bidCount,
        made,
        this.depth,
        1,
      );
      this.bidPrices = made.prices;
      this.bidQtys = made.qtys;
      made.prices = bidPrices;
      made.qtys = bidQtys;
      return;
    }
    const most = this.bidCount + update.bidCount;
    if (most > this.bidPrices.length) {
      this.bidPrices = grown(this.bidPrices, most);
      this.bidQtys = grown(this.bidQtys, most);
    }
    let count = this.bidCount;
    for (let i = 0; i < update.bidCount; i++) {
      const price = update.bidPrices[i] as number;
      const at = firstNotAbove(this.bidPrices, count, price);
      count = setLevel(this.bidPrices, this.bidQtys, count, at, price, update.bidQtys[i] as number);
    }
    this.bidCount = Math.min(count, this.depth);
  }

  #applyAsks(update: BookUpdate): void {
    if (isMergeable(update.askPrices, update.askCount, -1)) {
      const made = this.#roomLike(this.askPrices);
      const { askPrices, askQtys } = this;
      this.askCount = merge(
        askPrices,
        askQtys,
        this.askCount,
        update.askPrices,
        update.askQtys,
        update.askCount,
        made,
        this.depth,
        -1,
      );
      this.askPrices = made.prices;
      this.askQtys = made.qtys;
      made.prices = askPrices;
      made.qtys = askQtys;
      return;
    }
    const most = this.askCount + update.askCount;
    if (most > this.askPrices.length) {
      this.askPrices = grown(this.askPrices, most);
      this.askQtys = grown(this.askQtys, most);
    }
    let count = this.askCount;
    for (let i = 0; i < update.askCount; i++) {
      const price = update.askPrices[i] as number;
      const at = firstNotBelow(this.askPrices, count, price);
      count = setLevel(this.askPrices, this.askQtys, count, at, price, update.askQtys[i] as number);
    }
    this.askCount = Math.min(count, this.depth);
  }
}

/** Fewer changes are set one by one: a merge goes through all levels of the side. */
const LEAST_MERGED = 6;

/** Arrays that the next merge fills; the ones that it read are the next. */
type Room = { prices: Float64Array; qtys: Float64Array };

/** Many changes, best first and each price once. @param sign 1: the highest price is best. −1: the lowest. */
function isMergeable(prices: Float64Array, changes: number, sign: 1 | -1): boolean {
  if (changes < LEAST_MERGED) return false;
  for (let i = 1; i < changes; i++)
    if (((prices[i - 1] as number) - (prices[i] as number)) * sign <= 0) return false;
  return true;
}

/**
 * Goes once through the levels and their changes, both best first, instead of moving levels for each change; what comes out
 * is in `made`. Answers the new count, at most `depth`.
 */
function merge(
  prices: Float64Array,
  qtys: Float64Array,
  count: number,
  changed: Float64Array,
  changedQtys: Float64Array,
  changes: number,
  made: Room,
  depth: number,
  sign: 1 | -1,
): number {
  const { prices: toPrices, qtys: toQtys } = made;
  let at = 0;
  let to = 0;
  for (let next = 0; next < changes && to < depth; next++) {
    const price = changed[next] as number;
    let level = at < count ? (prices[at] as number) : 0;
    while (at < count && to < depth && (level - price) * sign > 0) {
      toPrices[to] = level;
      toQtys[to++] = qtys[at++] as number;
      level = prices[at] as number;
    }
    if (to === depth) break;
    if (at < count && level === price) at++;
    const qty = changedQtys[next] as number;
    if (qty === 0) continue;
    toPrices[to] = price;
    toQtys[to++] = qty;
  }
  while (at < count && to < depth) {
    toPrices[to] = prices[at] as number;
    toQtys[to++] = qtys[at++] as number;
  }
  return to;
}

/**
 * Index of the first bid that is not above `price`. Gallops from the top, where most changes are, and halves
 * what is left, so that a level costs the logarithm of its distance from the best price.
 */
function firstNotAbove(prices: Float64Array, count: number, price: number): number {
  let low = 0;
  let high = 1;
  while (high <= count && (prices[high - 1] as number) > price) {
    low = high;
    high <<= 1;
  }
  if (high > count) high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prices[middle] as number) > price) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first ask that is not below `price`; as above. */
function firstNotBelow(prices: Float64Array, count: number, price: number): number {
  let low = 0;
  let high = 1;
  while (high <= count && (prices[high - 1] as number) < price) {
    low = high;
    high <<= 1;
  }
  if (high > count) high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prices[middle] as number) < price) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sets, inserts or removes the level whose place is `at`; answers the new count. */
function setLevel(
  prices: Float64Array,
  qtys: Float64Array,
  count: number,
  at: number,
  price: number,
  qty: number,
): number {
  const isThere = at < count && prices[at] === price;
  if (qty === 0) {
    if (!isThere) return count;
    // A loop instead of copyWithin: few levels move, and the call alone costs more.
    for (let i = at + 1; i < count; i++) {
      prices[i - 1] = prices[i] as number;
      qtys[i - 1] = qtys[i] as number;
    }
    return count - 1;
  }
  if (isThere) {
    qtys[at] = qty;
    return count;
  }
  for (let i = count; i > at; i--) {
    prices[i] = prices[i - 1] as number;
    qtys[i] = qtys[i - 1] as number;
  }
  prices[at] = price;
  qtys[at] = qty;
  return count + 1;
}

function grown(from: Float64Array, capacity: number): Float64Array {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}
