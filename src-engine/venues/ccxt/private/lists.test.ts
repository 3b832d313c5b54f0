/** Histories through ccxt, whose pages may go either way: nothing is missed, and nothing is asked without end. */
import { describe, expect, it } from 'vitest';
import type { AccountAsk } from '../process/account-calls.ts';
import { TooLong } from '../../toolkit/history-parts.ts';
import { fillRows } from './lists.ts';
import { readAccount } from './read-account.ts';

const PAGE = 10;

/** A venue with fills at these times, that shows a page of them at most: of those asked for, the newest ones. */
function venueWith(times: readonly number[], orders: ReadonlyMap<string, object> = new Map()) {
  const asked: AccountAsk[] = [];
  const ask = (question: AccountAsk): Promise<unknown> => {
    asked.push(question);
    if (question.what === 'balances') return Promise.resolve([{ asset: 'A', total: '1', held: '0' }]);
    if (question.what === 'open') return Promise.resolve({ rows: [], isWhole: true });
    if (question.what === 'orders')
      return Promise.resolve(
        question.of.map(({ venueOrderId, clientId = '' }) => orders.get(venueOrderId ?? clientId) ?? null),
      );
    if (question.what !== 'fills') return Promise.reject(new Error('not asked here'));
    const { fromMs, toMs } = question;
    const found = times.flatMap((ms, n) => (ms >= fromMs && ms <= toMs ? [rowOf(n, ms)] : []));
    return Promise.resolve({ rows: found.slice(-PAGE), isWhole: found.length < PAGE });
  };
  return { asked, link: { ask } };
}

const rowOf = (n: number, ms: number) => ({
  fillId: String(n),
  venueOrderId: `v${n % 3}`,
  price: '1',
  qty: '1',
  fee: '0',
  feeAsset: 'A',
  ms,
});

describe('fills of a symbol', () => {
  it('are all found, whichever of them a page would show', async () => {
    const times = Array.from({ length: 57 }, (_, n) => 1_000_000 + n * n * 13);
    const { link } = venueWith(times);
    const rows = (await fillRows(link, 'A/B', [1_000_000, 2_000_000], 1_000)) as {
      readonly fillId: string;
    }[];
    expect(new Set(rows.map(({ fillId }) => fillId)).size).toBe(57);
    expect(rows).toHaveLength(57);
  });

  it('are too many beyond a bound of rows or of questions, and in one moment', async () => {
    const times = Array.from({ length: 500 }, (_, n) => 1_000_000 + n * 100);
    await expect(fillRows(venueWith(times).link, 'A/B', [1_000_000, 2_000_000], 50)).rejects.toThrow(TooLong);
    const dense = venueWith(times);
    await expect(fillRows(dense.link, 'A/B', [1_000_000, 2_000_000], 9_999)).rejects.toThrow(TooLong);
    expect(dense.asked.length).toBeLessThan(70);
    const one = venueWith(Array.from({ length: PAGE }, () => 1_000_000));
    await expect(fillRows(one.link, 'A/B', [1, 2_000_000], 50)).rejects.toThrow('in one moment');
  });
});

const QUESTION = {
  venue: 'ccxt:okx',
  sinceUs: 1_000_000_000,
  nowUs: 1_400_000_000,
  withHistory: true,
  skewUs: 0,
  known: new Map<string, string>(),
  symbols: new Set(['A/B']),
  endedRow: () => undefined,
  alive: [],
};
const OURS = 'a'.repeat(32);
const done = (venueOrderId: string, clientId: string) => ({
  venueOrderId,
  clientId,
  symbol: 'A/B',
  side: 'buy',
  price: '1',
  qty: '1',
  filledQty: '1',
  state: 'filled',
});

describe('an account', () => {
  it('is read in parts where its history is longer than one reading, the oldest first, without balances', async () => {
    const { link } = venueWith(Array.from({ length: 700 }, (_, n) => 1_000_000 + n * 500));
    const account = await readAccount(link, QUESTION);
    expect(account.balances).toBeUndefined();
    expect(account.readToUs).toBeGreaterThan(QUESTION.sinceUs);
    expect(account.readToUs).toBeLessThan(QUESTION.nowUs);
  });

  it('has our fills by the orders that they name, and not those of other programs', async () => {
    const orders = new Map([
      ['v0', done('v0', OURS)],
      ['v1', done('v1', 'somebody else')],
    ]);
    const { link } = venueWith([1_000_100, 1_000_200, 1_000_300], orders);
    const account = await readAccount(link, QUESTION);
    expect(account.fills.map(({ orderId, fillId }) => [orderId, fillId])).toEqual([[OURS, '0-v0']]);
    expect(account.unread).toMatchObject([{ row: 'v2', problem: 'the venue shows no such order' }]);
    expect(account.balances).toHaveLength(1);
  });

  it('has fills of an order that ended in this run without a question for it', async () => {
    const { link, asked } = venueWith([1_000_100], new Map([['v0', done('v0', OURS)]]));
    const known = new Map([['v0', OURS]]);
    const endedRow = (id: string): unknown => (id === 'v0' ? done('v0', OURS) : undefined);
    const account = await readAccount(link, { ...QUESTION, known, endedRow });
    expect(account.fills).toMatchObject([{ orderId: OURS, fillId: '0-v0' }]);
    expect(account.orders).toMatchObject([{ orderId: OURS, state: 'filled' }]);
    expect(asked.filter(({ what }) => what === 'orders')).toEqual([]);
  });

  it('asks again for an order of which the venue has counted a fill since it ended', async () => {
    const later = { ...done('v0', OURS), qty: '2', filledQty: '2' };
    const { link, asked } = venueWith([1_000_100, 1_000_200, 1_000_300, 1_000_400], new Map([['v0', later]]));
    const known = new Map([['v0', OURS]]);
    const endedRow = (id: string): unknown => (id === 'v0' ? done('v0', OURS) : undefined);
    const account = await readAccount(link, { ...QUESTION, known, endedRow });
    expect(account.orders).toMatchObject([{ orderId: OURS, filledQty: '2' }]);
    expect(asked.some(({ what }) => what === 'orders')).toBe(true);
  });

  it('settles nothing by the absence of an order of ours', async () => {
    const { link, asked } = venueWith([]);
    const account = await readAccount(link, { ...QUESTION, alive: [{ symbol: 'A/B', orderId: OURS }] });
    expect([account.orders, account.unread]).toEqual([[], []]);
    const sought = { symbol: 'A/B', clientId: OURS, venueOrderId: undefined };
    expect(asked).toContainEqual({ what: 'orders', of: [sought] });
  });

  it('has its single orders asked one question after the other, many in each', async () => {
    const { link } = venueWith([]);
    const sizes: number[] = [];
    let under = 0;
    const ask = async (question: AccountAsk): Promise<unknown> => {
      if (question.what !== 'orders') return await link.ask(question);
      expect(++under).toBe(1);
      sizes.push(question.of.length);
      await Promise.resolve();
      under--;
      return await link.ask(question);
    };
    const alive = Array.from({ length: 45 }, (_, n) => ({ symbol: 'A/B', venueOrderId: `w${n}` }));
    const account = await readAccount({ ask }, { ...QUESTION, alive });
    expect([sizes, account.unread?.length]).toEqual([[20, 20, 5], 45]);
  });
});
