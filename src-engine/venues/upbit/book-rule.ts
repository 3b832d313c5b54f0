import type { BookChecksum, BookMessage } from '../capture/book-message.ts';
import { Decimal } from '../../domain/decimal.ts';
import type { WrittenLevel } from '../capture/plain-decimal.ts';
import type { WholeBook } from '../capture/whole-book.ts';

/** The number of units whose sum the announced totals are known to be (145 of 145 books of a recording of 2021). */
const SUMMED_UNITS = 15;
const MOST_NOISE = 1e-14;

/**
 * Upbit sends whole books without a number, and with the sum of the quantities of each side: a quantity that was altered shows.
 * Undefined where no total is announced, or of a number of units for which it is not known; empty where they agree.
 */
export function upbitTotals(book: WholeBook, message: BookMessage | BookChecksum): string | undefined {
  if (message.kind === 'checksum' || message.totals === undefined) return undefined;
  const { bids, asks } = book;
  if (bids.levels.length !== SUMMED_UNITS || asks.levels.length !== SUMMED_UNITS) return undefined;
  const own = [sum(bids.levels), sum(asks.levels)];
  const isEqual = own.every((total, side) => isSame(total, new Decimal(message.totals?.[side] ?? 0)));
  return isEqual ? '' : `totals ${message.totals.join(' and ')} announced, ${own.join(' and ')} counted`;
}

/** Sums of many digits end in the noise of the doubles that the venue adds. */
function isSame(own: Decimal, announced: Decimal): boolean {
  return own.minus(announced).abs().lte(announced.times(MOST_NOISE));
}

function sum(levels: readonly WrittenLevel[]): Decimal {
  return levels.reduce((total, [, qty]) => total.plus(qty), new Decimal(0));
}
