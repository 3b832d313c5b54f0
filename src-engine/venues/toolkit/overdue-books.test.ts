import { expect, it } from 'vitest';
import { OverdueBooks } from './overdue-books.ts';

const S = 1_000_000;

/** When the book 0 was found overdue, of looks each second. */
function alarmsOf(
  books: OverdueBooks,
  fromS: number,
  toS: number,
  each: (second: number) => void = () => undefined,
) {
  const at: number[] = [];
  for (let second = fromS; second < toS; second++) {
    each(second);
    books.tick(second * S, () => void at.push(second));
  }
  return at;
}

it('a quiet book is looked at ever more rarely, each time after its first message, and often again once it speaks', () => {
  const books = new OverdueBooks();
  let answerS = 0;
  const at = alarmsOf(books, 0, 1_000, (second) => {
    if (second === answerS) books.seen(0, second * S, 15 * S);
  });
  expect(at).toEqual([15]);
  const quiet = new OverdueBooks();
  answerS = 0;
  const seenAt: number[] = [];
  for (let second = 0; second < 1_000; second++) {
    if (second === answerS) quiet.seen(0, second * S, 15 * S);
    quiet.tick(second * S, () => {
      seenAt.push(second);
      answerS = second + 1;
    });
  }
  // 15 s, and after each answer that stayed alone twice as long.
  expect(seenAt).toEqual([15, 46, 107, 228, 469, 950]);
  quiet.seen(0, 1_000 * S, 15 * S);
  quiet.seen(0, 1_001 * S, 15 * S);
  expect(alarmsOf(quiet, 1_001, 1_040)).toEqual([1_016]);
});

it('a trade asks for a change around it alone, and a connection that ended for nothing', () => {
  const books = new OverdueBooks();
  books.seen(0, 10 * S);
  books.traded(0, 11 * S, 11 * S);
  expect(alarmsOf(books, 11, 55)).toEqual([]);
  // One of the past says nothing.
  books.traded(0, 40 * S, 55 * S);
  expect(alarmsOf(books, 55, 60)).toEqual([]);
  books.traded(0, 58 * S, 60 * S);
  books.traded(0, 65 * S, 65 * S);
  expect(alarmsOf(books, 60, 100)).toEqual([70]);
  books.traded(0, 100 * S, 100 * S);
  books.clear();
  expect(alarmsOf(books, 100, 200)).toEqual([]);
  books.awaitBy(0, 205 * S);
  books.awaitBy(0, 209 * S);
  expect(alarmsOf(books, 200, 220)).toEqual([205]);
  books.awaitBy(0, 225 * S);
  books.rest(0);
  expect(alarmsOf(books, 220, 240)).toEqual([]);
});

it('a book that answers each request and says nothing more is asked for each minute while trades go on, however often it was in vain', () => {
  const books = new OverdueBooks();
  books.seen(0, 0);
  let answerS = -1;
  const at: number[] = [];
  for (let second = 3; second < 600; second++) {
    if (second === answerS) books.seen(0, second * S);
    books.traded(0, second * S, second * S);
    books.tick(second * S, () => {
      at.push(second);
      answerS = second + 1;
    });
  }
  const waits = at.slice(1).map((second, nth) => second - (at[nth] as number));
  // A second to the answer, and three until a trade is too late for its change to have come before.
  expect(waits).toEqual([24, 44, ...Array<number>(8).fill(64)]);
});
