/** The local exchange as Bybit, seen through a client that is not ours: ccxt's own class, REST and WebSocket. */
import { AuthenticationError, InsufficientFunds, InvalidOrder, OrderNotFound, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startBybitExchange } from '../../local-exchange.ts';

const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: 'a secret for tests',
  balances: { USDT: '100000', BTC: '1', ETH: '10' },
};

type Bybit = InstanceType<typeof pro.bybit>;
let exchange: RunningExchange;
let client: Bybit;

async function connect(secret: string): Promise<Bybit> {
  const bybit = new pro.bybit({
    apiKey: ACCOUNT.key,
    secret,
    enableRateLimit: false,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchCurrencies: false },
  });
  const stream = exchange.wsUrl;
  const account = `${stream}/v5/private`;
  bybit.urls['api'] = {
    public: exchange.url,
    private: exchange.url,
    ws: {
      public: { spot: `${stream}/v5/public/spot` },
      private: { spot: { unified: account }, contract: account, trade: `${stream}/v5/trade` },
    },
  };
  bybit.has['fetchCurrencies'] = false;
  await bybit.loadHttpProxyAgent();
  return bybit;
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
  exchange = await startBybitExchange({ accounts: [ACCOUNT], updatesPerSecond: 300, seed: 7, fees: 'real' });
  client = await connect(ACCOUNT.secret);
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange as Bybit', () => {
  it('loads the markets with ticks, lots and minimums, and the fees of the account', async () => {
    expect(client.symbols).toHaveLength(exchange.core.markets.length);
    const market = client.market('BTC/USDT');
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.000001 });
    expect(market.limits).toMatchObject({ cost: { min: 5 } });
    expect((await client.fetchTradingFee('BTC/USDT')).taker).toBe(0.001);
    expect(await client.fetchTime()).toBeGreaterThan(1_700_000_000_000);
  });

  it('watches a book that is the exchange’s own, level by level', async () => {
    let book = await client.watchOrderBook('BTC/USDT', 50);
    for (let i = 0; i < 10; i++) book = await client.watchOrderBook('BTC/USDT', 50);
    const market = exchange.core.market('BTC/USDT');
    // Every level of ours, once ccxt has the update that the exchange sent last.
    await until(async () => {
      book = await client.watchOrderBook('BTC/USDT', 50);
      const theirs = [0, 1, 2, 3, 4].map((rank) => (market.engine.bids.at(rank)?.price ?? 0) / 10);
      expect(book.bids.slice(0, 5).map(([price]) => price)).toEqual(theirs);
    });
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] as number);
    const trades = await client.watchTradesForSymbols(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(trades[0]?.price).toBeGreaterThan(0);
    expect((await client.watchTicker('ETH/USDT')).bid).toBeGreaterThan(0);
    expect((await client.fetchOrderBook('ETH/BTC', 5)).asks).toHaveLength(5);
    expect((await client.fetchTrades('BTC/USDT'))[0]).toMatchObject({ symbol: 'BTC/USDT' });
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
    expect(await client.fetchCanceledOrders('BTC/USDT')).toMatchObject([
      { id: placed.id, status: 'canceled' },
    ]);
    await expect(client.cancelOrder('12345', 'BTC/USDT')).rejects.toThrow(OrderNotFound);
    await expect(
      client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000, { clientOrderId: 'resting-1' }),
    ).rejects.toThrow('170141');
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000);
    await client.createOrder('ETH/USDT', 'limit', 'buy', 0.1, 1_000);
    await client.cancelAllOrders();
    expect(await client.fetchOpenOrders()).toEqual([]);
    expect(ledger('USDT')).toEqual({ total: 100_000, used: 0 });
  });

  it('fills, pays fees in what it receives, and agrees with the ledger to the last digit', async () => {
    let seen: readonly object[] = [];
    let hasBalance = false;
    void client.watchMyTrades('ETH/USDT').then((trades) => (seen = trades));
    void client.watchBalance().then(() => (hasBalance = true));
    // The topics of the account may come after an order: another is seen.
    await until(async () => {
      await client.createOrder('ETH/USDT', 'market', 'buy', 0.1);
      return hasBalance && seen.length > 0;
    });
    expect(seen[0]).toMatchObject({ symbol: 'ETH/USDT', side: 'buy', takerOrMaker: 'taker' });
    const ask = (await client.fetchOrderBook('ETH/USDT')).asks[0]?.[0] as number;
    const ioc = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 1.01, { timeInForce: 'IOC' });
    const missed = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 0.5, {
      timeInForce: 'IOC',
    });
    await client.createOrder('ETH/USDT', 'market', 'sell', 0.3);
    const closed = new Map((await client.fetchCanceledAndClosedOrders('ETH/USDT')).map((o) => [o.id, o]));
    expect(closed.get(ioc.id)).toMatchObject({ status: 'closed', filled: 0.2 });
    expect(closed.get(missed.id)).toMatchObject({ status: 'canceled', filled: 0 });

    const balance = await client.fetchBalance();
    for (const asset of ['USDT', 'ETH', 'BTC']) {
      expect(balance[asset]?.total, asset).toBeCloseTo(ledger(asset).total, 8);
    }
    const trades = await client.fetchMyTrades('ETH/USDT');
    const booked = exchange.accounts.byKey(ACCOUNT.key)?.trades ?? [];
    const charged = trades.map(({ fee }) => `${fee?.cost} ${fee?.currency}`);
    expect(charged.toSorted()).toEqual(
      booked.map(({ fee, feeAsset }) => `${fee.toNumber()} ${feeAsset}`).toSorted(),
    );
    const watched = client.balance as Record<string, Record<string, { readonly total?: number }>>;
    await until(() => expect(watched['unified']?.['ETH']?.total).toBeCloseTo(ledger('ETH').total, 8));
  });

  it('trades over the order-entry connection', async () => {
    let seen: readonly object[] = [];
    void client.watchOrders('BTC/USDT').then((orders) => (seen = orders));
    await until(async () => {
      const { id } = await client.createOrder('BTC/USDT', 'limit', 'sell', 0.01, 210_000);
      await client.cancelOrder(String(id), 'BTC/USDT');
      return seen.length > 0;
    });
    expect(seen[0]).toMatchObject({ symbol: 'BTC/USDT', side: 'sell', price: 210_000 });
    const placed = await client.createOrderWs('BTC/USDT', 'limit', 'sell', 0.01, 200_000);
    expect((await client.fetchOpenOrders('BTC/USDT')).map(({ id }) => id)).toEqual([placed.id]);
    await client.cancelOrderWs(String(placed.id), 'BTC/USDT');
    await expect(client.cancelOrderWs(String(placed.id), 'BTC/USDT')).rejects.toThrow('170142');
    expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
  });

  it('refuses what the venue would refuse, in its codes', async () => {
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 20, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 0.00001, 50_000)).rejects.toThrow(
      InvalidOrder,
    );
    const stranger = await connect('not the secret');
    await expect(stranger.fetchBalance()).rejects.toThrow(AuthenticationError);
    await stranger.close();
  });
});
