import type { Side } from '../../../../domain/order.ts';

/** An order as the matching engine holds it. Price and quantities are integers in the instrument's units. */
export class EngineOrder {
  /** Who it belongs to; HOUSE is the simulated crowd, whose orders may trade with each other. */
  readonly owner: number;
  readonly side: Side;
  price: number;
  /** What is still to be filled. */
  remaining: number;
  /** Where it rests; undefined while it does not. */
  level: PriceLevel | undefined = undefined;
  previous: EngineOrder | undefined = undefined;
  next: EngineOrder | undefined = undefined;

  constructor(owner: number, side: Side, price: number, remaining: number) {
    this.owner = owner;
    this.side = side;
    this.price = price;
    this.remaining = remaining;
  }
}

/** Owner of the simulated crowd's orders. */
export const HOUSE = 0;

/** All resting orders at one price, oldest first, as a linked list: joining and leaving are O(1). */
export class PriceLevel {
  readonly price: number;
  /** Sum of what its orders have left. */
  qty = 0;
  head: EngineOrder | undefined = undefined;
  #tail: EngineOrder | undefined = undefined;

  constructor(price: number) {
    this.price = price;
  }

  /** Queues an order behind all others. */
  append(order: EngineOrder): void {
    order.level = this;
    order.previous = this.#tail;
    order.next = undefined;
    if (this.#tail === undefined) this.head = order;
    else this.#tail.next = order;
    this.#tail = order;
    this.qty += order.remaining;
  }

  /** Takes an order out of the queue, wherever it stands. */
  remove(order: EngineOrder): void {
    if (order.previous === undefined) this.head = order.next;
    else order.previous.next = order.next;
    if (order.next === undefined) this.#tail = order.previous;
    else order.next.previous = order.previous;
    order.level = undefined;
    order.previous = undefined;
    order.next = undefined;
    this.qty -= order.remaining;
  }
}

/**
 * One side of a book: its price levels in order. The best level is the last of the array, so that the many
 * changes near the top move few elements.
 */
export class BookSide {
  readonly #sign: 1 | -1;
  readonly #levels: PriceLevel[] = [];

  constructor(side: Side) {
    this.#sign = side === 'buy' ? 1 : -1;
  }

  get depth(): number {
    return this.#levels.length;
  }

  /** The level of that rank; 0 is the best. */
  at(rank: number): PriceLevel | undefined {
    return this.#levels[this.#levels.length - 1 - rank];
  }

  best(): PriceLevel | undefined {
    return this.#levels.at(-1);
  }

  /** True when price `a` comes before price `b` on this side or equals it. */
  isAtLeast(a: number, b: number): boolean {
    return this.#sign * (a - b) >= 0;
  }

  find(price: number): PriceLevel | undefined {
    const level = this.#levels[this.#position(price)];
    return level?.price === price ? level : undefined;
  }

  /** Quantity resting at a price; 0 where there is no level. */
  qtyAt(price: number): number {
    return this.find(price)?.qty ?? 0;
  }

  findOrCreate(price: number): PriceLevel {
    const position = this.#position(price);
    const found = this.#levels[position];
    if (found?.price === price) return found;
    const level = new PriceLevel(price);
    this.#levels.splice(position, 0, level);
    return level;
  }

  removeLevel(level: PriceLevel): void {
    const position = this.#position(level.price);
    if (this.#levels[position] === level) this.#levels.splice(position, 1);
  }

  /** Index of the first level that is not worse than `price`. */
  #position(price: number): number {
    const key = this.#sign * price;
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = this.#levels[middle] as PriceLevel;
      if (this.#sign * level.price < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
