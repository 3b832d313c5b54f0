/** What changed in books since the last message of a diff depth stream (spot API, "Diff. Depth Stream"). */
import type { Side } from '../../../../../domain/order.ts';
import type { LevelChange, Market } from '../../../core/market.ts';
import { price8, qty8 } from '../wire-text.ts';

type Batch = {
  /** Ids of the first and the last change in it. */
  firstId: number;
  lastId: number;
  readonly prices: Readonly<Record<Side, Set<number>>>;
};

export type DepthChange = {
  readonly firstId: number;
  readonly lastId: number;
  readonly bids: readonly [string, string][];
  readonly asks: readonly [string, string][];
};

/** Batches of one pace. A book is watched while it has subscribers. */
export class DepthBatches {
  readonly #batches = new Map<Market, Batch>();

  /** Begins to collect; changes before are of a snapshot. */
  watch(market: Market): void {
    if (!this.#batches.has(market)) this.#batches.set(market, emptyBatch());
  }

  forget(market: Market): void {
    this.#batches.delete(market);
  }

  add(market: Market, changes: readonly LevelChange[], id: number): void {
    const batch = this.#batches.get(market);
    if (batch === undefined) return;
    if (batch.firstId === 0) batch.firstId = id;
    batch.lastId = id;
    for (const { side, price } of changes) batch.prices[side].add(price);
  }

  /** What of a book changed since the last call; undefined for nothing. Levels are as they stand now. */
  take(market: Market): DepthChange | undefined {
    const batch = this.#batches.get(market);
    if (batch === undefined || batch.firstId === 0) return undefined;
    this.#batches.set(market, emptyBatch());
    const { firstId, lastId, prices } = batch;
    return {
      firstId,
      lastId,
      bids: levelsAt(market, 'buy', prices.buy),
      asks: levelsAt(market, 'sell', prices.sell),
    };
  }

  markets(): Market[] {
    return [...this.#batches.keys()];
  }
}

function emptyBatch(): Batch {
  return { firstId: 0, lastId: 0, prices: { buy: new Set(), sell: new Set() } };
}

/** Best price first; a level that is gone has a quantity of zero. */
function levelsAt(market: Market, side: Side, prices: ReadonlySet<number>): [string, string][] {
  const levels = market.engine.sideOf(side);
  const sorted = [...prices].sort((a, b) => (side === 'buy' ? b - a : a - b));
  return sorted.map((price) => [price8(market, price), qty8(market, levels.qtyAt(price))]);
}
