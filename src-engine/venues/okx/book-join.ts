/**
 * Where the snapshot of a book comes from: in the stream, or, where the stream begins with changes, by REST. The venue announced to
 * remove the former in August 2026; both are supported (OKX API v5, changelog of 2026-02-12).
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import { copyOf } from '../toolkit/update-copy.ts';

/** Changes that wait for a book by REST: a minute of them at ten a second. */
const MAX_WAITING = 600;

export class BookJoin {
  #isLive = false;
  #waiting: BookUpdate[] = [];

  /** A snapshot came, and the changes behind it are passed on: whether each follows the last one is the book's own rule. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** True for a message that may be passed on; false: it waits for a snapshot by REST. */
  take(update: BookUpdate): boolean {
    if (update.isSnapshot) {
      this.#isLive = true;
      this.#waiting = [];
    }
    if (this.#isLive) return true;
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(copyOf(update));
    return false;
  }

  /**
   * A book by REST: `apply` gets it, then the changes that waited and are newer. The first of them must begin at or before the
   * number of the book. False: the book is older than that, and another must be asked for.
   */
  restBook(update: BookUpdate, apply: (update: BookUpdate) => void): boolean {
    const at = this.#waiting.findIndex(({ seq, prevSeq }) => seq > update.seq || prevSeq > update.seq);
    const newer = at < 0 ? [] : this.#waiting.slice(at);
    const [first] = newer;
    if (first !== undefined && first.prevSeq > update.seq) return false;
    this.#isLive = true;
    this.#waiting = [];
    apply(update);
    if (first !== undefined) first.prevSeq = update.seq;
    for (const held of newer) apply(held);
    return true;
  }

  /** The book is no longer the venue's: its next snapshot replaces it. */
  lose(): void {
    this.#isLive = false;
    this.#waiting = [];
  }
}
