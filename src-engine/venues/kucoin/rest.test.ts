import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { HttpAnswer } from '../network.ts';
import { turnoverInDollars } from '../toolkit/turnover.ts';
import { kucoinAdapter } from './adapter.ts';
import { KucoinRest } from './rest.ts';

const row = (symbol: string, more: object = {}): object => ({
  symbol,
  name: symbol,
  baseCurrency: symbol.split('-')[0],
  quoteCurrency: symbol.split('-')[1],
  baseMinSize: '0.001',
  quoteMinSize: '0.05',
  baseMaxSize: '10000000000',
  baseIncrement: '0.00000001',
  priceIncrement: '0.001',
  minFunds: '0.1',
  enableTrading: true,
  ...more,
});

function restWith(answer: Partial<HttpAnswer> & { readonly data?: unknown }) {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  let calls = 0;
  const body = JSON.stringify({ code: '200000', data: answer.data });
  const network = {
    connect: () => {
      throw new Error('not here');
    },
    request: () => {
      calls++;
      return Promise.resolve({ status: 200, body, ...answer });
    },
  };
  return { rest: new KucoinRest({ clock, network }), clock, calls: () => calls };
}

describe('instruments of KuCoin', () => {
  it('are asked for by the code that stays when a coin is renamed, and are of the coins of today', async () => {
    const renamed = row('BCHSV-USDT', { name: 'BSV-USDT', baseCurrency: 'BSV' });
    const { instruments } = await restWith({ data: [renamed] }).rest.instruments();
    expect(instruments).toEqual([
      {
        symbol: 'BCHSV-USDT',
        base: 'BSV',
        quote: 'USDT',
        tickSize: '0.001',
        lotSize: '0.00000001',
        minQty: '0.001',
        minNotional: '0.1',
        priceDecimals: 5,
        qtyDecimals: 8,
        status: 'online',
      },
    ]);
  });

  it('take the smallest value that is listed, and are left out under their names where they cannot be read', async () => {
    const { instruments, leftOut } = await restWith({
      data: [
        row('A-USDT', { minFunds: null }),
        row('B-USDT', { minFunds: undefined, quoteMinSize: undefined }),
        row('C-USDT', { enableTrading: false }),
        row('D-USDT', { priceIncrement: '0' }),
        row('E-USDT', { baseIncrement: 'x' }),
        row('A-USDT'),
        null,
      ],
    }).rest.instruments();
    expect(instruments.map(({ symbol, minNotional, status }) => [symbol, minNotional, status])).toEqual([
      ['A-USDT', '0.05', 'online'],
      ['B-USDT', '0', 'online'],
      ['C-USDT', '0.1', 'maintenance'],
    ]);
    expect(leftOut).toEqual([
      { name: 'D-USDT', reason: 'priceIncrement is 0' },
      { name: 'E-USDT', reason: 'baseIncrement "x" is not a decimal' },
      { name: 'A-USDT', reason: 'it is listed twice' },
      { name: '[6]', reason: 'it is not an object' },
    ]);
    expect(() => kucoinAdapter.readListing('nonsense', 'list.json')).toThrow(/list.json.*api\/v2\/symbols/);
  });

  it('are ranked by what is traded in dollars; one without a last price, or of another quote, is left out', async () => {
    const ticker = [
      { symbol: 'BTC-USDT', volValue: '1000', last: '50000' },
      { symbol: 'ETH-BTC', volValue: '2', last: '0.05' },
      { symbol: 'NEW-USDT', volValue: null, last: null },
      { symbol: 'XYZ-EUR', volValue: '5', last: '1' },
    ];
    const tickers = await restWith({ data: { ticker } }).rest.dayTickers();
    const list = ticker.map(({ symbol }) => row(symbol));
    const { instruments } = await restWith({ data: list }).rest.instruments();
    expect([...turnoverInDollars(instruments, tickers)]).toEqual([
      ['BTC-USDT', 1_000],
      ['ETH-BTC', 100_000],
    ]);
  });
});

describe('REST of KuCoin', () => {
  it('gives the time, and an order book word for word', async () => {
    expect(await restWith({ data: 1_550_653_727_731 }).rest.time()).toBe(1_550_653_727_731_000);
    const book = { sequence: '3', time: 1, bids: [], asks: [] };
    expect(await restWith({ data: book }).rest.bookBody('A-USDT')).toContain('"sequence":"3"');
    // What is not listed is answered with success.
    await expect(restWith({ data: null }).rest.bookBody('NO-SUCH')).rejects.toThrow(
      /order book of NO-SUCH.*no levels/,
    );
  });

  it('takes a ticket of the websocket server, with a ping interval within bounds', async () => {
    const server = { endpoint: 'wss://ws-api-spot.kucoin.com/', protocol: 'websocket', pingInterval: 18_000 };
    const ticketOf = (more: object) =>
      restWith({ data: { token: 't', instanceServers: [{ ...server, ...more }] } }).rest.socketTicket();
    expect(await ticketOf({})).toEqual({ endpoint: server.endpoint, token: 't', pingMs: 18_000 });
    expect(await ticketOf({ pingInterval: 1 })).toMatchObject({ pingMs: 2_000 });
    expect(await ticketOf({ pingInterval: undefined })).toMatchObject({ pingMs: 18_000 });
    await expect(ticketOf({ protocol: 'mqtt' })).rejects.toThrow(/no token or no websocket server/);
    await expect(ticketOf({ endpoint: 'https://x' })).rejects.toThrow(/no websocket server/);
  });

  it.each([
    ['what the headers say', { status: 429, body: '', headers: { 'gw-ratelimit-reset': '4000' } }, 4_000],
    ['a window of the limits', { status: 429, body: '' }, 30_000],
    ['a window, by the code alone', { body: '{"code":"429000","msg":"Too Many Requests"}' }, 30_000],
  ])('pauses for %s', async (_case, answer, waitMs) => {
    const { rest, clock, calls } = restWith(answer);
    await expect(rest.time()).rejects.toMatchObject({ retryAfterMs: waitMs });
    clock.advanceTo(clock.nowUs() + waitMs * 1_000 - 1_000_000);
    await expect(rest.status()).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 1_000 });
    expect(calls()).toBe(1);
  });

  it('takes no value of an answer for a limit: its own code alone', async () => {
    const { rest } = restWith({ data: { status: 'open', msg: '429000' } });
    expect(await rest.status()).toBe('online');
    expect(await rest.status()).toBe('online');
  });

  it.each([
    [{ body: '{"code":"400100","msg":"symbol not exists"}' }, /was refused: 400100 symbol not exists/],
    [{ body: '[]' }, /without a code/],
    [{ status: 502, body: '' }, /status 502/],
  ])('names what %j is', async (answer, reason) => {
    await expect(restWith(answer).rest.time()).rejects.toThrow(reason);
  });
});
