/**
 * How Bitfinex's books are trusted: one sequence for a whole connection, heartbeats and checksums included (flag 65536), and a
 * CRC-32 of the best 25 levels (flag 131072).
 * Source of the checksum: Bitfinex, "WebSocket: Checksum"; a real frame of tXRPBTC matches only with the exponents kept.
 */
import type { BookChecksum, BookMessage } from '../capture/book-message.ts';
import type { WrittenLevel } from '../capture/plain-decimal.ts';
import type { WholeBook } from '../capture/whole-book.ts';
import { writtenChecksum } from '../capture/written-checksum.ts';

export const CHECKED_LEVELS = 25;

/**
 * Numbers stand in the checksum as the venue writes them, exponents included; libraries of the venue's own expand them, so that both
 * forms are accepted. Undefined where nothing is announced; empty where it agrees; else what differs.
 */
export function bitfinexChecksum(
  book: WholeBook,
  { checksum }: BookMessage | BookChecksum,
): string | undefined {
  if (checksum === undefined) return undefined;
  const own = writtenChecksum(book, CHECKED_LEVELS);
  if (own === checksum || writtenChecksum(book, CHECKED_LEVELS, expanded) === checksum) return '';
  return `checksum ${checksum} announced, ${own} counted`;
}

function expanded([price, qty, written = '']: WrittenLevel): string {
  return `${price}:${written.includes(':-') ? '-' : ''}${qty}`;
}

/** The numbers of one connection. */
export class ConnectionSequence {
  #last: number | undefined;

  /** `repeated`: this number came before. `gap`: one between is missing. The first that is seen begins the sequence. */
  next(sequence: number): 'follows' | 'repeated' | 'gap' {
    const before = this.#last;
    this.#last = Math.max(sequence, before ?? sequence);
    if (before === undefined || sequence === before + 1) return 'follows';
    return sequence <= before ? 'repeated' : 'gap';
  }

  get last(): number {
    return this.#last ?? 0;
  }
}
