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

/** How much of a book a snapshot shows. */
export type SnapshotReach = {
  /** Further levels of this side may stand behind its last one; else it is all there is. */
  readonly bidsCut: boolean;
  readonly asksCut: boolean;
  /** With fewer levels of a side that was cut, `isShallow`. */
  readonly leastKnown: number;
};

export class KnownBook {
  readonly #deep: DeepBook;
  readonly #rows = new LevelRows();
  #leastKnown = 0;
  /**
   * Worst prices up to which bids and asks are known; infinite where the side is known as a whole. In an array: a double that is handed
   * over is an object.
   */
  readonly #edges = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

  /** @param depth levels a side of the window. */
  constructor(depth: number) {
    this.#deep = new DeepBook(depth);
  }

  /** @param update a snapshot. */
  replace(update: BookUpdate, { bidsCut, asksCut, leastKnown }: SnapshotReach, out: BookUpdate): void {
    this.#leastKnown = leastKnown;
    this.#edges[0] = Number.NEGATIVE_INFINITY;
    this.#edges[1] = Number.POSITIVE_INFINITY;
    this.#fill(update);
    this.#deep.replace(this.#rows, out);
    const { bidCount, askCount, bidPrices, askPrices } = update;
    if (bidsCut) {
      let edge = Number.POSITIVE_INFINITY;
      for (let i = 0; i < bidCount; i++) edge = Math.min(edge, bidPrices[i] as number);
      this.#edges[0] = edge;
    }
    if (asksCut) {
      let edge = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < askCount; i++) edge = Math.max(edge, askPrices[i] as number);
      this.#edges[1] = edge;
    }
  }

  /** What a change changes in the window goes to `out`, as with DeepBook. The change itself is cut to what is known. */
  change(update: BookUpdate, out: BookUpdate): void {
    const bidCount = this.#within(update.bidPrices, update.bidQtys, update.bidCount, 1);
    const askCount = this.#within(update.askPrices, update.askQtys, update.askCount, -1);
    update.bidCount = bidCount;
    update.askCount = askCount;
    this.#deep.changeBy(update, out);
  }

  window(out: BookUpdate): void {
    this.#deep.window(out);
  }

  /** So few known levels of a side are left that a further snapshot is needed before long. */
  get isShallow(): boolean {
    return this.leastLevels < this.#leastKnown;
  }

  /** Known levels of the cut side that has fewest; infinite where both sides are known as a whole. */
  get leastLevels(): number {
    const { bidCount, askCount } = this.#deep;
    return Math.min(
      this.areBidsCut ? bidCount : Number.POSITIVE_INFINITY,
      this.areAsksCut ? askCount : Number.POSITIVE_INFINITY,
    );
  }

  get areBidsCut(): boolean {
    return this.#edges[0] !== Number.NEGATIVE_INFINITY;
  }

  get areAsksCut(): boolean {
    return this.#edges[1] !== Number.POSITIVE_INFINITY;
  }

  /** All that is known, the best `most` levels a side, into an update that is a snapshot. */
  known(out: BookUpdate, most: number): void {
    this.#deep.all(out, most);
  }

  /**
   * No venue of continuous trading has such a book: a change was lost or altered that no number showed. A touch that lies over the book
   * in view is no part of it.
   */
  get isCrossed(): boolean {
    return this.#deep.isCrossed;
  }

  /** Why the book can no longer be shown; empty: it can. */
  get fault(): string {
    const { bidCount, askCount } = this.#deep;
    if (this.leastLevels === 0) return 'every known level of a side is gone: its best price is unknown';
    return Math.max(bidCount, askCount) > MAX_LEVELS ? `a side has more than ${MAX_LEVELS} levels` : '';
  }

  /** Leaves out of a side what lies behind what is known. Answers how many levels stay. */
  #within(prices: Float64Array, qtys: Float64Array, count: number, sign: 1 | -1): number {
    const edge = this.#edges[sign === 1 ? 0 : 1] as number;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const price = prices[i] as number;
      if ((price - edge) * sign < 0) continue;
      if (kept !== i) {
        prices[kept] = price;
        qtys[kept] = qtys[i] as number;
      }
      kept++;
    }
    return kept;
  }

  #fill({ bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys }: BookUpdate): void {
    const rows = this.#rows;
    rows.clear();
    for (let i = 0; i < bidCount; i++) {
      const price = bidPrices[i] as number;
      if (price >= (this.#edges[0] as number)) rows.push(true, price, bidQtys[i] as number);
    }
    for (let i = 0; i < askCount; i++) {
      const price = askPrices[i] as number;
      if (price <= (this.#edges[1] as number)) rows.push(false, price, askQtys[i] as number);
    }
  }
}
