/**
 * Joins the changes of one book on to its REST snapshot (Binance spot API, "How to manage a local order book
 * correctly"; KuCoin, "Order Book - Increment"): changes wait until the snapshot is here, those that it holds are dropped, and from then on each must go on
 * where the last one ended.
 *
 *   waiting --snapshot that the changes join on to--> live --gap, unreadable change, closed connection--> waiting
 */
import { rangeContinuity } from '../../books/continuity.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import { copyOf } from './update-copy.ts';

/** Changes that wait for a snapshot: a minute of them at ten a second. What is older joins on to no snapshot to come. */
const MAX_WAITING = 600;

/** What became of a change. `gap`: the book is lost, and a snapshot must be asked for. */
export type JoinResult = 'follows' | 'stale' | 'waits' | 'gap';

type Waiting = { readonly firstId: number; readonly update: BookUpdate };

export class DepthJoin {
  #isLive = false;
  /** Update id that the book holds. */
  #applied = 0;
  #waiting: Waiting[] = [];

  get isLive(): boolean {
    return this.#isLive;
  }

  /** A change. Where it follows, its `prevSeq` is set to the id that the book held before. */
  change(firstId: number, update: BookUpdate): JoinResult {
    if (!this.#isLive) {
      this.#wait(firstId, update);
      return 'waits';
    }
    const continuity = rangeContinuity(firstId, update.seq, this.#applied);
    if (continuity === 'follows') this.#follow(update);
    else if (continuity === 'gap') {
      this.lose();
      this.#wait(firstId, update);
    }
    return continuity;
  }

  /**
   * A snapshot. Answers false when it is older than the changes that wait, so that another one must be asked for; else
   * `apply` gets it, and then every change that waited and goes on from it.
   */
  snapshot(update: BookUpdate, apply: (update: BookUpdate) => void): boolean {
    const waiting = this.#waiting;
    const next = waiting.find((held) => held.update.seq > update.seq);
    if (next !== undefined && rangeContinuity(next.firstId, next.update.seq, update.seq) === 'gap')
      return false;
    this.#isLive = true;
    this.#waiting = [];
    this.#applied = update.seq;
    apply(update);
    for (const held of waiting) if (this.change(held.firstId, held.update) === 'follows') apply(held.update);
    return true;
  }

  /** The book is no longer the venue's. */
  lose(): void {
    this.#isLive = false;
    this.#waiting = [];
  }

  #follow(update: BookUpdate): void {
    update.prevSeq = this.#applied;
    this.#applied = update.seq;
  }

  #wait(firstId: number, update: BookUpdate): void {
    const before = this.#waiting.at(-1);
    // A gap among them: no snapshot from before it can be joined on to what came after.
    if (before !== undefined && rangeContinuity(firstId, update.seq, before.update.seq) === 'gap')
      this.#waiting = [];
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({ firstId, update: copyOf(update) });
  }
}
