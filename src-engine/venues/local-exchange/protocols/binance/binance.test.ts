/** Binance's face as a client meets it over real sockets: public calls, signatures, limits, orders, streams, events. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startBinanceExchange } from '../../local-exchange.ts';

const TRADER: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: 'a secret of the tests',
  balances: { USDT: '100000', BTC: '1', ETH: '10', BNB: '10' },
};

type Json = Record<string, unknown>;
const running: RunningExchange[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const exchange of running.splice(0)) await exchange.stop();
});

async function start(accounts: readonly AccountOptions[] = [TRADER]): Promise<RunningExchange> {
  const exchange = await startBinanceExchange({ accounts, updatesPerSecond: 0, fees: 'real' });
  running.push(exchange);
  return exchange;
}

async function ask(
  exchange: RunningExchange,
  method: string,
  path: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; json: Json }> {
  const response = await fetch(`${exchange.url}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Json };
}

async function signed(
  exchange: RunningExchange,
  method: string,
  path: string,
  params: Record<string, string> = {},
  { key = TRADER.key, secret = TRADER.secret, atMs = Date.now() } = {},
): Promise<{ status: number; headers: Headers; json: Json }> {
  const query = new URLSearchParams({ ...params, timestamp: String(atMs) }).toString();
  const signature = createHmac('sha256', secret).update(query).digest('hex');
  return await ask(exchange, method, path, `${query}&signature=${signature}`, { 'x-mbx-apikey': key });
}

const order = (more: Record<string, string>): Record<string, string> => ({
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.01',
  price: '90000',
  ...more,
});

/** Another client whose orders rest in the book. */
const MAKER: AccountOptions = { ...TRADER, name: 'maker', key: 'maker-key' };

function rest(
  exchange: RunningExchange,
  side: 'buy' | 'sell',
  price: string,
  qty: string,
  symbol = 'BTC/USDT',
): void {
  const account = exchange.accounts.byKey(MAKER.key);
  if (account === undefined) throw new Error('there is no maker');
  exchange.core.desk.place(account, exchange.core.market(symbol), { side, type: 'limit', price, qty });
}

class Client {
  readonly frames: Json[] = [];
  readonly #socket: WebSocket;
  #id = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Json));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  async request(method: string, params: unknown): Promise<Json> {
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await this.next((frame) => frame['id'] === id);
  }

  async next(matches: (frame: Json) => boolean): Promise<Json> {
    await until(() => expect(this.frames.some(matches)).toBe(true));
    return this.frames.find(matches) as Json;
  }
}

async function connect(exchange: RunningExchange, path: string): Promise<Client> {
  const socket = new WebSocket(exchange.wsUrl + path);
  sockets.push(socket);
  const client = new Client(socket);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return client;
}

const socketSigned = (params: Record<string, string | number>, privateKey: KeyObject, key: string): Json => {
  const all: Record<string, string | number> = { ...params, apiKey: key, timestamp: Date.now() };
  const names = Object.keys(all).sort();
  const payload = names.map((name) => `${name}=${all[name]}`).join('&');
  return { ...all, signature: sign(null, Buffer.from(payload), privateKey).toString('base64') };
};

