import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import { beyond, type Check } from '../check.ts';

/** Only a live, two-sided, uncrossed book that was true a moment ago may be traded on. */
export const staleBook: Check = (intent, { book, bookState, bookAgeUs, limits }) => {
  if (bookState !== 'live') {
    return { code: 'book-not-live', detail: `${intent.symbol} is ${bookState}` };
  }
  if (book.bidCount === 0 || book.askCount === 0 || book.isCrossed) {
    return { code: 'book-not-live', detail: `${intent.symbol} is one-sided or crossed` };
  }
  // A book from the future is as wrong as an old one: one of two clocks is.
  if (bookAgeUs >= -US_PER_SECOND && bookAgeUs <= limits.maxBookAgeMs * US_PER_MS) return undefined;
  return beyond('book-stale', `${intent.symbol} is`, bookAgeUs / US_PER_MS, limits.maxBookAgeMs, 'ms old');
};
