/** The local exchange as Binance.US, seen through ccxt's own class of that venue: what is unlike Binance. */
import { InsufficientFunds, OrderNotFound, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startBinanceUsExchange } from '../../local-exchange.ts';
import { FaceNetwork } from '../../testing/face-network.ts';
import { BinanceExchange } from './binance-exchange.ts';
import { binanceFace } from './binance-face.ts';
import { BINANCE_US_FACE } from './face-dialect.ts';

const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: 'a secret for tests',
  balances: { USD: '50000', USDT: '100000', BTC: '1', ETH: '10', BNB: '5' },
};

type BinanceUs = InstanceType<typeof pro.binanceus> & {
  publicPostUserDataStream(): Promise<{ readonly listenKey: string }>;
  publicPutUserDataStream(params: object): Promise<object>;
  publicDeleteUserDataStream(params: object): Promise<object>;
  sapiGetAssetQueryTradingFee(): Promise<readonly { symbol: string; takerCommission: string }[]>;
};
let exchange: RunningExchange;
let client: BinanceUs;

function connect(secret: string): BinanceUs {
  const binance = new pro.binanceus({ apiKey: ACCOUNT.key, secret, enableRateLimit: false }) as BinanceUs;
  const { api } = binance.urls as { api: Record<string, unknown> };
  binance.urls['api'] = {
    ...api,
    public: `${exchange.url}/api/v3`,
    private: `${exchange.url}/api/v3`,
    sapi: `${exchange.url}/sapi/v1`,
    ws: { ...(api['ws'] as object), spot: `${exchange.wsUrl}/ws` },
  };
  return binance;
}

/** What the exchange's own ledger says. */
function ledger(asset: string): { readonly total: number; readonly used: number } {
  const account = exchange.accounts.byKey(ACCOUNT.key);
  return {
    total: account?.ledger.balance(asset).toNumber() ?? 0,
    used: account?.ledger.held(asset).toNumber() ?? 0,
  };
}

beforeAll(async () => {
  exchange = await startBinanceUsExchange({
    accounts: [ACCOUNT],
    updatesPerSecond: 300,
    seed: 7,
    fees: 'real',
  });
  client = connect(ACCOUNT.secret);
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange as Binance.US', () => {
  it('loads the markets, of which some have the older filter, and reads fees from the list of the venue', async () => {
    expect(client.symbols).toHaveLength(exchange.core.markets.length);
    for (const symbol of ['BTC/USDT', 'BTC/USD', 'SOL/USDT'])
      expect(client.market(symbol).limits, symbol).toMatchObject({ cost: { min: 10 } });
    const fees = await client.sapiGetAssetQueryTradingFee();
    expect(fees.find(({ symbol }) => symbol === 'BTCUSD')?.takerCommission).toBe('0.001');
    // Binance's own calls of fees and of rights are not there.
    await expect(client.fetchTradingFee('BTC/USDT')).rejects.toThrow(
      'There is no GET /sapi/v1/asset/tradeFee',
    );
  });

  it('watches a book that is the exchange’s own, level by level, and trades', async () => {
    const market = exchange.core.market('BTC/USDT');
    await until(async () => {
      const book = await client.watchOrderBook('BTC/USDT', 100);
      const theirs = [0, 1, 2, 3, 4].map((rank) => (market.engine.bids.at(rank)?.price ?? 0) / 100);
      expect(book.bids.slice(0, 5).map(([price]) => price)).toEqual(theirs);
    });
    const trades = await client.watchTradesForSymbols(client.symbols.slice(0, 10));
    expect(trades[0]?.price).toBeGreaterThan(0);
  });

  it('rests, fills and cancels orders, and agrees with the ledger to the last digit', async () => {
    const placed = await client.createOrder('BTC/USD', 'limit', 'buy', 0.1, 50_000);
    expect(ledger('USD')).toEqual({ total: 50_000, used: 5_000 });
    await client.cancelOrder(String(placed.id), 'BTC/USD');
    await expect(client.cancelOrder(String(placed.id), 'BTC/USD')).rejects.toThrow(OrderNotFound);
    const bought = await client.createOrder('ETH/USDT', 'market', 'buy', 0.5);
    expect(bought.fee?.currency).toBe('ETH');
    const balance = await client.fetchBalance();
    for (const asset of ['USD', 'USDT', 'ETH', 'BTC'])
      expect(balance[asset]?.total, asset).toBeCloseTo(ledger(asset).total, 8);
    const trades = await client.fetchMyTrades('ETH/USDT');
    expect(trades.map(({ fee }) => `${fee?.cost} ${fee?.currency}`)).toEqual(
      exchange.accounts
        .byKey(ACCOUNT.key)
        ?.trades.map(({ fee, feeAsset }) => `${fee.toNumber()} ${feeAsset}`),
    );
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 20, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(connect('not the secret').fetchBalance()).rejects.toThrow('-1022');
  });

  it('hears of its orders under a listen key, which is given, kept and taken back', async () => {
    const { listenKey } = await client.publicPostUserDataStream();
    expect(await client.publicPostUserDataStream()).toEqual({ listenKey });
    expect(await client.publicPutUserDataStream({ listenKey })).toEqual({});
    // The events are those that ccxt reads at Binance; it no longer knows where this venue sends them.
    const { ws } = client.urls['api'] as { ws: Record<string, unknown> };
    const url = `${exchange.wsUrl}/ws/${listenKey}`;
    ws['ws-api'] = { spot: url };
    client.client(url).subscriptions['spot'] = true;
    const watched = client.watchOrders('BTC/USDT');
    await client.watchOrderBook('BTC/USDT');
    await until(() => expect(client.client(url).isConnected).toBe(true));
    const placed = await client.createOrder('BTC/USDT', 'limit', 'sell', 0.01, 200_000);
    expect((await watched)[0]).toMatchObject({ id: placed.id, status: 'open' });
    expect(await client.publicDeleteUserDataStream({ listenKey })).toEqual({});
    await expect(client.publicPutUserDataStream({ listenKey })).rejects.toThrow('-1125');
  });
});