describe('public calls', () => {
  it('lists symbols with all filters, marks every answer as simulated, and counts weight', async () => {
    const exchange = await start();
    const { json, headers } = await ask(exchange, 'GET', '/api/v3/exchangeInfo', 'symbol=BTCUSDT');
    const [symbol] = json['symbols'] as Json[];
    expect(symbol).toMatchObject({
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
    });
    const filters = new Map(
      ((symbol?.['filters'] ?? []) as Json[]).map((filter) => [filter['filterType'], filter]),
    );
    expect(filters.get('PRICE_FILTER')).toMatchObject({ tickSize: '0.01000000' });
    expect(filters.get('LOT_SIZE')).toMatchObject({ stepSize: '0.00001000', minQty: '0.00001000' });
    expect(filters.get('MARKET_LOT_SIZE')).toMatchObject({ stepSize: '0.00000000' });
    expect(filters.get('NOTIONAL')).toMatchObject({ minNotional: '5.00000000', applyMinToMarket: true });
    expect(headers.get('x-parallax-simulated')).toBe('true');
    expect(headers.get('x-mbx-used-weight-1m')).toBe('20');
    const time = await ask(exchange, 'GET', '/api/v3/time', '', { 'x-mbx-time-unit': 'MICROSECOND' });
    expect(String(time.json['serverTime'])).toHaveLength(16);
    expect(time.headers.get('x-mbx-used-weight-1m')).toBe('21');
  });

  it('answers mistakes with the codes of Binance', async () => {
    const exchange = await start();
    const codeOf = async (query: string, path = '/api/v3/depth'): Promise<unknown> =>
      (await ask(exchange, 'GET', path, query)).json['code'];
    expect(await codeOf('')).toBe(-1102);
    expect(await codeOf('symbol=NOSUCH')).toBe(-1121);
    expect(await codeOf('symbol=BTC%2FUSDT')).toBe(-1100);
    expect(await codeOf('symbol=BTCUSDT&limit=x')).toBe(-1100);
    expect(await codeOf('symbol=BTCUSDT&nonsense=1')).toBe(-1104);
    expect(await codeOf('symbol=BTCUSDT&symbol=ETHUSDT')).toBe(-1101);
    expect(await codeOf('symbol=BTCUSDT&interval=2m', '/api/v3/klines')).toBe(-1120);
  });

  it('gives books, trades, bars and averages of what was traded', async () => {
    const exchange = await start([TRADER, MAKER]);
    rest(exchange, 'sell', '90000', '0.5');
    rest(exchange, 'buy', '89000', '0.5');
    await signed(exchange, 'POST', '/api/v3/order', order({ quantity: '0.1' }));
    const depth = await ask(exchange, 'GET', '/api/v3/depth', 'symbol=BTCUSDT&limit=5');
    expect(depth.json).toMatchObject({
      bids: [['89000.00000000', '0.50000000']],
      asks: [['90000.00000000', '0.40000000']],
    });
    const trades = await ask(exchange, 'GET', '/api/v3/trades', 'symbol=BTCUSDT');
    expect(trades.json).toMatchObject([
      { price: '90000.00000000', qty: '0.10000000', quoteQty: '9000.00000000', isBuyerMaker: false },
    ]);
    const bars = await ask(exchange, 'GET', '/api/v3/klines', 'symbol=BTCUSDT&interval=1m');
    expect((bars.json as unknown as unknown[][])[0]?.slice(1, 8)).toMatchObject([
      '90000.00000000',
      '90000.00000000',
      '90000.00000000',
      '90000.00000000',
      '0.10000000',
      '9000.00000000',
      expect.any(Number),
    ]);
    const average = await ask(exchange, 'GET', '/api/v3/avgPrice', 'symbol=BTCUSDT');
    expect(average.json).toMatchObject({ mins: 5, price: '90000.00000000' });
    const best = await ask(exchange, 'GET', '/api/v3/ticker/bookTicker', 'symbol=BTCUSDT');
    expect(best.json).toMatchObject({ bidPrice: '89000.00000000', askQty: '0.40000000' });
  });
});

