/**
 * The best levels of a book as the subscribers of a channel hold them, sent at a pace. A level that falls out of the window is
 * removed by a message, and one that comes into it is sent: subscribers trim nothing themselves.
 */
import type { Side } from '../../../domain/order.ts';
import type { DurationUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Market } from './market.ts';

/** In units of the pair; a quantity of 0 removes the level. */
export type Level = readonly [price: number, qty: number];
/** Best price first. */
export type WindowLevels = { readonly bids: readonly Level[]; readonly asks: readonly Level[] };

export class BookWindow {
  readonly market: Market;
  readonly #depth: number;
  readonly #held: Record<Side, Map<number, number>> = { buy: new Map(), sell: new Map() };
  /** Number of its newest message, as its venue counts them. */
  number: number;

  constructor(market: Market, depth: number, number: number) {
    this.market = market;
    this.#depth = depth;
    this.number = number;
    this.refresh();
  }

  /** What its subscribers hold. */
  get levels(): WindowLevels {
    return { bids: [...this.#held.buy], asks: [...this.#held.sell] };
  }

  /** Takes the book as it stands: no client has received an earlier state. */
  refresh(): void {
    this.#held.buy = this.#top('buy');
    this.#held.sell = this.#top('sell');
  }

  /** What differs from what subscribers hold, who hold it from now on; undefined: nothing. */
  take(): WindowLevels | undefined {
    const bids = this.#difference('buy');
    const asks = this.#difference('sell');
    return bids.length === 0 && asks.length === 0 ? undefined : { bids, asks };
  }

  #top(side: Side): Map<number, number> {
    const book = this.market.engine.sideOf(side);
    const top = new Map<number, number>();
    for (let rank = 0; rank < this.#depth; rank++) {
      const level = book.at(rank);
      if (level === undefined) break;
      top.set(level.price, level.qty);
    }
    return top;
  }

  #difference(side: Side): Level[] {
    const before = this.#held[side];
    const now = this.#top(side);
    this.#held[side] = now;
    const changes: Level[] = [];
    for (const price of before.keys()) if (!now.has(price)) changes.push([price, 0]);
    for (const [price, qty] of now) if (before.get(price) !== qty) changes.push([price, qty]);
    const sign = side === 'buy' ? -1 : 1;
    return changes.sort(([a], [b]) => sign * (a - b));
  }
}

export type WindowFeedOptions = {
  readonly clock: Clock;
  readonly depth: number;
  /** Messages leave at whole multiples of it, and only while something differs. */
  readonly paceUs: DurationUs;
  /** Number of a window's first message. */
  readonly firstNumber: number;
  /** A window's book has changed. */
  readonly send: (window: BookWindow, levels: WindowLevels) => void;
};

/** The windows of one depth, each while it has subscribers. */
export class WindowFeed {
  readonly #options: WindowFeedOptions;
  readonly #windows = new Map<Market, { readonly window: BookWindow; isOpen: boolean; isDue: boolean }>();

  constructor(options: WindowFeedOptions) {
    this.#options = options;
  }

  /** Before its first subscriber: what is held is what the book is now. */
  open(market: Market): BookWindow {
    const { depth, firstNumber } = this.#options;
    let entry = this.#windows.get(market);
    if (entry === undefined) {
      const window = new BookWindow(market, depth, firstNumber);
      entry = { window, isOpen: true, isDue: false };
      this.#windows.set(market, entry);
    } else if (!entry.isOpen) {
      entry.window.refresh();
      entry.isOpen = true;
    }
    return entry.window;
  }

  /** After its last subscriber. */
  close(market: Market): void {
    const entry = this.#windows.get(market);
    if (entry !== undefined) entry.isOpen = false;
  }

  onBook(market: Market): void {
    const entry = this.#windows.get(market);
    if (entry === undefined || !entry.isOpen || entry.isDue) return;
    entry.isDue = true;
    const { clock, paceUs, send } = this.#options;
    const nowUs = clock.nowUs();
    clock.schedule(nowUs - (nowUs % paceUs) + paceUs, () => {
      entry.isDue = false;
      if (!entry.isOpen) return;
      const levels = entry.window.take();
      if (levels !== undefined) send(entry.window, levels);
    });
  }
}
