/**
 * What shows that a book is still the venue's own. Each venue brings its rule; a book has a verifier of its own, which may
 * keep what it knows of the book between two messages. Called for every message: nothing is allocated.
 */
import type { VenueName } from '../domain/ids.ts';
import { type BookUpdate, NONE } from '../domain/market-data.ts';
import { type Continuity, rangeContinuity } from './continuity.ts';
import type { OrderBook } from './order-book.ts';

export type BookVerifier = {
  /**
   * How a change goes on from what the book holds; asked before it is applied, where the message has a `prevSeq`.
   * @param lastSeq number of the last applied message.
   */
  continuity(update: BookUpdate, lastSeq: number): Continuity;
  /** Whether the book is the venue's, asked after a message was applied; where it is not, `mismatch` says why. */
  matches(book: OrderBook, update: BookUpdate): boolean;
  /** For a person: what the last `matches` found wrong. */
  mismatch(update: BookUpdate): string;
  /** Whether a mismatch may come of a quantity that was cut, so that a further snapshot would say the same. */
  isUncountable(book: OrderBook): boolean;
};

/** The verifier for a new book of this venue. */
export type VerifierOf = (venue: VenueName) => BookVerifier;

/**
 * Each message names the one before it. The rule of every venue that brings no other: a message without numbers follows, and a
 * checksum that nothing here can compare is not trusted.
 */
export class LinkedNumbers implements BookVerifier {
  continuity({ prevSeq }: BookUpdate, lastSeq: number): Continuity {
    return prevSeq === lastSeq ? 'follows' : 'gap';
  }

  matches(_book: OrderBook, { checksum }: BookUpdate): boolean {
    return checksum === NONE;
  }

  mismatch({ checksum }: BookUpdate): string {
    return `checksum ${checksum} announced, and no rule of this venue compares it`;
  }

  isUncountable(_book: OrderBook): boolean {
    return false;
  }
}

/** What is wrong with a book whose best bid is not below its best ask; empty: nothing. */
function crossing({ isCrossed, bestBid, bestAsk }: OrderBook): string {
  return isCrossed
    ? `the best bid ${bestBid} is not below the best ask ${bestAsk}, in units of the price`
    : '';
}

/**
 * As LinkedNumbers, and a book that a message crossed is lost: no venue of continuous trading has one, so a change was lost or altered
 * that no number showed.
 */
export class UncrossedLinks extends LinkedNumbers {
  #fault = '';

  override matches(book: OrderBook, update: BookUpdate): boolean {
    if (!super.matches(book, update)) this.#fault = super.mismatch(update);
    else this.#fault = crossing(book);
    return this.#fault === '';
  }

  override mismatch(): string {
    return this.#fault;
  }
}

/** Each message covers a range of numbers: the first of them is the one after `prevSeq`. */
export class NumberRanges extends LinkedNumbers {
  override continuity({ prevSeq, seq }: BookUpdate, lastSeq: number): Continuity {
    return rangeContinuity(prevSeq + 1, seq, lastSeq);
  }
}
