import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { HttpAnswer } from '../network.ts';
import { bybitAdapter } from './adapter.ts';
import { BybitRest } from './rest.ts';

const LOTS = {
  basePrecision: '0.000001',
  quotePrecision: '0.0000001',
  minOrderQty: '0.5',
  minOrderAmt: '5',
  maxLimitOrderQty: '230',
};
const row = (symbol: string, more: object = {}): object => ({
  symbol,
  baseCoin: symbol.slice(0, -4),
  quoteCoin: symbol.slice(-4),
  status: 'Trading',
  lotSizeFilter: LOTS,
  priceFilter: { tickSize: '0.1' },
  ...more,
});

function restWith(answer: Partial<HttpAnswer> & { readonly result?: unknown }) {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  let calls = 0;
  const body = JSON.stringify({ retCode: 0, retMsg: 'OK', result: answer.result });
  const network = {
    connect: () => {
      throw new Error('not here');
    },
    request: () => {
      calls++;
      return Promise.resolve({ status: 200, body, ...answer });
    },
  };
  return { rest: new BybitRest({ clock, network }), clock, calls: () => calls };
}

/** By the venue's clock, which is not ours, it is 1700000000000. */
const limit = (reset: string): Partial<HttpAnswer> => ({
  body: '{"retCode":10006,"retMsg":"Too many visits!","time":1700000000000}',
  headers: { 'x-bapi-limit-reset-timestamp': reset },
});

const listingOf = (...list: object[]) => restWith({ result: { category: 'spot', list } }).rest.instruments();

describe('instruments of Bybit', () => {
  it('have the steps that are listed, a smallest value in place of the deprecated smallest quantity, and no fee', async () => {
    const { instruments } = await listingOf(row('BTCUSDT'));
    expect(instruments).toEqual([
      {
        symbol: 'BTCUSDT',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.1',
        lotSize: '0.000001',
        minQty: '0.000001',
        minNotional: '5',
        priceDecimals: 3,
        qtyDecimals: 8,
        status: 'online',
      },
    ]);
  });

  it('that cannot be read are left out under their names, and keep nothing else out', async () => {
    const lots = (part: object): object => ({ lotSizeFilter: { ...LOTS, ...part } });
    const { instruments, leftOut } = await listingOf(
      row('OKAYUSDT'),
      row('ZEROUSDT', { priceFilter: { tickSize: '0' } }),
      row('STEPUSDT', lots({ basePrecision: 6 })),
      row('LESSUSDT', lots({ minOrderAmt: undefined })),
      row('NONEUSDT', { lotSizeFilter: undefined }),
      row('OKAYUSDT'),
      row('LATEUSDT', { status: 'PreLaunch' }),
      row('SAMEUSDT', { quoteCoin: 'SAME' }),
      ['odd'],
    );
    expect(instruments.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['OKAYUSDT', 'online'],
      ['LATEUSDT', 'maintenance'],
    ]);
    expect(leftOut.map(({ name }) => name)).toEqual([
      'ZEROUSDT',
      'STEPUSDT',
      'LESSUSDT',
      'NONEUSDT',
      'OKAYUSDT',
      'SAMEUSDT',
      '[8]',
    ]);
    expect(leftOut[1]?.reason).toBe('basePrecision 6 is not a decimal');
  });

  it('of another market are none of these, though they have the same names', async () => {
    const futures = restWith({ result: { category: 'linear', list: [row('BTCUSDT')] } }).rest.instruments();
    await expect(futures).rejects.toThrow(/spot market: is not a list/);
    expect(() => bybitAdapter.readListing('[]', 'list.json')).toThrow(/list.json: is not a JSON object/);
  });
});

describe('REST of Bybit', () => {
  it('gives the time to the microsecond', async () => {
    const result = { timeSecond: '1688639403', timeNano: '1688639403423213947' };
    expect(await restWith({ result }).rest.time()).toBe(1_688_639_403_423_213);
    await expect(restWith({ result: {} }).rest.time()).rejects.toThrow(/no timeNano/);
  });

  it('ranks what is traded in dollars, whatever the quote', async () => {
    const ticker = (symbol: string, turnover24h: string, lastPrice: string): object => ({
      symbol,
      turnover24h,
      lastPrice,
    });
    const list = [
      ticker('BTCUSDT', '1000', '50000'),
      ticker('ETHBTC', '2', '0.05'),
      ticker('XYZEUR', '9', '1'),
    ];
    const tickers = await restWith({ result: { list } }).rest.dayTickers();
    expect([...tickers]).toEqual([
      ['BTCUSDT', { turnover: 1_000, lastPrice: 50_000 }],
      ['ETHBTC', { turnover: 2, lastPrice: 0.05 }],
      ['XYZEUR', { turnover: 9, lastPrice: 1 }],
    ]);
  });

  it.each([
    ['an address that asked too often', { status: 403, body: 'access too frequent' }, 600, true],
    ['too many requests', { status: 429, body: '', retryAfterMs: 7_000 }, 7, false],
    ['a limit by its code', { body: '{"retCode":10006,"retMsg":"Too many visits!"}' }, 5, false],
    ['a limit that ends later', limit('1700000002000'), 2, false],
    ['a limit whose end is too far', limit('1700000005001'), 5, false],
    ['a limit whose end is past', limit('1699999999999'), 5, false],
    ['a limit whose end is no time', limit('soon'), 5, false],
  ])('sends nothing more after %s until the pause is over', async (_case, answer, seconds, isBan) => {
    const { rest, clock, calls } = restWith(answer);
    await expect(rest.time()).rejects.toMatchObject({ retryAfterMs: seconds * 1_000, isBan });
    clock.advanceTo(clock.nowUs() + (seconds - 1) * 1_000_000);
    await expect(rest.instruments()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 1_000, isBan });
    expect(calls()).toBe(1);
    clock.advanceTo(clock.nowUs() + 1_000_000);
    await expect(rest.time()).rejects.toMatchObject({ name: 'Throttled' });
    expect(calls()).toBe(2);
  });

  it.each([
    [{ status: 503, body: '' }, /status 503/],
    [{ body: '<html>' }, /not JSON/],
    [{ body: '{}' }, /without a retCode/],
    [{ status: 403, body: '{}' }, /was refused: 403 the venue does not serve this address/],
    [{ body: '{"retCode":10001,"retMsg":"params error"}' }, /was refused: 10001 params error/],
  ])('names what %j lacks', async (answer, reason) => {
    await expect(restWith(answer).rest.time()).rejects.toThrow(reason);
  });
});