describe('signatures and limits', () => {
  it('takes a call that is signed as sent and in time, and says what is wrong with any other', async () => {
    const exchange = await start();
    const account = '/api/v3/account';
    expect((await signed(exchange, 'GET', account)).status).toBe(200);
    expect((await ask(exchange, 'GET', account, 'timestamp=1')).json['code']).toBe(-2014);
    expect((await signed(exchange, 'GET', account, {}, { key: 'stranger' })).json['code']).toBe(-2015);
    expect((await signed(exchange, 'GET', account, {}, { secret: 'wrong' })).json['code']).toBe(-1022);
    const late = await signed(exchange, 'GET', account, {}, { atMs: Date.now() - 6_000 });
    expect(late.json['code']).toBe(-1021);
    const early = await signed(exchange, 'GET', account, {}, { atMs: Date.now() + 60_000 });
    expect(early.json['code']).toBe(-1021);
    expect((await signed(exchange, 'GET', account, { recvWindow: '60001' })).json['code']).toBe(-1102);
    const wide = await signed(
      exchange,
      'GET',
      account,
      { recvWindow: '60000' },
      { atMs: Date.now() - 6_000 },
    );
    expect(wide.status).toBe(200);
  });

  it('checks the published example: query directly followed by the body', async () => {
    const { restPayload, checkSignature } = await import('./signatures.ts');
    const exchange = await start([
      { ...TRADER, secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j' },
    ]);
    const [account] = exchange.accounts.all();
    if (account === undefined) throw new Error('there is no account');
    const query = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC';
    const signature = '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77';
    const body = `quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature=${signature}`;
    checkSignature(account, restPayload(query, body), signature.toUpperCase());
    expect(() => checkSignature(account, restPayload(body, query), signature)).toThrow('not valid');
  });

  it('refuses beyond the weight of a minute with 429, and bans a client that goes on', async () => {
    const exchange = await start();
    const heavy = (): ReturnType<typeof ask> =>
      ask(exchange, 'GET', '/api/v3/depth', 'symbol=BTCUSDT&limit=5000');
    const statuses: number[] = [];
    let last = await heavy();
    // More than one minute's weight, even where the minute ends on the way.
    while (last.status !== 418 && statuses.length < 200) {
      last = await heavy();
      statuses.push(last.status);
    }
    expect(statuses).toContain(429);
    expect(last.status).toBe(418);
    expect(last.json['code']).toBe(-1003);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(100);
    expect(exchange.bans()).toBe(1);
    await expect(connect(exchange, '/ws/btcusdt@trade')).rejects.toThrow('418');
  });
});

describe('orders', () => {
  it('places, shows, cancels by symbol, and lets an id be used again once its order has ended', async () => {
    const exchange = await start();
    const placed = await signed(exchange, 'POST', '/api/v3/order', order({ newClientOrderId: 'mine' }));
    expect(placed.json).toMatchObject({
      status: 'NEW',
      clientOrderId: 'mine',
      executedQty: '0.00000000',
      fills: [],
    });
    expect(placed.headers.get('x-mbx-order-count-10s')).toBe('1');
    const again = await signed(exchange, 'POST', '/api/v3/order', order({ newClientOrderId: 'mine' }));
    expect(again.json).toMatchObject({ code: -2010, msg: 'Duplicate order sent.' });
    const account = await signed(exchange, 'GET', '/api/v3/account', { omitZeroBalances: 'true' });
    expect(account.json['balances']).toContainEqual({
      asset: 'USDT',
      free: '99100.00000000',
      locked: '900.00000000',
    });
    const canceled = await signed(exchange, 'DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect(canceled.json).toMatchObject([{ origClientOrderId: 'mine', status: 'CANCELED' }]);
    expect((await signed(exchange, 'DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).json['code']).toBe(
      -2011,
    );
    const ioc = await signed(
      exchange,
      'POST',
      '/api/v3/order',
      order({ newClientOrderId: 'mine', timeInForce: 'IOC' }),
    );
    expect(ioc.json).toMatchObject({ status: 'EXPIRED', clientOrderId: 'mine' });
    const shown = await signed(exchange, 'GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'mine',
    });
    expect(shown.json['orderId']).toBe(ioc.json['orderId']);
    const none = await signed(exchange, 'GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: '1' });
    expect(none.json).toMatchObject({ code: -2013 });
  });

  it('charges what is received, and BNB at a discount where the account asks for it', async () => {
    const exchange = await start([TRADER, MAKER]);
    rest(exchange, 'sell', '90000', '0.5');
    rest(exchange, 'buy', '890', '1', 'BNB/USDT');
    rest(exchange, 'sell', '910', '1', 'BNB/USDT');
    const plain = await signed(exchange, 'POST', '/api/v3/order', order({ quantity: '0.1' }));
    expect(plain.json['fills']).toMatchObject([{ commission: '0.00010000', commissionAsset: 'BTC' }]);
    expect((await signed(exchange, 'POST', '/sapi/v1/bnbBurn', { spotBNBBurn: 'true' })).json).toMatchObject({
      spotBNBBurn: true,
    });
    const cheap = await signed(exchange, 'POST', '/api/v3/order', order({ quantity: '0.1' }));
    // 9000 USDT at 0.1 % and 0.75, in BNB at 900.
    expect(cheap.json['fills']).toMatchObject([{ commission: '0.00750000', commissionAsset: 'BNB' }]);
    const commission = await signed(exchange, 'GET', '/api/v3/account/commission', { symbol: 'BTCUSDT' });
    expect(commission.json).toMatchObject({
      standardCommission: { taker: '0.00100000' },
      discount: { enabledForAccount: true, discountAsset: 'BNB', discount: '0.75000000' },
    });
    const ledger = exchange.accounts.byKey(TRADER.key)?.ledger;
    expect(ledger?.balance('BTC').toFixed()).toBe('1.1999');
    expect(ledger?.balance('BNB').toFixed()).toBe('9.9925');
    expect(ledger?.balance('USDT').toFixed()).toBe('82000');
  });

  it('refuses what a filter or the type forbids, and says which', async () => {
    const exchange = await start([TRADER, MAKER]);
    rest(exchange, 'sell', '90000', '0.5');
    rest(exchange, 'buy', '80000', '0.5');
    const refused = async (more: Record<string, string>): Promise<unknown> => {
      const { json } = await signed(exchange, 'POST', '/api/v3/order', order(more));
      return `${String(json['code'])} ${String(json['msg'])}`;
    };
    expect(await refused({ price: '90000.001' })).toBe('-1013 Filter failure: PRICE_FILTER');
    expect(await refused({ quantity: '0.000001' })).toBe('-1013 Filter failure: LOT_SIZE');
    expect(await refused({ quantity: '0.00001' })).toBe('-1013 Filter failure: NOTIONAL');
    expect(await refused({ price: '900000' })).toBe('-1013 Filter failure: PERCENT_PRICE_BY_SIDE');
    expect(await refused({ price: '90000.123456789' })).toMatch(/^-1111 /);
    expect(await refused({ quantity: '5' })).toMatch(/^-2010 Account has insufficient balance/);
    expect(await refused({ timeInForce: 'GTD' })).toMatch(/^-1115 /);
    expect(await refused({ side: 'HOLD' })).toMatch(/^-1117 /);
    expect(await refused({ type: 'STOP_LOSS' })).toMatch(/^-1116 /);
    expect(await refused({ newClientOrderId: 'a b' })).toMatch(/^-1100 /);
    const maker = await signed(exchange, 'POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT_MAKER',
      quantity: '0.01',
      price: '90000',
    });
    expect(maker.json).toMatchObject({ code: -2010, msg: 'Order would immediately match and take.' });
    const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: '900' };
    expect((await signed(exchange, 'POST', '/api/v3/order', market)).json).toMatchObject({
      status: 'FILLED',
      executedQty: '0.01000000',
      origQuoteOrderQty: '900.00000000',
    });
    const killed = await signed(
      exchange,
      'POST',
      '/api/v3/order',
      order({ quantity: '0.6', timeInForce: 'FOK' }),
    );
    expect(killed.json).toMatchObject({ status: 'EXPIRED', executedQty: '0.00000000' });
  });

  it('replaces an order in one call, with 409 where one half fails', async () => {
    const exchange = await start();
    const first = await signed(exchange, 'POST', '/api/v3/order', order({}));
    const path = '/api/v3/order/cancelReplace';
    const replace = { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: String(first.json['orderId']) };
    const done = await signed(exchange, 'POST', path, order({ ...replace, price: '91000' }));
    expect(done.json).toMatchObject({ cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' });
    const stopped = await signed(exchange, 'POST', path, order(replace));
    expect(stopped).toMatchObject({
      status: 400,
      json: { code: -2022, data: { newOrderResult: 'NOT_ATTEMPTED' } },
    });
    const half = await signed(
      exchange,
      'POST',
      path,
      order({ ...replace, cancelReplaceMode: 'ALLOW_FAILURE' }),
    );
    expect(half).toMatchObject({ status: 409, json: { code: -2021, data: { cancelResult: 'FAILURE' } } });
    expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(2);
  });

  it('answers a 5xx after it has accepted: -1007, and the order rests', async () => {
    const exchange = await start();
    exchange.faults.failNextRest(504, true);
    const lost = await signed(exchange, 'POST', '/api/v3/order', order({ newClientOrderId: 'lost' }));
    expect(lost).toMatchObject({ status: 504, json: { code: -1007 } });
    exchange.faults.failNextRest(503, false);
    expect(await signed(exchange, 'POST', '/api/v3/order', order({}))).toMatchObject({ status: 503 });
    const open = await signed(exchange, 'GET', '/api/v3/openOrders');
    expect(open.json).toMatchObject([{ clientOrderId: 'lost' }]);
    exchange.faults.rejectNextOrder('-2010 Account has insufficient balance for requested action.');
    expect((await signed(exchange, 'POST', '/api/v3/order', order({}))).json).toMatchObject({ code: -2010 });
  });
});

describe('market streams', () => {
  it('joins a snapshot and the changes after it, raw and combined, in either unit of time', async () => {
    const exchange = await start([TRADER, MAKER]);
    const raw = await connect(exchange, '/ws/btcusdt@depth@100ms');
    const combined = await connect(
      exchange,
      '/stream?streams=btcusdt@bookTicker/btcusdt@trade&timeUnit=MICROSECOND',
    );
    expect(await combined.request('LIST_SUBSCRIPTIONS', [])).toMatchObject({
      result: ['btcusdt@bookTicker', 'btcusdt@trade'],
    });
    rest(exchange, 'sell', '90000', '0.5');
    rest(exchange, 'buy', '89000', '0.25');
    const change = await raw.next((frame) => frame['e'] === 'depthUpdate');
    expect(change).toMatchObject({
      s: 'BTCUSDT',
      b: [['89000.00000000', '0.25000000']],
      a: [['90000.00000000', '0.50000000']],
    });
    expect(Number(change['u'])).toBe(Number(change['U']) + 1);
    const depth = await ask(exchange, 'GET', '/api/v3/depth', 'symbol=BTCUSDT');
    expect(depth.json['lastUpdateId']).toBe(change['u']);
    await signed(exchange, 'POST', '/api/v3/order', order({ quantity: '0.5' }));
    const gone = await raw.next((frame) => Number(frame['U']) > Number(change['u']));
    expect(gone['a']).toEqual([['90000.00000000', '0.00000000']]);
    const print = await combined.next((frame) => frame['stream'] === 'btcusdt@trade');
    expect(print['data']).toMatchObject({ e: 'trade', p: '90000.00000000', q: '0.50000000', m: false });
    expect(String((print['data'] as Json)['T'])).toHaveLength(16);
    const best = combined.frames.filter((frame) => frame['stream'] === 'btcusdt@bookTicker');
    expect(((best.at(-1)?.['data'] ?? {}) as Json)['u']).toBe(gone['u']);
  });

  it('subscribes, unsubscribes, and says what is wrong with a request', async () => {
    const exchange = await start([TRADER, MAKER]);
    const client = await connect(exchange, '/ws');
    expect(await client.request('SUBSCRIBE', ['ethusdt@trade'])).toEqual({ result: null, id: 1 });
    expect(await client.request('UNSUBSCRIBE', ['ethusdt@trade'])).toEqual({ result: null, id: 2 });
    expect(await client.request('LIST_SUBSCRIPTIONS', [])).toEqual({ result: [], id: 3 });
    expect(await client.request('SET_PROPERTY', ['combined', 'yes'])).toMatchObject({ error: { code: 1 } });
    expect(await client.request('GET_PROPERTY', ['combined'])).toMatchObject({ result: false });
    // Five a second are taken, and no more.
    for (let i = 0; i < 12; i++) client.send('{}');
    await until(() => expect(client.isOpen).toBe(false));
  });

  it('announces the end of its connections, and ends them', async () => {
    const exchange = await start();
    const client = await connect(exchange, '/stream?streams=btcusdt@trade');
    exchange.faults.endConnections();
    await client.next((frame) => frame['stream'] === '!serverShutdown');
    await until(() => expect(client.isOpen).toBe(false));
  });
});

describe('the WebSocket API', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const KEYED: AccountOptions = {
    ...TRADER,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };

  it('logs on with Ed25519, trades, and reports every step as events of the account', async () => {
    const exchange = await start([KEYED, MAKER]);
    rest(exchange, 'sell', '90000', '0.05');
    const client = await connect(exchange, '/ws-api/v3');
    expect(await client.request('userDataStream.subscribe', {})).toMatchObject({
      status: 401,
      error: { code: -2015 },
    });
    const logon = await client.request('session.logon', socketSigned({}, privateKey, KEYED.key));
    expect(logon).toMatchObject({ status: 200, result: { apiKey: KEYED.key, userDataStream: false } });
    expect(await client.request('userDataStream.subscribe', {})).toMatchObject({
      result: { subscriptionId: 0 },
    });
    const timestamp = Date.now();
    const placed = await client.request(
      'order.place',
      order({ quantity: '0.1', timestamp: String(timestamp) }),
    );
    expect(placed).toMatchObject({
      status: 200,
      result: { status: 'PARTIALLY_FILLED', executedQty: '0.05000000' },
      rateLimits: [{ rateLimitType: 'ORDERS', count: 1 }, { count: 1 }, { rateLimitType: 'REQUEST_WEIGHT' }],
    });
    const orderId = Number((placed['result'] as Json)['orderId']);
    const canceled = await client.request('order.cancel', { symbol: 'BTCUSDT', orderId, timestamp });
    expect(canceled).toMatchObject({ result: { status: 'CANCELED', executedQty: '0.05000000' } });
    const events = client.frames.flatMap((frame) => ('event' in frame ? [frame['event'] as Json] : []));
    const reports = events.filter((event) => event['e'] === 'executionReport');
    expect(reports.map((event) => `${String(event['x'])} ${String(event['X'])}`)).toEqual([
      'NEW NEW',
      'TRADE PARTIALLY_FILLED',
      'CANCELED CANCELED',
    ]);
    expect(reports[1]).toMatchObject({
      l: '0.05000000',
      L: '90000.00000000',
      n: '0.00005000',
      N: 'BTC',
      m: false,
    });
    expect(reports[2]?.['C']).toBe(reports[0]?.['c']);
    expect(reports[2]?.['c']).not.toBe(reports[0]?.['c']);
    const positions = events.filter((event) => event['e'] === 'outboundAccountPosition');
    expect(positions.at(-1)?.['B']).toContainEqual({ a: 'USDT', f: '95500.00000000', l: '0.00000000' });
    exchange.credit(KEYED.key, 'USDT', '7');
    await client.next((frame) => (frame['event'] as Json | undefined)?.['e'] === 'balanceUpdate');
    expect(await client.request('session.logout', {})).toMatchObject({ result: { apiKey: null } });
    await client.next((frame) => (frame['event'] as Json | undefined)?.['e'] === 'eventStreamTerminated');
  });

  it('takes single requests that are signed, refuses a logon without Ed25519, and knows no listen keys', async () => {
    const exchange = await start([TRADER]);
    const client = await connect(exchange, '/ws-api/v3?returnRateLimits=false');
    const hmac = (params: Record<string, string | number>): Json => {
      const all: Record<string, string | number> = { ...params, apiKey: TRADER.key, timestamp: Date.now() };
      const payload = Object.keys(all)
        .sort()
        .map((name) => `${name}=${all[name]}`)
        .join('&');
      return { ...all, signature: createHmac('sha256', TRADER.secret).update(payload).digest('hex') };
    };
    expect(await client.request('session.logon', hmac({}))).toMatchObject({ status: 400 });
    const stream = await client.request('userDataStream.subscribe.signature', hmac({}));
    expect(stream).toEqual({ id: 2, status: 200, result: { subscriptionId: 0 } });
    expect(await client.request('account.status', hmac({ omitZeroBalances: 'true' }))).toMatchObject({
      status: 200,
    });
    expect(await client.request('openOrders.cancelAll', hmac({ symbol: 'BTCUSDT' }))).toMatchObject({
      status: 400,
      error: { code: -2011 },
    });
    expect(await client.request('userDataStream.start', { apiKey: TRADER.key })).toMatchObject({
      status: 400,
    });
    expect((await ask(exchange, 'POST', '/api/v3/userDataStream')).status).toBe(404);
  });
});
