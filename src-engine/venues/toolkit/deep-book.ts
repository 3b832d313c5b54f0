/**
 * Every level of a book whose venue sends all of them, and the best of them as updates: a window of the run's depth that is exact after
 * every message. A level that moves into the window as a better one is removed comes with the update that removed it; without it, the
 * window would show nothing where the venue has a level. Nothing is allocated per message, but where a side outgrows its arrays.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import { DeepSide } from './deep-side.ts';
import type { LevelRows } from './level-rows.ts';

/** A change of more levels is passed on as the whole window. */
const MAX_CHANGES = 1_000;

export class DeepBook {
  readonly #depth: number;
  readonly #bids: DeepSide;
  readonly #asks: DeepSide;

  /** @param depth levels a side of the window. */
  constructor(depth: number) {
    this.#depth = depth;
    this.#bids = new DeepSide(1, depth);
    this.#asks = new DeepSide(-1, depth);
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  get bidCount(): number {
    return this.#bids.count;
  }

  get askCount(): number {
    return this.#asks.count;
  }

  /** The best bid is not below the best ask. */
  get isCrossed(): boolean {
    const [bids, asks] = [this.#bids, this.#asks];
    return bids.near > 0 && asks.near > 0 && bids.price(0) >= asks.price(0);
  }

  /** Takes a snapshot: the window goes to `update`, which is one already. */
  replace(rows: LevelRows, update: BookUpdate): void {
    this.#bids.replace(rows);
    this.#asks.replace(rows);
    this.window(update);
  }

  /** As `change`, of a message. */
  changeBy(message: BookUpdate, update: BookUpdate): void {
    const { bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys } = message;
    if (bidCount > 0) {
      const bids = this.#bids;
      bids.markEdge();
      const edge = bids.edge[0] as number;
      bids.setAll(bidPrices, bidQtys, bidCount);
      for (let i = 0; i < bidCount; i++) {
        const price = bidPrices[i] as number;
        if (!(price < edge)) update.pushBid(price, bidQtys[i] as number);
      }
      this.#moveUpBids(update);
    }
    if (askCount > 0) {
      const asks = this.#asks;
      asks.markEdge();
      const edge = asks.edge[0] as number;
      asks.setAll(askPrices, askQtys, askCount);
      for (let i = 0; i < askCount; i++) {
        const price = askPrices[i] as number;
        if (!(price > edge)) update.pushAsk(price, askQtys[i] as number);
      }
      this.#moveUpAsks(update);
    }
  }

  /** Takes a change: what changes in the window goes to `update`, which is a delta, or a snapshot where that is most of it. */
  change(rows: LevelRows, update: BookUpdate): void {
    this.#bids.markEdge();
    this.#asks.markEdge();
    const bidEdge = this.#bids.edge[0] as number;
    const askEdge = this.#asks.edge[0] as number;
    const isLarge = rows.count > MAX_CHANGES;
    for (let i = 0; i < rows.count; i++) {
      const price = rows.prices[i] as number;
      const qty = rows.qtys[i] as number;
      if (rows.isBid[i] === 1) {
        this.#bids.set(rows.prices, rows.qtys, i);
        if (!isLarge && !(price < bidEdge)) update.pushBid(price, qty);
      } else {
        this.#asks.set(rows.prices, rows.qtys, i);
        if (!isLarge && !(price > askEdge)) update.pushAsk(price, qty);
      }
    }
    if (isLarge) {
      update.isSnapshot = true;
      this.#bids.settle();
      this.#asks.settle();
      this.window(update);
      return;
    }
    this.#moveUpBids(update);
    this.#moveUpAsks(update);
  }

  /** Adds the levels that are in the window now, and were behind its last price. */
  #moveUpBids(update: BookUpdate): void {
    const bids = this.#bids;
    bids.settle();
    for (let at = bids.placeBehindEdge(); at < this.#depth && at < bids.near; at++)
      update.pushBid(bids.price(at), bids.qty(at));
  }

  #moveUpAsks(update: BookUpdate): void {
    const asks = this.#asks;
    asks.settle();
    for (let at = asks.placeBehindEdge(); at < this.#depth && at < asks.near; at++)
      update.pushAsk(asks.price(at), asks.qty(at));
  }

  /** Adds the whole window to an update, which is a snapshot. */
  window(update: BookUpdate): void {
    const bids = this.#bids;
    for (let at = 0; at < this.#depth && at < bids.near; at++) update.pushBid(bids.price(at), bids.qty(at));
    const asks = this.#asks;
    for (let at = 0; at < this.#depth && at < asks.near; at++) update.pushAsk(asks.price(at), asks.qty(at));
  }

  /** Adds the best `most` levels a side to an update, which is a snapshot. Not for every message: it sorts. */
  all(update: BookUpdate, most: number): void {
    for (const [price, qty] of this.#bids.sorted().slice(0, most)) update.pushBid(price, qty);
    for (const [price, qty] of this.#asks.sorted().slice(0, most)) update.pushAsk(price, qty);
  }
}
