import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, toUnits } from '../../domain/decimal.ts';
import { BookUpdate, NONE } from '../../domain/market-data.ts';
import {
  type ChecksumExample,
  TRAILING_ZEROS_LOST,
  WEBSOCKET_V1,
  WEBSOCKET_V2,
} from '../../testing/kraken-examples.ts';
import { bookChecksum, ChecksumVerifier } from './book-checksum.ts';
import { OrderBook } from '../../books/order-book.ts';

const units = (value: string, decimals: number): number => toUnits(decimal(value), decimals);

function bookOf({ bids, asks, qtyDecimals, ...example }: ChecksumExample, decimals?: number): OrderBook {
  const priceDecimals = decimals ?? example.priceDecimals;
  const update = new BookUpdate();
  update.reset(0, true, 0);
  for (const [price, qty] of asks) update.pushAsk(units(price, priceDecimals), units(qty, qtyDecimals));
  for (const [price, qty] of bids) update.pushBid(units(price, priceDecimals), units(qty, qtyDecimals));
  const book = new OrderBook(100);
  book.apply(update);
  return book;
}

describe('bookChecksum', () => {
  it("gives Kraken's published values", () => {
    expect(bookChecksum(bookOf(WEBSOCKET_V1))).toBe(974947235);
    expect(bookChecksum(bookOf(WEBSOCKET_V2))).toBe(3310070434);
  });

  it('needs the instrument’s own decimals where JSON lost the trailing zeros', () => {
    expect(bookChecksum(bookOf(TRAILING_ZEROS_LOST))).toBe(2439117997);
    expect(bookChecksum(bookOf(TRAILING_ZEROS_LOST, 5))).not.toBe(2439117997);
  });

  it('covers ten levels a side, and fewer where there are fewer', () => {
    const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const side = fc.uniqueArray(fc.tuple(amount, amount), { maxLength: 14, selector: ([price]) => price });
    fc.assert(
      fc.property(side, side, (bids, asks) => {
        const update = new BookUpdate();
        update.reset(0, true, 0);
        for (const [price, qty] of bids) update.pushBid(price, qty);
        for (const [price, qty] of asks) update.pushAsk(price, qty);
        const book = new OrderBook(25);
        book.apply(update);
        const text = [
          ...asks.toSorted((a, b) => a[0] - b[0]).slice(0, 10),
          ...bids.toSorted((a, b) => b[0] - a[0]).slice(0, 10),
        ]
          .flat()
          .join('');
        expect(bookChecksum(book)).toBe(crc32(text));
      }),
    );
  });

  it('follows a book through any messages as if it looked at it for the first time', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0, 0, 7, 8e8, 2e9, 9e15));
    const side = fc.array(level, { maxLength: 5 });
    const message = fc.record({ isSnapshot: fc.boolean(), isSummed: fc.boolean(), bids: side, asks: side });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const book = new OrderBook(12);
        const verifier = new ChecksumVerifier();
        for (const { isSnapshot, isSummed, bids, asks } of messages) {
          const update = new BookUpdate();
          // Most books begin once and then change.
          update.reset(0, isSnapshot && book.bidCount > 11, 0);
          for (const [price, qty] of bids) update.pushBid(price, qty);
          for (const [price, qty] of asks) update.pushAsk(price + 30, qty);
          book.apply(update);
          // Some messages bring no checksum: what they change counts in the next one's.
          update.checksum = isSummed ? crc32(checksumText(book)) : NONE;
          expect(verifier.matches(book, update)).toBe(true);
          update.checksum = (crc32(checksumText(book)) ^ 1) >>> 0;
          if (isSummed) expect(verifier.matches(book, update)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function checksumText(book: OrderBook): string {
  const side = (prices: Float64Array, qtys: Float64Array, count: number): string =>
    Array.from({ length: Math.min(count, 10) }, (_, i) => `${prices[i]}${qtys[i]}`).join('');
  return (
    side(book.askPrices, book.askQtys, book.askCount) + side(book.bidPrices, book.bidQtys, book.bidCount)
  );
}

it('a quantity that was cut makes a mismatch uncountable where its digits are covered, and nowhere else', () => {
  const bookWith = (cutAt: number): OrderBook => {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (let level = 0; level < 12; level++) {
      update.pushBid(1_000 - level, 5);
      update.pushAsk(1_001 + level, level === cutAt ? Number.MAX_SAFE_INTEGER : 5);
    }
    const book = new OrderBook(25);
    book.apply(update);
    return book;
  };
  const verifier = new ChecksumVerifier();
  expect([0, 9, 10, 11, 99].map((at) => verifier.isUncountable(bookWith(at)))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
