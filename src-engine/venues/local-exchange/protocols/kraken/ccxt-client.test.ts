/** The local exchange seen through a client that is not ours: ccxt's own Kraken client, REST and WebSocket. */
import { InsufficientFunds, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type LocalExchange, startLocalExchange } from '../../local-exchange.ts';

const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: Buffer.from('a secret for tests').toString('base64'),
  balances: { USD: '100000', BTC: '1', ETH: '10' },
};

type Kraken = InstanceType<typeof pro.kraken>;
let exchange: LocalExchange;
let client: Kraken;

async function connect(secret: string): Promise<Kraken> {
  const kraken = new pro.kraken({
    apiKey: ACCOUNT.key,
    secret,
    enableRateLimit: false,
    urls: {
      api: {
        public: exchange.url,
        private: exchange.url,
        ws: {
          public: exchange.wsUrl,
          private: `${exchange.wsUrl}/v2/auth`,
          publicV2: `${exchange.wsUrl}/v2`,
          privateV2: `${exchange.wsUrl}/v2/auth`,
        },
      },
    },
  });
  // ccxt counts milliseconds; two calls within one would share a nonce on a loopback.
  let nonce = Date.now() * 1_000;
  kraken.nonce = () => ++nonce;
  await kraken.loadHttpProxyAgent();
  return kraken;
}

