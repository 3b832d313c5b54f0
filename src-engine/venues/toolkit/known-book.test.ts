import { expect, it } from 'vitest';
import { BookUpdate } from '../../domain/market-data.ts';
import { KnownBook } from './known-book.ts';

type Level = readonly [price: number, qty: number];

function update(bids: readonly Level[], asks: readonly Level[]): BookUpdate {
  const made = new BookUpdate();
  made.reset(0, false, 0);
  for (const [price, qty] of bids) made.pushBid(price, qty);
  for (const [price, qty] of asks) made.pushAsk(price, qty);
  return made;
}

/** A snapshot of up to three levels a side, in a window of three; a side needs two. */
function open(bids: readonly Level[], asks: readonly Level[]) {
  const book = new KnownBook(3);
  const reach = { bidsCut: bids.length >= 3, asksCut: asks.length >= 3, leastKnown: 2 };
  book.replace(update(bids, asks), reach, new BookUpdate());
  const asksOf = (): number[] => {
    const out = update([], []);
    book.window(out);
    return [...out.askPrices.subarray(0, out.askCount)];
  };
  return { book, asksOf, change: (made: BookUpdate) => book.change(made, update([], [])) };
}

const CUT: readonly Level[] = [
  [11, 1],
  [12, 1],
  [13, 1],
];

it('a side that was cut is known up to its last level, and no further until the next snapshot', () => {
  const { book, asksOf, change } = open([[9, 1]], CUT);
  change(
    update(
      [],
      [
        [10, 1],
        [14, 1],
      ],
    ),
  );
  change(update([], [[10, 0]]));
  expect([asksOf(), book.isShallow]).toEqual([[11, 12, 13], false]);
  change(
    update(
      [],
      [
        [11, 0],
        [12, 0],
        [15, 1],
      ],
    ),
  );
  expect([asksOf(), book.isShallow, book.fault]).toEqual([[13], true, '']);
  change(update([], [[13, 0]]));
  expect(book.fault).toMatch(/best price is unknown/);
});

it('a side with fewer levels than were asked for is known as a whole, however few are left', () => {
  const { book, asksOf, change } = open([[9, 1]], CUT.slice(1));
  change(
    update(
      [[9, 0]],
      [
        [12, 0],
        [99, 1],
      ],
    ),
  );
  expect([asksOf(), book.isShallow, book.fault]).toEqual([[13, 99], false, '']);
});

it('a side that grows without end is taken anew', () => {
  const { book, change } = open([[9, 1]], []);
  for (let from = 10; book.fault === '' && from < 100_000; from += 500)
    change(
      update(
        [],
        Array.from({ length: 500 }, (_, at) => [from + at, 1]),
      ),
    );
  expect(book.fault).toMatch(/more than 20000 levels/);
});
