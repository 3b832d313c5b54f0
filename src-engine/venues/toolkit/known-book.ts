/**
 * A book of which the venue sends every change, however deep, and whose snapshots by REST are cut to a number of levels. Behind the last
 * level of a cut side nothing is known: a level that comes there may stand behind others that never came, so it is left out until the
 * next snapshot. Within, every level is kept, those beyond the run's window too. Nothing is allocated per message.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import { DeepBook } from './deep-book.ts';
import { LevelRows } from './level-rows.ts';

/** Levels of a side above which a book is taken anew: the known part of a side grows by every level that comes within it. */
const MAX_LEVELS = 20_000;

export class KnownBook {
  readonly #deep: DeepBook;
  readonly #rows = new LevelRows();
  readonly #leastKnown: number;
  /** Worst prices up to which each side is known; infinite where the side is known as a whole. */
  #bidEdge = Number.NEGATIVE_INFINITY;
  #askEdge = Number.POSITIVE_INFINITY;

  /** @param depth levels a side of the window. @param leastKnown with fewer levels of a side that was cut, `isShallow`. */
  constructor(depth: number, leastKnown: number) {
    this.#deep = new DeepBook(depth);
    this.#leastKnown = leastKnown;
  }

  /** @param update a snapshot. @param whole a side with fewer levels than this was not cut: it is all there is. */
  replace(update: BookUpdate, whole: number, out: BookUpdate): void {
    this.#bidEdge = Number.NEGATIVE_INFINITY;
    this.#askEdge = Number.POSITIVE_INFINITY;
    this.#fill(update);
    this.#deep.replace(this.#rows, out);
    const { bidCount, askCount, bidPrices, askPrices } = update;
    if (bidCount >= whole) {
      this.#bidEdge = Number.POSITIVE_INFINITY;
      for (let i = 0; i < bidCount; i++) this.#bidEdge = Math.min(this.#bidEdge, bidPrices[i] as number);
    }
    if (askCount >= whole) {
      this.#askEdge = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < askCount; i++) this.#askEdge = Math.max(this.#askEdge, askPrices[i] as number);
    }
  }

  /** What a change changes in the window goes to `out`, as with DeepBook. */
  change(update: BookUpdate, out: BookUpdate): void {
    this.#fill(update);
    this.#deep.change(this.#rows, out);
  }

  window(out: BookUpdate): void {
    this.#deep.window(out);
  }

  /** So few known levels of a side are left that a further snapshot is needed before long. */
  get isShallow(): boolean {
    const { bidCount, askCount } = this.#deep;
    return (
      (bidCount < this.#leastKnown && this.#bidEdge !== Number.NEGATIVE_INFINITY) ||
      (askCount < this.#leastKnown && this.#askEdge !== Number.POSITIVE_INFINITY)
    );
  }

  /** Why the book can no longer be shown; empty: it can. */
  get fault(): string {
    const { bidCount, askCount } = this.#deep;
    const isSpent =
      (bidCount === 0 && this.#bidEdge !== Number.NEGATIVE_INFINITY) ||
      (askCount === 0 && this.#askEdge !== Number.POSITIVE_INFINITY);
    if (isSpent) return 'every known level of a side is gone: its best price is unknown';
    return Math.max(bidCount, askCount) > MAX_LEVELS ? `a side has more than ${MAX_LEVELS} levels` : '';
  }

  #fill({ bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys }: BookUpdate): void {
    const rows = this.#rows;
    rows.clear();
    for (let i = 0; i < bidCount; i++) {
      const price = bidPrices[i] as number;
      if (price >= this.#bidEdge) rows.push(true, price, bidQtys[i] as number);
    }
    for (let i = 0; i < askCount; i++) {
      const price = askPrices[i] as number;
      if (price <= this.#askEdge) rows.push(false, price, askQtys[i] as number);
    }
  }
}
