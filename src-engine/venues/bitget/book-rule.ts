/**
 * How Bitget's books are trusted, by the fields that a message has: a CRC-32 of the best 25 levels as they were written (v1, and
 * spot v2 and v3 until 2026), and numbers of which each names the one before it (`seq`, `pseq`: v3, and both since autumn 2026).
 */
import type { Continuity } from '../../books/continuity.ts';
import type { BookChecksum, BookMessage } from '../capture/book-message.ts';
import { linked } from '../capture/reading.ts';
import type { WholeBook } from '../capture/whole-book.ts';
import { writtenChecksum } from '../capture/written-checksum.ts';

const CHECKED_LEVELS = 25;

export function bitgetContinuity(message: BookMessage, applied: number): Continuity {
  return message.last === 0 ? 'follows' : linked(message, applied);
}

/** Undefined without a checksum; empty where it agrees; else what differs. */
export function bitgetChecksum(
  book: WholeBook,
  { checksum }: BookMessage | BookChecksum,
): string | undefined {
  if (checksum === undefined) return undefined;
  const own = writtenChecksum(book, CHECKED_LEVELS);
  return own === checksum ? '' : `checksum ${checksum} announced, ${own} counted`;
}
