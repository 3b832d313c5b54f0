import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import { BookFollower } from './book-follower.ts';
import type { CcxtBook, CcxtExchange } from './exchange.ts';
import { failureOf } from './failure.ts';

type Line = {
  readonly event: string;
  readonly symbol: string;
  readonly bids: unknown;
  readonly text: string;
};

class BadSymbol extends Error {}
class ExchangeClosedByUser extends Error {}
class RateLimitExceeded extends Error {}
class ExchangeError extends Error {}

/** A class of ccxt by a script: markets AAA/USD and BBB/USD, and books as the test says. */
class Double {
  readonly id = 'double';
  readonly has: Record<string, unknown> = {};
  readonly markets = { 'AAA/USD': { spot: true }, 'BBB/USD': { spot: true }, 'AAA/USD:USD': { spot: false } };
  readonly asked: (readonly [symbol: string, limit: number | undefined])[] = [];
  book: (symbol: string, limit: number | undefined) => CcxtBook | Promise<CcxtBook> = () => bookOf('1');
  /** Resolves the call of a symbol that watches. */
  readonly watching = new Map<string, (book: CcxtBook | Error) => void>();

  async loadMarkets() {
    return await Promise.resolve(this.markets);
  }

  setMarkets(): void {
    // They are those of the script.
  }

  closed = 0;

  async close(): Promise<void> {
    this.closed++;
    await Promise.resolve();
  }

  async fetchOrderBook(symbol: string, limit: number | undefined): Promise<CcxtBook> {
    this.asked.push([symbol, limit]);
    return await this.book(symbol, limit);
  }

  async watchOrderBook(symbol: string): Promise<CcxtBook> {
    return await new Promise((resolve, reject) => {
      this.watching.set(symbol, (book) => (book instanceof Error ? reject(book) : resolve(book)));
    });
  }
}

const bookOf = (qty: unknown, more: readonly (readonly unknown[])[] = []): CcxtBook => ({
  bids: [...more, ['10.00', qty]],
  asks: [['10.01', '1']],
  timestamp: 1_700_000_000_123,
});

function rig(hasStreams: boolean) {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  const [exchange, watcher] = [new Double(), new Double()];
  const lines: Line[] = [];
  const follower = new BookFollower({
    exchange: exchange as unknown as CcxtExchange,
    watcher: hasStreams ? (watcher as unknown as CcxtExchange) : undefined,
    say: (line) => void lines.push(JSON.parse(JSON.stringify(line)) as Line),
    nowMs: () => clock.nowUs() / 1_000,
    wait: (ms) =>
      new Promise((resolve) => void clock.schedule(clock.nowUs() + ms * 1_000, () => resolve(undefined))),
  });
  const pass = async (ms: number): Promise<void> => {
    const endUs = clock.nowUs() + ms * 1_000;
    await settle();
    for (let nextUs = clock.nextUs; nextUs !== undefined && nextUs <= endUs; nextUs = clock.nextUs) {
      clock.advanceTo(nextUs);
      await settle();
    }
    clock.advanceTo(endUs);
    await settle();
  };
  const books = (symbol = 'AAA/USD') =>
    lines.filter((line) => line.event === 'book' && line.symbol === symbol);
  return { exchange, watcher, lines, follower, pass, books };
}

it('asks for each book in turn, and answers each symbol by itself', async () => {
  const { follower, pass, lines, books, exchange } = rig(false);
  await follower.subscribe(7, ['AAA/USD', 'NO/SUCH', 'AAA/USD:USD', 'BBB/USD']);
  expect(lines.filter(({ event }) => event === 'ack')).toMatchObject([
    { id: 7, symbol: 'AAA/USD', error: '' },
    { id: 7, symbol: 'NO/SUCH', error: 'ccxt lists no spot market NO/SUCH', isFinal: true },
    { id: 7, symbol: 'AAA/USD:USD', isFinal: true },
    { id: 7, symbol: 'BBB/USD', error: '' },
  ]);
  await pass(1_000);
  expect([books().length, books('BBB/USD').length]).toEqual([5, 5]);
  expect(books()[0]).toMatchObject({
    time: 1_700_000_000_123,
    bids: [['10', '1']],
    asks: [['10.01', '1']],
    left: 0,
  });
  follower.unsubscribe(8, ['AAA/USD']);
  const before = exchange.asked.length;
  await pass(1_000);
  expect(exchange.asked.slice(before).map(([symbol]) => symbol)).not.toContain('AAA/USD');
});

