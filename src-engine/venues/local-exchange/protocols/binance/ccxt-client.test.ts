/** The local exchange as Binance, seen through a client that is not ours: ccxt's own class, REST and WebSocket. */
import { BadRequest, InsufficientFunds, OrderNotFound, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startBinanceExchange } from '../../local-exchange.ts';

const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: 'a secret for tests',
  balances: { USDT: '100000', BTC: '1', ETH: '10', BNB: '5' },
};

type Binance = InstanceType<typeof pro.binance>;
let exchange: RunningExchange;
let client: Binance;

async function connect(secret: string): Promise<Binance> {
  const binance = new pro.binance({
    apiKey: ACCOUNT.key,
    secret,
    enableRateLimit: false,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchMargins: false,
      fetchCurrencies: false,
    },
  });
  const { api } = binance.urls as { api: Record<string, unknown> };
  binance.urls['api'] = {
    ...api,
    public: `${exchange.url}/api/v3`,
    private: `${exchange.url}/api/v3`,
    sapi: `${exchange.url}/sapi/v1`,
    ws: {
      ...(api['ws'] as object),
      spot: `${exchange.wsUrl}/ws`,
      'ws-api': { spot: `${exchange.wsUrl}/ws-api/v3` },
    },
  };
  await binance.loadHttpProxyAgent();
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
  exchange = await startBinanceExchange({
    accounts: [ACCOUNT],
    updatesPerSecond: 300,
    seed: 7,
    fees: 'real',
  });
  client = await connect(ACCOUNT.secret);
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange as Binance', () => {
  it('loads the markets with ticks, lots and minimums, and the fees of the account', async () => {
    expect(client.symbols).toHaveLength(exchange.core.markets.length);
    const market = client.market('BTC/USDT');
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
    expect(market.limits).toMatchObject({ amount: { min: 0.00001 }, cost: { min: 5 } });
    expect((await client.fetchTradingFee('BTC/USDT')).taker).toBe(0.001);
    expect((await client.fetchStatus()).status).toBe('ok');
    expect(await client.fetchTime()).toBeGreaterThan(1_700_000_000_000);
  });

  it('watches a book that is the exchange’s own, level by level', async () => {
    let book = await client.watchOrderBook('BTC/USDT', 100);
    for (let i = 0; i < 10; i++) book = await client.watchOrderBook('BTC/USDT', 100);
    const market = exchange.core.market('BTC/USDT');
    // Every level of ours, once ccxt has the update that the exchange sent last.
    await until(async () => {
      book = await client.watchOrderBook('BTC/USDT', 100);
      const theirs = [0, 1, 2, 3, 4].map((rank) => (market.engine.bids.at(rank)?.price ?? 0) / 100);
      expect(book.bids.slice(0, 5).map(([price]) => price)).toEqual(theirs);
    });
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] as number);
    const best = await client.watchBidsAsks(['ETH/USDT']);
    expect(best['ETH/USDT']?.bid).toBeGreaterThan(0);
    const trades = await client.watchTradesForSymbols(client.symbols.slice(0, 10));
    expect(trades[0]?.price).toBeGreaterThan(0);
    expect((await client.fetchOrderBook('ETH/BTC', 5)).asks).toHaveLength(5);
    expect((await client.fetchTrades('BTC/USDT'))[0]).toMatchObject({ symbol: 'BTC/USDT' });
    expect((await client.fetchOHLCV('BTC/USDT', '1m')).length).toBeGreaterThan(0);
    expect((await client.fetchTicker('ETH/BTC')).bid).toBeGreaterThan(0);
  });

  it('places, shows and cancels a limit order over REST', async () => {
    const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000, {
      clientOrderId: 'resting-1',
    });
    expect(await client.fetchOpenOrders('BTC/USDT')).toMatchObject([
      { id: placed.id, price: 50_000, amount: 0.1, status: 'open', clientOrderId: 'resting-1' },
    ]);
    expect((await client.fetchBalance())['USDT']).toMatchObject({ total: 100_000, used: 5_000 });
    expect(ledger('USDT')).toEqual({ total: 100_000, used: 5_000 });
    await client.cancelOrder(String(placed.id), 'BTC/USDT');
    expect(await client.fetchOrder(String(placed.id), 'BTC/USDT')).toMatchObject({ status: 'canceled' });
    await expect(client.cancelOrder(String(placed.id), 'BTC/USDT')).rejects.toThrow(OrderNotFound);
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000);
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 51_000);
    await client.cancelAllOrders('BTC/USDT');
    expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
    expect(ledger('USDT')).toEqual({ total: 100_000, used: 0 });
  });

  it('fills, pays fees in what it receives or in BNB, and agrees with the ledger to the last digit', async () => {
    // The stream of the account is there before the order is: else the fill may come first.
    await client.ensureUserDataStreamWsSubscribeSignature('spot');
    const seen = client.watchMyTrades('ETH/USDT');
    const bought = await client.createOrder('ETH/USDT', 'market', 'buy', 0.5);
    expect((await seen)[0]).toMatchObject({ order: bought.id, side: 'buy', takerOrMaker: 'taker' });
    expect(bought.fee?.currency).toBe('ETH');
    const ask = (await client.fetchOrderBook('ETH/USDT')).asks[0]?.[0] as number;
    const ioc = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 1.01, { timeInForce: 'IOC' });
    expect(await client.fetchOrder(String(ioc.id), 'ETH/USDT')).toMatchObject({
      status: 'closed',
      filled: 0.2,
    });
    const missed = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 0.5, {
      timeInForce: 'IOC',
    });
    expect(await client.fetchOrder(String(missed.id), 'ETH/USDT')).toMatchObject({
      status: 'expired',
      filled: 0,
    });
    const account = exchange.accounts.byKey(ACCOUNT.key);
    if (account !== undefined) account.paysNativeFees = true;
    const streamed = client.watchBalance();
    const sold = await client.createOrder('ETH/USDT', 'market', 'sell', 0.3);
    expect(sold.fee?.currency).toBe('BNB');

    const balance = await client.fetchBalance();
    for (const asset of ['USDT', 'ETH', 'BNB', 'BTC']) {
      expect(balance[asset]?.total, asset).toBeCloseTo(ledger(asset).total, 8);
    }
    const trades = await client.fetchMyTrades('ETH/USDT');
    expect(trades).toHaveLength(account?.trades.length ?? 0);
    const charged = trades.map(({ fee }) => `${fee?.cost} ${fee?.currency}`);
    const booked = (account?.trades ?? []).map(({ fee, feeAsset }) => `${fee.toNumber()} ${feeAsset}`);
    expect(charged).toEqual(booked);
    await streamed;
    const watched = client.balance as Record<string, Record<string, { readonly total?: number }>>;
    await until(() => expect(watched['spot']?.['ETH']?.total).toBeCloseTo(ledger('ETH').total, 8));
  });

  it('trades over the WebSocket API', async () => {
    const watched = client.watchOrders('BTC/USDT');
    const placed = await client.createOrderWs('BTC/USDT', 'limit', 'sell', 0.01, 200_000);
    expect((await watched)[0]).toMatchObject({ id: placed.id, status: 'open' });
    expect((await client.fetchOpenOrders('BTC/USDT')).map(({ id }) => id)).toEqual([placed.id]);
    await client.cancelOrderWs(String(placed.id), 'BTC/USDT');
    await expect(client.cancelOrderWs(String(placed.id), 'BTC/USDT')).rejects.toThrow(OrderNotFound);
    expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
  });

  it('refuses what the venue would refuse, in its codes', async () => {
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 20, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 0.00001, 50_000)).rejects.toThrow(BadRequest);
    const stranger = await connect('not the secret');
    await expect(stranger.fetchBalance()).rejects.toThrow('-1022');
    await stranger.close();
  });
});
