/**
 * Joins the changes of one book on to its REST snapshot (Binance spot API, "How to manage a local order book
 * correctly"; KuCoin, "Order Book - Increment"): changes wait until the snapshot is here, those that it holds are dropped, and from then on each must go on
 * where the last one ended.
 *
 *   waiting --snapshot that the changes join on to--> live --gap, unreadable change, too little known, closed connection--> waiting
 *
 * A snapshot that comes while the book is live is older than it as a rule. It is left out, unless the changes since it was asked for
 * were kept (`keep`): then they are applied again behind it. A book that was lost never goes back behind what it held on the same
 * connection: a snapshot that was on its way already may be from before. Where only earlier numbers come for ten seconds, the venue counts
 * anew: what the book held is no measure any more.
 */
import { MOST_STALE_US, rangeContinuity } from '../../books/continuity.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { copyOf } from './update-copy.ts';

/** Changes that wait for a snapshot: a minute of them at ten a second. What is older joins on to no snapshot to come. */
const MAX_WAITING = 600;

/** What became of a change. `gap`, `restarted`: the book is lost, and a snapshot must be asked for. */
export type JoinResult = 'follows' | 'stale' | 'waits' | 'gap' | 'restarted';

type Waiting = { readonly firstId: number; readonly update: BookUpdate };

export class DepthJoin {
  #isLive = false;
  /** Update id that the book holds; of a lost one, that it held last on this connection. */
  #applied = 0;
  #isKeeping = false;
  /** When the first of the messages came that end before what the book holds, since one went on from it; 0: none did. */
  #behindUs: TimeUs = 0;
  /** Changes that wait for a snapshot; while the book is live and kept, those that it has had since `keep`. */
  #waiting: Waiting[] = [];

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Update id that the book holds, while it is live. */
  get applied(): number {
    return this.#applied;
  }

  /** A further snapshot of this live book is about to be asked for: changes are kept from here on, so that it can be joined. */
  keep(): void {
    if (!this.#isLive || this.#isKeeping) return;
    this.#isKeeping = true;
    this.#waiting = [];
  }

  /** A change. Where it follows, its `prevSeq` is set to the id that the book held before. */
  change(firstId: number, update: BookUpdate): JoinResult {
    if (!this.#isLive) {
      this.#wait(firstId, update);
      return 'waits';
    }
    const continuity = rangeContinuity(firstId, update.seq, this.#applied);
    if (continuity === 'follows') {
      this.#follow(update);
      if (this.#isKeeping) this.#hold(firstId, update);
    } else if (continuity === 'gap') {
      this.lose();
      this.#wait(firstId, update);
    } else if (this.#isBehindFor(update)) {
      this.reset();
      this.#wait(firstId, update);
      return 'restarted';
    }
    return continuity;
  }

  /**
   * A snapshot. Answers false when it is older than the changes that wait, or ends before what the book held when it was lost, so that
   * another one must be asked for; else
   * `apply` gets it, and then every change that waited and goes on from it. One that is older than a live book, and for which no
   * changes were kept, is left out: it would take the book back.
   */
  snapshot(update: BookUpdate, apply: (update: BookUpdate) => void): boolean {
    const waiting = this.#waiting;
    const next = waiting.find((held) => held.update.seq > update.seq);
    if (next !== undefined && rangeContinuity(next.firstId, next.update.seq, update.seq) === 'gap')
      return false;
    const reached = Math.max(update.seq, waiting.at(-1)?.update.seq ?? 0);
    if (reached < this.#applied) {
      if (this.#isLive) return !this.#isKeeping;
      if (!this.#isBehindFor(update)) return false;
    }
    this.#isLive = true;
    this.#isKeeping = false;
    this.#behindUs = 0;
    this.#waiting = [];
    this.#applied = update.seq;
    apply(update);
    for (const held of waiting) if (this.change(held.firstId, held.update) === 'follows') apply(held.update);
    return true;
  }

  /** The book is no longer the venue's, nor are the changes that it was kept with. */
  lose(): void {
    this.#isLive = false;
    this.#isKeeping = false;
    this.#waiting = [];
  }

  /** Too little of the book is known to show it, and no change is missing: the snapshot on its way is joined by the changes that were kept. */
  rest(): void {
    this.#isLive = false;
    this.#isKeeping = false;
  }

  /** The connection ended: what the next one says begins anew. */
  reset(): void {
    this.lose();
    this.#applied = 0;
    this.#behindUs = 0;
  }

  /** The same number again shows nothing. */
  #isBehindFor({ seq, receivedUs }: BookUpdate): boolean {
    if (seq >= this.#applied) return false;
    if (this.#behindUs === 0) this.#behindUs = receivedUs;
    return receivedUs - this.#behindUs >= MOST_STALE_US;
  }

  #follow(update: BookUpdate): void {
    update.prevSeq = this.#applied;
    this.#applied = update.seq;
    this.#behindUs = 0;
  }

  #wait(firstId: number, update: BookUpdate): void {
    const before = this.#waiting.at(-1);
    // A gap among them, or a step back: no snapshot from before it can be joined on to what came after.
    if (before !== undefined && (firstId > before.update.seq + 1 || update.seq < before.update.seq))
      this.#waiting = [];
    this.#hold(firstId, update);
  }

  #hold(firstId: number, update: BookUpdate): void {
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({ firstId, update: copyOf(update) });
  }
}
