/** The server itself: its port, its marks, its faults, its worker. Everything over real loopback sockets. */
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { UserError } from '../../../../domain/errors.ts';
import { DEMO_ACCOUNT } from '../../core/accounts/accounts.ts';
import { type LocalExchange, type LocalExchangeOptions, startLocalExchange } from '../../local-exchange.ts';
import { signature } from './rest/authentication.ts';
import type { WorkerMessage, WorkerOptions } from '../../worker.ts';

const running: LocalExchange[] = [];

async function start(options: LocalExchangeOptions = {}): Promise<LocalExchange> {
  const exchange = await startLocalExchange({ updatesPerSecond: 0, ...options });
  running.push(exchange);
  return exchange;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((exchange) => exchange.stop()));
});

let nonce = 0;

/** A signed call of the demo account. */
async function call(
  exchange: { readonly url: string },
  name: string,
  fields: Record<string, string> = {},
): Promise<{ status: number; error?: string[]; result?: Record<string, unknown> }> {
  const path = `/0/private/${name}`;
  const text = String(++nonce);
  const body = new URLSearchParams({ nonce: text, ...fields }).toString();
  const sign = signature(path, text, body, Buffer.from(DEMO_ACCOUNT.secret, 'base64'));
  const response = await fetch(exchange.url + path, {
    method: 'POST',
    body,
    headers: {
      'API-Key': DEMO_ACCOUNT.key,
      'API-Sign': sign,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
  const answer = await response.text();
  const parsed = (answer === '' ? {} : JSON.parse(answer)) as {
    error?: string[];
    result?: Record<string, unknown>;
  };
  return { status: response.status, ...parsed };
}

/** A connection that keeps what it hears. */
class Listener {
  readonly frames: string[] = [];
  readonly socket: WebSocket;
  closed = false;

  constructor(exchange: LocalExchange, path = '/v2') {
    this.socket = new WebSocket(exchange.wsUrl + path);
    this.socket.on('message', (data: Buffer) => this.frames.push(data.toString()));
    this.socket.on('close', () => (this.closed = true));
    this.socket.on('error', () => (this.closed = true));
  }

  heard(text: string): boolean {
    return this.frames.some((frame) => frame.includes(text));
  }
}

const ORDER = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '50000', volume: '0.01' };

/** Starts the worker and waits for what it says first. */
async function launch(options: LocalExchangeOptions): Promise<[Worker, WorkerMessage]> {
  const worker = new Worker(new URL('../../worker.ts', import.meta.url), {
    workerData: { face: 'kraken', ...options } satisfies WorkerOptions,
  });
  const message = await new Promise<WorkerMessage>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return [worker, message];
}

async function exited(worker: Worker): Promise<number> {
  return new Promise((resolve) => {
    worker.once('exit', resolve);
  });
}

describe('the local exchange', () => {
  it('marks itself as simulated on every way in', async () => {
    const exchange = await start();
    const response = await fetch(`${exchange.url}/0/public/SystemStatus`);
    expect(response.headers.get('x-parallax-simulated')).toBe('true');
    expect(await response.json()).toMatchObject({ error: [], result: { status: 'online', simulated: true } });
    const listener = new Listener(exchange);
    await expect.poll(() => listener.frames[0]).toContain('"simulated":true');
    expect((await call(exchange, 'Balance')).result).toMatchObject({ ZUSD: '50000', XXBT: '0.5' });
  });

  it('says which port is taken, and which option is out of range', async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toThrow(UserError);
    await expect(start({ port: first.port })).rejects.toThrow(
      `port: "${first.port}" is in use by another program`,
    );
    await expect(start({ port: 70_000 })).rejects.toThrow(
      'port: "70000" is not a whole number from 0 to 65535',
    );
    await expect(start({ updatesPerSecond: -1 })).rejects.toThrow('updatesPerSecond');
    await expect(start({ pairs: ['BTC/XYZ'] })).rejects.toThrow('pairs: "BTC/XYZ" is not a pair');
  });

  it('charges the schedule that it reports', async () => {
    const exchange = await start({ fees: 'real' });
    const pairs = (await (await fetch(`${exchange.url}/0/public/AssetPairs?pair=XBTUSD,EURUSD`)).json()) as {
      result: Record<string, { fees: unknown; fees_maker: unknown }>;
    };
    expect(pairs.result).toMatchObject({
      XXBTZUSD: { fees: [[0, 0.4]], fees_maker: [[0, 0.25]] },
      ZEURZUSD: { fees: [[0, 0.2]] },
    });
    const volume = await call(exchange, 'TradeVolume', { pair: 'XXBTZUSD' });
    expect(volume.result).toMatchObject({ fees: { XXBTZUSD: { fee: '0.4000' } } });
  });

  it('fails a call before or after accepting it', async () => {
    const exchange = await start();
    exchange.faults.failNextRest(503, false);
    expect((await call(exchange, 'AddOrder', ORDER)).status).toBe(503);
    expect((await call(exchange, 'OpenOrders')).result).toEqual({ open: {} });
    exchange.faults.failNextRest(502, true);
    expect((await call(exchange, 'AddOrder', ORDER)).status).toBe(502);
    expect(Object.keys((await call(exchange, 'OpenOrders')).result?.['open'] as object)).toHaveLength(1);
    expect(exchange.log.entries.map((entry) => entry.kind)).toEqual(['placed']);
    expect((await call(exchange, 'AddOrder', { ...ORDER, validate: 'true' })).result).toEqual({
      descr: { order: 'buy 0.01000000 XBTUSD @ limit 50000.0' },
    });
    expect((await call(exchange, 'CancelAllOrdersAfter', { timeout: '60' })).error).toEqual([]);
    expect((await call(exchange, 'CancelAll')).result).toEqual({ count: 1 });
  });

  it('edits, queries and values over REST, and refuses what it does not know', async () => {
    const exchange = await start({ updatesPerSecond: 20, pairs: ['BTC/USD', 'ETH/USD', 'ETH/BTC'] });
    const placed = await call(exchange, 'AddOrder', ORDER);
    const txid = String(placed.result?.['txid']);
    const edited = await call(exchange, 'EditOrder', { txid, price: '51000', volume: '0.02' });
    expect(edited.result).toMatchObject({
      status: 'ok',
      originaltxid: txid,
      volume: '0.02000000',
      price: '51000.0',
    });
    const second = String(edited.result?.['txid']);
    expect((await call(exchange, 'QueryOrders', { txid: `${txid},${second}` })).result).toMatchObject({
      [txid]: {
        status: 'canceled',
        vol: '0.01000000',
        descr: { pair: 'XBTUSD', type: 'buy', price: '50000.0' },
      },
      [second]: { status: 'open', vol_exec: '0.00000000', oflags: 'fciq', timeinforce: 'GTC' },
    });
    expect((await call(exchange, 'QueryOrders', { txid: 'NONE' })).error).toEqual(['EOrder:Unknown order']);
    const value = (await call(exchange, 'TradeBalance')).result as { eb: string; mf: string };
    expect(Number(value.eb)).toBeGreaterThan(50_000 + 0.5 * 60_000);
    expect(Number(value.eb) - Number(value.mf)).toBeCloseTo(0.02 * 51_000 * 1.0005, 3);
    expect((await call(exchange, 'AddOrder', { ...ORDER, pair: 'NOPE' })).error).toEqual([
      'EQuery:Unknown asset pair',
    ]);
    expect((await call(exchange, 'AddOrder', { ...ORDER, oflags: 'viqc' })).error).toEqual([
      'EGeneral:Invalid arguments:oflags',
    ]);
    expect((await call(exchange, 'Withdraw')).error).toEqual(['EGeneral:Unknown method']);
    const open = await fetch(`${exchange.url}/0/private/Balance`, { method: 'POST', body: 'nonce=1' });
    expect(await open.json()).toEqual({ error: ['EAPI:Invalid key'] });
  });

  it('refuses everything private in maintenance, and says so on the status channel', async () => {
    const exchange = await start();
    const listener = new Listener(exchange);
    await expect.poll(() => listener.frames.length).toBe(1);
    exchange.faults.setSystemStatus('maintenance');
    await expect.poll(() => listener.heard('"system":"maintenance"')).toBe(true);
    expect((await call(exchange, 'AddOrder', ORDER)).error).toEqual(['EService:Unavailable']);
    exchange.faults.setSystemStatus('cancel_only');
    expect((await call(exchange, 'AddOrder', ORDER)).error).toEqual(['EService:Market in cancel_only mode']);
  });

  it('drops connections, sends a pair’s status, and a heartbeat once a second', async () => {
    const exchange = await start();
    const listener = new Listener(exchange, '/v2/auth');
    await expect.poll(() => listener.frames.length).toBe(1);
    listener.socket.send('{"method":"subscribe","params":{"channel":"instrument"}}');
    await expect.poll(() => listener.heard('"channel":"instrument","type":"snapshot"')).toBe(true);
    exchange.setPairStatus('ETH/USD', 'cancel_only');
    await expect
      .poll(() =>
        listener.heard(
          '"type":"update","data":{"assets":[],"pairs":[{"symbol":"ETH/USD","base":"ETH","quote":"USD","status":"cancel_only"',
        ),
      )
      .toBe(true);
    await expect.poll(() => listener.heard('{"channel":"heartbeat"}')).toBe(true);
    exchange.faults.dropConnections();
    await expect.poll(() => listener.closed).toBe(true);
  });

  it('cuts off a frame above 1 MB, and refuses a path that it does not serve', async () => {
    const exchange = await start();
    const listener = new Listener(exchange);
    await expect.poll(() => listener.frames.length).toBe(1);
    listener.socket.send('x'.repeat(1_100_000));
    await expect.poll(() => listener.closed).toBe(true);
    const lost = new Listener(exchange, '/v1');
    await expect.poll(() => lost.closed).toBe(true);
    expect(lost.frames).toEqual([]);
  });

  it('locks out a client that passes a limit where limits are set', async () => {
    const exchange = await start({ limits: 'starter' });
    const errors: unknown[] = [];
    for (let i = 0; i < 17; i++) errors.push((await call(exchange, 'Balance')).error);
    expect(errors.slice(0, 15).flat()).toEqual([]);
    expect(errors.slice(15)).toEqual([['EAPI:Rate limit exceeded'], ['EGeneral:Temporary lockout']]);
    expect(exchange.bans()).toBe(1);
  });

  it('counts orders and cancels of a pair as the documentation says', async () => {
    const exchange = await start({ limits: 'starter' });
    const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.001', price: '1000' };
    const errors: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      const { result } = await call(exchange, 'AddOrder', order);
      const [txid = ''] = (result?.['txid'] ?? []) as string[];
      errors.push((await call(exchange, 'CancelOrder', { txid })).error);
    }
    // Seven times one for the order and eight for a cancel within five seconds are more than sixty.
    expect(errors.slice(0, 6).flat()).toEqual([]);
    expect(errors[6]).toEqual(['EOrder:Rate limit exceeded']);
  });

  it('runs in a worker thread, and reports its problem when it cannot', async () => {
    const [worker, message] = await launch({ seed: 3, updatesPerSecond: 50 });
    if (!('port' in message)) throw new Error('the worker did not start');
    const depth = (await (await fetch(`${message.url}/0/public/Depth?pair=XBTUSD&count=5`)).json()) as {
      result: { XXBTZUSD: { asks: unknown[] } };
    };
    expect(depth.result.XXBTZUSD.asks).toHaveLength(5);
    const [second, refusal] = await launch({ port: message.port });
    const gone = exited(second);
    expect(refusal).toMatchObject({ problem: { code: 'port-in-use', field: 'port' } });
    expect(await gone).toBe(0);
    const stopped = exited(worker);
    worker.postMessage('stop', []);
    expect(await stopped).toBe(0);
  });
});
