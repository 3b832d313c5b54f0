import { US_PER_MS } from '../../domain/time.ts';
import type { Check } from '../check.ts';

/** Only a live, two-sided, uncrossed book that was true a moment ago may be traded on. */
export const staleBook: Check = (intent, { book, bookState, bookAgeUs, limits }) => {
  if (bookState !== 'live') {
    return { code: 'book-not-live', detail: `${intent.symbol} is ${bookState}` };
  }
  if (book.bidCount === 0 || book.askCount === 0 || book.isCrossed) {
    return { code: 'book-not-live', detail: `${intent.symbol} is one-sided or crossed` };
  }
  if (bookAgeUs > limits.maxBookAgeMs * US_PER_MS) {
    const detail = `${intent.symbol} is ${Math.round(bookAgeUs / US_PER_MS)} ms old, the limit is ${limits.maxBookAgeMs} ms`;
    return { code: 'book-stale', detail };
  }
  return undefined;
};