it('puts levels in order by their value, cuts the book, and leaves out what is no offer', async () => {
  const { follower, pass, books, exchange } = rig(false);
  const many = Array.from({ length: 30 }, (_, at) => [`9.${at + 10}`, '1']);
  exchange.book = () => bookOf('1', [['9.5', '2'], ['100.25', '0'], ['0', '5'], ...many]);
  await follower.subscribe(1, ['AAA/USD']);
  await pass(100);
  const bids = books()[0]?.bids as string[][];
  expect(bids).toHaveLength(20);
  expect(bids.slice(0, 2)).toEqual([
    ['10', '1'],
    ['9.5', '2'],
  ]);
});

it('says of a book how many numbers are not exact, and the first of them', async () => {
  const { follower, pass, books, exchange } = rig(false);
  exchange.book = () => bookOf(0.1 + 0.2);
  await follower.subscribe(1, ['AAA/USD']);
  await pass(100);
  expect(books()[0]).toMatchObject({ bids: [], left: 1, why: '0.30000000000000004' });
});

it('takes the next depth where the venue refuses one, and keeps it', async () => {
  const { follower, pass, books, exchange } = rig(false);
  exchange.book = (_symbol, limit) => {
    if (limit !== 50) throw new ExchangeError('bad limit');
    return bookOf('1');
  };
  await follower.subscribe(1, ['AAA/USD']);
  await pass(600);
  expect(exchange.asked.map(([, limit]) => limit)).toEqual([20, 25, 50, 50, 50]);
  expect(books()).toHaveLength(3);
});

it('a pair that the venue refuses costs no other its depth, before or after the first book of another', async () => {
  const { follower, pass, books, exchange } = rig(false);
  let isSuspended = true;
  exchange.book = (symbol) => {
    if (symbol === 'AAA/USD' && isSuspended) throw new ExchangeError('suspended');
    return bookOf('1');
  };
  await follower.subscribe(1, ['AAA/USD', 'BBB/USD']);
  await pass(4_000);
  const limitsOf = (name: string): ReadonlySet<number | undefined> =>
    new Set(exchange.asked.filter(([symbol]) => symbol === name).map(([, limit]) => limit));
  expect(limitsOf('BBB/USD')).toEqual(new Set([20]));
  // Of a pair that is refused it is asked ever later, and not at each depth.
  expect(exchange.asked.filter(([symbol]) => symbol === 'AAA/USD').length).toBeLessThan(9);
  isSuspended = false;
  exchange.asked.length = 0;
  await pass(5_000);
  expect(limitsOf('AAA/USD')).toEqual(new Set([20]));
  expect(books().length).toBeGreaterThan(3);
});

it('leaves a venue that is busy alone, and a book that fails is named after three times, ever later', async () => {
  const { follower, pass, lines, exchange } = rig(false);
  exchange.book = () => {
    throw new RateLimitExceeded('slow down');
  };
  await follower.subscribe(1, ['AAA/USD']);
  await pass(4_900);
  expect(exchange.asked).toHaveLength(1);
  await pass(40_000);
  expect(exchange.asked.length).toBeLessThan(6);
  expect(lines.filter(({ event }) => event === 'failed')).toMatchObject([
    { symbol: 'AAA/USD', text: 'RateLimitExceeded slow down', failures: 3 },
  ]);
});

