/** How Bitget numbers the messages of a book: each names its own number and the one before it, above 2^53. */
import { UncrossedLinks } from '../../books/book-verifier.ts';
import type { Continuity } from '../../books/continuity.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';

/**
 * Each change names the number that the book holds. The first one behind a snapshot may also begin before it and end behind it; a change
 * that names 0 is of a venue that began anew, and follows nothing.
 */
export class BitgetNumbers extends UncrossedLinks {
  #isFirst = false;

  override continuity(update: BookUpdate, lastSeq: number): Continuity {
    const { prevSeq, seq } = update;
    if (!this.#isFirst || prevSeq === 0) return super.continuity(update, lastSeq);
    if (seq <= lastSeq) return 'stale';
    return prevSeq <= lastSeq ? 'follows' : 'gap';
  }

  override matches(...[book, update]: Parameters<UncrossedLinks['matches']>): boolean {
    this.#isFirst = update.isSnapshot && update.seq !== NONE;
    return super.matches(book, update);
  }
}