beforeAll(async () => {
  exchange = await startLocalExchange({ accounts: [ACCOUNT], updatesPerSecond: 300, seed: 7 });
  client = await connect(ACCOUNT.secret);
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange', () => {
  it('loads the markets with their real metadata and the fees in force', async () => {
    expect(client.symbols.length).toBeGreaterThanOrEqual(30);
    const market = client.market('BTC/USD');
    expect(market.precision).toMatchObject({ price: 0.1, amount: 1e-8 });
    expect(market.limits.amount?.min).toBe(0.00005);
    expect(market.taker).toBe(0.0005);
    expect((await client.fetchTradingFee('BTC/USD')).taker).toBe(0.0005);
    expect((await client.fetchStatus()).status).toBe('ok');
    const askedMs = Date.now();
    const toldMs = Number(await client.fetchTime());
    // Whole seconds of the moment in between.
    expect(toldMs).toBeGreaterThan(askedMs - 1_000);
    expect(toldMs).toBeLessThanOrEqual(Date.now());
  });

  it('watches a book, tickers and trades', async () => {
    for (let i = 0; i < 10; i++) {
      const book = await client.watchOrderBook('BTC/USD', 25);
      expect(book.bids.length).toBe(25);
      expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] as number);
    }
    const ticker = await client.watchTicker('ETH/USD');
    expect(ticker.last).toBeGreaterThan(0);
    const trades = await client.watchTradesForSymbols(client.symbols);
    expect(trades[0]?.price).toBeGreaterThan(0);
    expect((await client.fetchOrderBook('ETH/BTC', 5)).asks).toHaveLength(5);
    const prints = await client.fetchTrades('BTC/USD');
    expect(prints[0]).toMatchObject({ symbol: 'BTC/USD', side: expect.stringMatching(/^(buy|sell)$/) });
    expect((await client.fetchTicker('ETH/BTC')).bid).toBeGreaterThan(0);
  });

  it('places, amends and cancels a limit order over REST', async () => {
    const placed = await client.createOrder('BTC/USD', 'limit', 'buy', 0.1, 50_000, {
      clientOrderId: 'resting-1',
    });
    const open = await client.fetchOpenOrders();
    expect(open).toMatchObject([
      {
        id: placed.id,
        price: 50_000,
        amount: 0.1,
        status: 'open',
        clientOrderId: 'resting-1',
      },
    ]);
    const balance = await client.fetchBalance();
    expect(balance['USD']).toMatchObject({ total: 100_000, used: 5_002.5 });

    await client.editOrder(String(placed.id), 'BTC/USD', 'limit', 'buy', 0.05, 51_000);
    expect(await client.fetchOrder(String(placed.id))).toMatchObject({
      id: placed.id,
      price: 51_000,
      amount: 0.05,
    });

    await client.cancelOrder(String(placed.id), 'BTC/USD');
    expect(await client.fetchOpenOrders()).toEqual([]);
    expect((await client.fetchBalance())['USD']).toMatchObject({ used: 0 });
    await expect(client.cancelOrder(String(placed.id), 'BTC/USD')).rejects.toThrow('EOrder:Unknown order');
    expect((await client.fetchClosedOrders('BTC/USD')).map((order) => order.id)).toContain(placed.id);
  });

  it('fills market and ioc orders, and reports them on the private channels', async () => {
    const firstOrders = client.watchOrders('ETH/USD');
    const resting = await client.createOrder('ETH/USD', 'limit', 'buy', 0.01, 1_000);
    expect((await firstOrders).map((order) => order.id)).toContain(resting.id);

    const seen = client.watchMyTrades('ETH/USD');
    const bought = await client.createOrder('ETH/USD', 'market', 'buy', 0.5);
    const fill = (await seen)[0];
    expect(fill).toMatchObject({ order: bought.id, side: 'buy', takerOrMaker: 'taker', symbol: 'ETH/USD' });

    const ask = (await client.fetchOrderBook('ETH/USD')).asks[0]?.[0] as number;
    const ioc = await client.createOrder('ETH/USD', 'limit', 'buy', 0.2, ask * 1.01, { timeInForce: 'IOC' });
    expect(await client.fetchOrder(String(ioc.id))).toMatchObject({ status: 'closed', filled: 0.2 });
    const missed = await client.createOrder('ETH/USD', 'limit', 'buy', 0.2, ask * 0.5, {
      timeInForce: 'IOC',
    });
    expect(await client.fetchOrder(String(missed.id))).toMatchObject({ status: 'canceled', filled: 0 });

    const trades = await client.fetchMyTrades('ETH/USD');
    const spent = trades.reduce((sum, trade) => sum + Number(trade.cost) + Number(trade.fee?.cost), 0);
    const balance = await client.fetchBalance();
    expect(balance['ETH']?.total).toBeCloseTo(10.7, 8);
    expect(balance['USD']?.total).toBeCloseTo(100_000 - spent, 4);
    expect(
      trades.every((trade) => Math.abs(Number(trade.fee?.cost) / Number(trade.cost) - 0.0005) < 1e-6),
    ).toBe(true);
    // To the last digit as the exchange's own ledger has it.
    const account = exchange.accounts.byKey(ACCOUNT.key);
    const booked = (account?.trades ?? []).map(({ fee, feeAsset }) => `${fee.toNumber()} ${feeAsset}`);
    expect(trades.map(({ fee }) => `${fee?.cost} ${fee?.currency}`).sort()).toEqual(booked.sort());
    expect(balance['USD']?.total).toBe(account?.ledger.balance('USD').toNumber());
    expect(balance['ETH']?.total).toBe(account?.ledger.balance('ETH').toNumber());
    await client.cancelAllOrders();
    expect(await client.fetchOpenOrders()).toEqual([]);
  });

  it('trades over WebSocket', async () => {
    const placed = await client.createOrderWs('BTC/USD', 'limit', 'sell', 0.01, 500_000, { postOnly: true });
    expect((await client.fetchOpenOrders()).map((order) => order.id)).toEqual([placed.id]);
    await client.editOrderWs(String(placed.id), 'BTC/USD', 'limit', 'sell', 0.02, 510_000);
    expect((await client.fetchOpenOrders())[0]).toMatchObject({ price: 510_000, amount: 0.02 });
    await client.cancelOrderWs(String(placed.id));
    await expect(client.cancelOrderWs(String(placed.id))).rejects.toThrow('EOrder:Unknown order');
    expect(await client.fetchOpenOrders()).toEqual([]);
    const balance = await client.watchBalance();
    expect(balance['BTC']?.total).toBe(1);
  });

  it('refuses what the venue would refuse, in its words', async () => {
    await expect(client.createOrder('BTC/USD', 'limit', 'buy', 1_000, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(client.createOrder('BTC/USD', 'limit', 'buy', 0.00001, 50_000)).rejects.toThrow(
      'EOrder:Order minimum not met',
    );
    const stranger = await connect(Buffer.from('not the secret').toString('base64'));
    await expect(stranger.fetchBalance()).rejects.toThrow('EAPI:Invalid signature');
    await stranger.close();
    const rejections = exchange.log.entries.filter((entry) => entry.kind === 'rejected');
    expect(rejections.map((entry) => entry.detail)).toEqual(['insufficient-funds', 'quantity-minimum']);
  });
});