it('a refusal for good is named at once, and costs no other its book', async () => {
  const { follower, pass, lines, books, exchange } = rig(false);
  exchange.book = (symbol) => {
    if (symbol === 'AAA/USD') throw new BadSymbol('gone');
    return bookOf('1');
  };
  await follower.subscribe(1, ['AAA/USD', 'BBB/USD']);
  await pass(5_000);
  expect(lines.filter(({ event }) => event === 'failed')).toMatchObject([
    { symbol: 'AAA/USD', text: 'BadSymbol gone' },
  ]);
  expect(books('BBB/USD').length).toBeGreaterThan(10);
});

it('sends each change of a connection, at most ten a second and the last one in any case; a quiet book is asked for by REST', async () => {
  const { follower, pass, books, watcher, exchange } = rig(true);
  exchange.book = () => new Promise(() => undefined);
  await follower.subscribe(1, ['AAA/USD']);
  const change = async (qty: string): Promise<void> => {
    await settle();
    watcher.watching.get('AAA/USD')?.(bookOf(qty));
    await settle();
  };
  for (const qty of ['1', '2', '3']) await change(qty);
  expect(books().map(({ bids }) => bids)).toEqual([[['10', '1']]]);
  await pass(150);
  expect(books().map(({ bids }) => bids)).toEqual([[['10', '1']], [['10', '3']]]);
});

it('a book by REST that is older than a change that came meanwhile is dropped', async () => {
  const { follower, pass, books, watcher, exchange } = rig(true);
  let answer: (book: CcxtBook) => void = () => undefined;
  exchange.book = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await follower.subscribe(1, ['AAA/USD']);
  await settle();
  watcher.watching.get('AAA/USD')?.(bookOf('2'));
  await settle();
  answer(bookOf('1'));
  await settle();
  expect(books().map(({ bids }) => bids)).toEqual([[['10', '2']]]);
  // Quiet for a while: the venue confirms it.
  exchange.book = () => bookOf('2');
  await pass(1_600);
  expect(books()).toHaveLength(2);
});

it('a number that a double does not keep ends the use of connections: books come by REST, as text', async () => {
  const { follower, pass, books, watcher, lines } = rig(true);
  await follower.subscribe(1, ['AAA/USD']);
  await settle();
  follower.onInexact('0.1234567890123456789');
  watcher.watching.get('AAA/USD')?.(bookOf(0.123_456_789_012_345_68));
  await pass(1_000);
  expect(lines.filter(({ event }) => event === 'note')).toMatchObject([
    {
      text: expect.stringMatching(/^0.1234567890123456789 has more digits .*: books are asked for by REST$/),
      isByRest: true,
    },
  ]);
  // As often as a book without a connection, and the connections are closed.
  expect(books().length).toBeGreaterThan(3);
  expect(watcher.closed).toBe(1);
  expect(books().every(({ bids }) => JSON.stringify(bids) === '[["10","1"]]')).toBe(true);
});

it('a fall back to REST asks for a book that came by a connection at the pace of REST, and drops what the connection still brings', async () => {
  const { follower, pass, books, watcher } = rig(true);
  await follower.subscribe(1, ['AAA/USD']);
  await settle();
  watcher.watching.get('AAA/USD')?.(bookOf('2'));
  await settle();
  follower.onInexact('0.1234567890123400001');
  // The double of that number has no sign of it.
  watcher.watching.get('AAA/USD')?.(bookOf(0.123_456_789_012_34));
  await pass(1_100);
  expect(books().length).toBeGreaterThan(4);
  expect(books().map(({ bids }) => JSON.stringify(bids))).not.toContain('[["10","0.12345678901234"]]');
});

it('closes its connections once no book is followed', async () => {
  const { follower, watcher } = rig(true);
  await follower.subscribe(1, ['AAA/USD', 'BBB/USD']);
  follower.unsubscribe(2, ['AAA/USD']);
  expect(watcher.closed).toBe(0);
  follower.unsubscribe(3, ['BBB/USD']);
  expect(watcher.closed).toBe(1);
});

it('a connection that it closed itself is no refusal of a depth', () => {
  expect(failureOf(new ExchangeClosedByUser('poloniex closedByUser')).kind).toBe('no-answer');
});
