/** Faults and the exchange's own books over the control address, of both faces. */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../../testing/until.ts';
import {
  FACE_FACTS,
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../local-exchange.ts';
import { type ControlServer, startControl } from './control-server.ts';

type Json = Record<string, unknown>;
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(
  venue: 'kraken' | 'binance',
): Promise<{ exchange: RunningExchange; control: ControlServer }> {
  const options = { updatesPerSecond: 0 };
  const exchange =
    venue === 'kraken' ? await startLocalExchange(options) : await startBinanceExchange(options);
  stops.push(() => exchange.stop());
  const control = await startControl({ core: exchange.core, venue, url: exchange.url });
  stops.push(() => control.stop());
  return { exchange, control };
}

async function ask(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; json: Json; headers: Headers }> {
  const response = await fetch(url, init);
  return { status: response.status, json: (await response.json()) as Json, headers: response.headers };
}

async function fault(control: ControlServer, body: unknown): Promise<{ status: number; json: Json }> {
  const headers = { 'content-type': 'application/json' };
  return await ask(`${control.url}/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the control address', () => {
  it('is on loopback, apart from the venue, and takes nothing that a page could send by itself', async () => {
    const { exchange, control } = await start('binance');
    const hello = await ask(`${control.url}/`);
    expect(hello.json).toMatchObject({ simulated: true, venue: 'binance', url: exchange.url });
    expect(hello.headers.get('x-parallax-simulated')).toBe('true');
    expect((await ask(`${exchange.url}/faults`)).status).toBe(404);
    expect((await ask(`${control.url}/api/v3/ping`)).status).toBe(404);
    const simple = await ask(`${control.url}/faults`, { method: 'POST', body: '{"fault":"drop"}' });
    expect(simple.status).toBe(415);
  });

  it('says which fault or value is wrong', async () => {
    const { control } = await start('kraken');
    expect(await fault(control, { fault: 'burn' })).toMatchObject({ status: 400, json: { field: 'fault' } });
    expect(await fault(control, { fault: 'delay', value: 'long' })).toMatchObject({ status: 400 });
    expect(await fault(control, { fault: 'gap', value: 'NO/SUCH' })).toMatchObject({ status: 400 });
    expect(await fault(control, { fault: 'drop', value: '1' })).toMatchObject({ status: 400 });
    expect(await fault(control, 'x')).toMatchObject({ status: 400 });
    const { json } = await ask(`${control.url}/faults`);
    expect(Object.keys(json['faults'] as Json)).toEqual(
      expect.arrayContaining(['drop', 'delay', 'ban', 'gap']),
    );
  });

  it.each([
    ['kraken', '/0/public/AssetPairs', '"XBT/EUR"'],
    ['binance', '/api/v3/exchangeInfo', '"BTCEUR"'],
  ] as const)('takes a pair off the list of %s, and lists it again', async (venue, path, listed) => {
    const { exchange, control } = await start(venue);
    const list = async () => JSON.stringify((await ask(exchange.url + path)).json);
    const value = 'BTC/EUR';
    expect(await list()).toContain(listed);
    expect(await fault(control, { fault: 'delist', value })).toMatchObject({ status: 200 });
    expect(await list()).not.toContain(listed);
    expect(await fault(control, { fault: 'delist', value })).toMatchObject({ status: 400 });
    expect(await fault(control, { fault: 'list', value: 'NO/SUCH' })).toMatchObject({ status: 400 });
    expect(await fault(control, { fault: 'list', value })).toMatchObject({ status: 200 });
    expect(await list()).toContain(listed);
  });

  it.each(['kraken', 'binance'] as const)('cuts, bans and closes %s, and lets it go on', async (venue) => {
    const { exchange, control } = await start(venue);
    const path = venue === 'kraken' ? '/v2' : '/ws/btcusdt@trade';
    const socket = new WebSocket(exchange.wsUrl + path);
    await new Promise((resolve) => {
      socket.once('open', resolve);
    });
    await fault(control, { fault: 'drop' });
    await until(() => expect(socket.readyState).toBe(WebSocket.CLOSED));
    await fault(control, { fault: 'maintenance', value: 'on' });
    const status = venue === 'kraken' ? '/0/public/SystemStatus' : '/sapi/v1/system/status';
    expect(JSON.stringify((await ask(exchange.url + status)).json)).toContain('maintenance');
    await fault(control, { fault: 'ban', value: 60 });
    const banned = await ask(`${exchange.url}/api/v3/time`);
    if (venue === 'binance') {
      expect(banned.status).toBe(418);
      expect(Number(banned.headers.get('retry-after'))).toBeGreaterThan(30);
    }
    await ask(`${control.url}/faults`, { method: 'DELETE' });
    expect(JSON.stringify((await ask(exchange.url + status)).json)).not.toContain('maintenance');
    if (venue === 'binance') expect((await ask(`${exchange.url}/api/v3/time`)).status).toBe(200);
  });

  it('answers with orders, trades and balances as the exchange itself has them', async () => {
    const { exchange, control } = await start('binance');
    const [account] = exchange.accounts.all();
    if (account === undefined) throw new Error('there is no account');
    const market = exchange.core.market('BTC/USDT');
    const order = { side: 'buy', type: 'limit', price: '90000.5', qty: '0.01', clOrdId: 'mine' };
    const placed = exchange.core.desk.place(account, market, order);
    const ledger = await ask(`${control.url}/ledger`);
    expect(ledger.json['accounts']).toMatchObject([
      {
        name: FACE_FACTS.binance.account.name,
        balances: { USDT: { total: '50000', held: '900.005' } },
        openOrders: 1,
      },
    ]);
    exchange.core.desk.cancel(account, placed.orderId);
    const all = await ask(`${control.url}/orders`);
    expect(all.json['orders']).toMatchObject([
      { seq: 1, kind: 'placed', clOrdId: 'mine', price: '90000.5', qty: '0.01' },
      { seq: 2, kind: 'canceled', detail: 'user' },
    ]);
    const later = await ask(`${control.url}/orders?after=1`);
    expect(later.json).toMatchObject({ orders: [{ seq: 2 }], last: 2 });
    expect((await ask(`${control.url}/trades?account=nobody`)).status).toBe(404);
    expect((await ask(`${control.url}/trades`)).json).toMatchObject({ trades: [] });
  });
});
