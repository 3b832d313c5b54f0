/** A history that is longer than one answer. */
import type { Json } from '../../toolkit/json.ts';
import { expect, it } from 'vitest';
import type { PrivateRest } from './private-rest.ts';
import { readAccount } from './read-account.ts';
import { BinanceRefused } from '../rest-errors.ts';

const MS = 1_000;
const BEGAN_MS = 1_700_000_000_000;

/** Answers by Binance's rules: from `startTime` on, oldest first, at most `limit`. */
class MadeAccount implements Pick<PrivateRest, 'rows' | 'object'> {
  readonly #times: readonly number[];
  calls: string[] = [];

  constructor(times: readonly number[]) {
    this.#times = times;
  }

  rows(path: string, params: Readonly<Record<string, unknown>> = {}): Promise<readonly unknown[]> {
    this.calls.push(path);
    if (path === '/api/v3/openOrders') return Promise.resolve([]);
    if (params['symbol'] !== 'BTCUSDT')
      return Promise.reject(new BinanceRefused(path, 400, params['symbol'] === 'GONE' ? -1121 : -2015, 'no'));
    const isOrders = path === '/api/v3/allOrders';
    const found = this.#times.flatMap((time, n) =>
      time >= Number(params['startTime']) ? [isOrders ? orderRow(n, time) : tradeRow(n, time)] : [],
    );
    return Promise.resolve(found.slice(0, Number(params['limit'])));
  }

  object(): Promise<Json> {
    return Promise.resolve({ balances: [{ asset: 'USDT', free: '5', locked: '0' }] });
  }
}

function orderRow(n: number, time: number): Json {
  const terms = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', price: '50000', origQty: '1' };
  return { ...terms, orderId: n + 1, clientOrderId: `c-${n}`, executedQty: '1', status: 'FILLED', time };
}

function tradeRow(n: number, time: number): Json {
  const terms = { symbol: 'BTCUSDT', price: '50000', qty: '1', quoteQty: '50000', isBuyer: true };
  return { ...terms, id: n + 1, orderId: n + 1, commission: '1', commissionAsset: 'USDT', time };
}

const QUESTION = {
  venue: 'binance',
  skewUs: 0,
  omitsZeros: true,
  symbols: new Set(['BTCUSDT']),
  known: new Map(),
} as const;

it('a long history is read in parts, oldest first, and nothing is left out', async () => {
  const account = new MadeAccount(Array.from({ length: 2_500 }, (_, n) => BEGAN_MS + n * 10));
  const seen = new Set<string>();
  let sinceUs = BEGAN_MS * MS;
  let parts = 0;
  for (let isRead = false; !isRead; parts++) {
    expect(parts).toBeLessThan(10);
    const read = await readAccount(account, { ...QUESTION, sinceUs, withHistory: true });
    for (const { venueOrderId } of read.orders) seen.add(venueOrderId);
    isRead = read.readToUs === undefined;
    expect(read.balances === undefined).toBe(!isRead);
    sinceUs = read.readToUs ?? sinceUs;
  }
  expect(seen.size).toBe(2_500);
  expect(parts).toBe(3);
});

it('a thousand rows of one moment are refused, not cut', async () => {
  const account = new MadeAccount(Array.from({ length: 1_500 }, () => BEGAN_MS));
  const question = { ...QUESTION, sinceUs: BEGAN_MS * MS, withHistory: true };
  await expect(readAccount(account, question)).rejects.toThrow(/1000 rows of one moment/);
});

it('no history is asked for where what is open and the balances are enough', async () => {
  const account = new MadeAccount([BEGAN_MS]);
  const read = await readAccount(account, { ...QUESTION, sinceUs: 0, withHistory: false });
  expect(read.balances).toMatchObject([{ asset: 'USDT', total: '5' }]);
  expect(account.calls).toEqual(['/api/v3/openOrders']);
});

it('a symbol that is no longer listed is left out, and named; any other refusal is one of the whole', async () => {
  const account = new MadeAccount([BEGAN_MS]);
  const read = (other: string) => {
    const symbols = new Set([other, 'BTCUSDT']);
    return readAccount(account, { ...QUESTION, symbols, sinceUs: BEGAN_MS * MS, withHistory: true });
  };
  const { orders, unread } = await read('GONE');
  expect(orders).toHaveLength(1);
  expect(unread).toContainEqual(expect.objectContaining({ source: 'allOrders', row: 'GONE' }));
  await expect(read('OTHER')).rejects.toThrow(/-2015/);
});
