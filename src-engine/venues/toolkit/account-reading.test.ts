import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { VenueBalance, VenueOrder } from '../../domain/order.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { AccountReader } from './account-reader.ts';
import { type AccountHistory, type FillRow, readAccountOf } from './account-reading.ts';

const QUESTION = {
  venue: 'v',
  sinceUs: 1_000,
  withHistory: true,
  skewUs: 5,
  known: new Map([['2', 'ours-2']]),
};

const balance = (total: string): VenueBalance => ({ asset: 'USD', total, held: '0' });
const order = (venueOrderId: string, state: VenueOrder['state'], orderId?: string): VenueOrder => ({
  orderId,
  venueOrderId,
  symbol: 'A/USD',
  side: 'buy',
  price: '1',
  qty: '1',
  filledQty: '1',
  state,
});
const fill = (fillId: string, venueOrderId: string, venueUs: number): FillRow => ({
  fillId,
  venueOrderId,
  venueUs,
  price: '1',
  qty: '1',
  fee: '0',
  feeAsset: 'USD',
});

/** An account whose balances are these, one after the other; what is asked is written down. */
function account(totals: readonly string[], history: Partial<AccountHistory<VenueOrder | FillRow>> = {}) {
  const asked: string[] = [];
  let readings = 0;
  const source = {
    balances: () => {
      asked.push('balances');
      return Promise.resolve({ balances: [balance(totals[readings++] ?? '0')], unread: [] });
    },
    open: () => {
      asked.push('open');
      return Promise.resolve([order('1', 'open', 'ours-1'), order('2', 'open')]);
    },
    history: () => {
      asked.push('history');
      return Promise.resolve({ orders: [], fills: [], endUs: undefined, ...history });
    },
    orderOf: (row: VenueOrder | FillRow) => ('state' in row ? row : undefined),
    fillOf: (row: VenueOrder | FillRow) => ('state' in row ? undefined : row),
    fillList: 'fills',
  };
  return { source, asked };
}

it('asks balances before and after, and all again while they differ', async () => {
  const { source, asked } = account(['1', '2', '2', '2'], { orders: [order('1', 'filled', 'ours-1')] });
  const read = await readAccountOf(source, QUESTION);
  const once = ['balances', 'open', 'history', 'balances'];
  expect(asked).toEqual([...once, ...once]);
  expect(read.balances).toEqual([balance('2')]);
  // A later row of the same order stands.
  expect(read.orders.map(({ venueOrderId, state }) => [venueOrderId, state])).toEqual([
    ['1', 'filled'],
    ['2', 'open'],
  ]);
  const restless = account(['1', '2', '3', '4', '5', '6']);
  await expect(readAccountOf(restless.source, QUESTION)).rejects.toThrow('3 times in a row');
  const brief = account(['1']);
  expect(await readAccountOf(brief.source, { ...QUESTION, withHistory: false })).toMatchObject({ fills: [] });
  expect(brief.asked).toEqual(['balances', 'open']);
});

it('books fills of our orders alone, by our clock, the oldest first', async () => {
  const fills = [
    fill('b', '2', 300),
    fill('a', '1', 200),
    { ...fill('c', '9', 100), orderId: 'ours-9' },
    fill('x', 'stranger', 50),
    { venueOrderId: '1', problem: 'its price cannot be read' },
    order('1', 'open'),
  ];
  const { source } = account(['1', '1'], { fills });
  const read = await readAccountOf(source, QUESTION);
  expect(read.fills.map(({ fillId, orderId, atUs }) => [fillId, orderId, atUs])).toEqual([
    ['c', 'ours-9', 95],
    ['a', 'ours-1', 195],
    ['b', 'ours-2', 295],
  ]);
  expect(read.unread).toEqual([
    { source: 'fills', row: '1', orderId: 'ours-1', problem: 'its price cannot be read' },
  ]);
});

it('gives no balances with a part of a history, and says up to when it was read', async () => {
  const refused = { source: 'orders', row: 'B/USD', problem: 'not listed' };
  const { source, asked } = account(['1', '2'], { endUs: 2_005, unread: [refused] });
  const read = await readAccountOf(source, QUESTION);
  expect(read).toMatchObject({ readToUs: 2_000, sinceUs: 1_000, unread: [refused] });
  expect(read.balances).toBeUndefined();
  expect(asked).toHaveLength(4);
});

it('reads an account once at a time: of the questions that wait the last one is asked, after a failure too', async () => {
  const read: number[] = [];
  const reported: string[] = [];
  const answers: ((fail?: string) => void)[] = [];
  const reader = new AccountReader({
    venue: 'v',
    clock: new SimulatedClock(7),
    read: ({ sinceUs }) => {
      read.push(sinceUs);
      return new Promise((settle, refuse) => {
        const found = { venue: 'v', orders: [], fills: [], balances: [], unread: [], sinceUs };
        answers.push((fail) => (fail === undefined ? settle(found) : refuse(new Error(fail))));
      });
    },
    report: (event) =>
      reported.push(
        event.kind === 'account-failed' ? `${event.reason} at ${event.atUs}` : `${event.kind} ${read.at(-1)}`,
      ),
  });
  for (const sinceUs of [1, 2, 3]) reader.ask({ sinceUs, withHistory: true });
  expect(read).toEqual([1]);
  answers[0]?.('no answer');
  await settled();
  expect(read).toEqual([1, 3]);
  answers[1]?.();
  await settled();
  expect(reported).toEqual(['no answer at 7', 'account 3']);
  reader.ask({ sinceUs: 4, withHistory: false });
  expect(read).toEqual([1, 3, 4]);
});