const HOUR_US = 3_600_000_000;

describe('the local exchange as Binance.US', () => {
  const rig = async () => {
    const clock = new SimulatedClock(1_780_000_000_000_000);
    const { pairs } = BINANCE_US_FACE;
    const core = new BinanceExchange({
      pairs,
      fees: 'demo',
      accounts: [ACCOUNT],
      clock,
      dialect: BINANCE_US_FACE,
    });
    const face = binanceFace(core);
    const network = new FaceNetwork(clock, face);
    const call = (method: string, path: string) =>
      face.answer({ method, url: path, headers: { 'x-mbx-apikey': ACCOUNT.key }, body: '' });
    const frames: string[] = [];
    const hear = (url: string) =>
      network.connect(
        url,
        { handshakeTimeoutMs: 1_000 },
        {
          onOpen: () => undefined,
          onMessage: (bytes: Buffer) => frames.push(bytes.toString('utf8')),
          onClose: () => undefined,
        },
      );
    return { clock, core, face, call, frames, hear };
  };

  it('ends a key an hour after it was last kept, and says so to who listens', async () => {
    const { clock, call, frames, hear, core } = await rig();
    const { listenKey } = JSON.parse(call('POST', '/api/v3/userDataStream').body) as { listenKey: string };
    expect(listenKey).toMatch(/^[\w-]{60}$/);
    hear(`ws://local/ws/${listenKey}`);
    clock.advanceTo(clock.nowUs() + HOUR_US - 1_000_000);
    expect(call('PUT', `/api/v3/userDataStream?listenKey=${listenKey}`).status).toBe(200);
    clock.advanceTo(clock.nowUs() + HOUR_US - 1_000_000);
    core.credit(core.accounts.byKey(ACCOUNT.key) as never, 'USD', '1');
    clock.advanceTo(clock.nowUs() + 2_000_000);
    const events = frames.map((frame) => (JSON.parse(frame) as { e?: string }).e);
    expect(events).toEqual(['balanceUpdate', 'outboundAccountPosition', 'listenKeyExpired']);
    expect(call('PUT', `/api/v3/userDataStream?listenKey=${listenKey}`).body).toContain('-1125');
    expect(call('POST', '/api/v3/userDataStream').body).not.toContain(listenKey);
  });

  it('has limits and weights of its own, and refuses too many orders without a time to come back', async () => {
    const { call, core, clock } = await rig();
    const info = call('GET', '/api/v3/exchangeInfo');
    expect(info.headers?.['x-mbx-used-weight-1m']).toBe('10');
    expect((JSON.parse(info.body) as { rateLimits: object[] }).rateLimits).toMatchObject([
      { rateLimitType: 'REQUEST_WEIGHT', limit: 1_200 },
      { interval: 'SECOND', limit: 100 },
      { interval: 'DAY', limit: 200_000 },
      { rateLimitType: 'RAW_REQUESTS', limit: 6_100 },
    ]);
    call('GET', '/api/v3/depth?symbol=BTCUSDT&limit=5000');
    expect(call('GET', '/api/v3/ping').headers?.['x-mbx-used-weight-1m']).toBe('61');
    for (let order = 0; order < 100; order++) core.limits.order('trader', clock.nowUs());
    expect(() => core.limits.order('trader', clock.nowUs())).toThrow('100 orders per 10 SECOND');
    try {
      core.limits.order('trader', clock.nowUs());
    } catch (error) {
      expect(error).toMatchObject({ status: 429, retryAtUs: undefined });
    }
  });
});
