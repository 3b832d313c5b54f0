/** The local exchange as KuCoin, seen through a client that is not ours: ccxt's own class, REST and WebSocket. */
import { AuthenticationError, InsufficientFunds, InvalidOrder, OrderNotFound, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startKucoinExchange } from '../../local-exchange.ts';

const PASSPHRASE = 'a passphrase';
const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'trader-key',
  secret: 'a secret for tests',
  passphrase: PASSPHRASE,
  balances: { USDT: '100000', BTC: '1', ETH: '10' },
};

type Kucoin = InstanceType<typeof pro.kucoin>;
let exchange: RunningExchange;
let client: Kucoin;

async function connect(secret: string): Promise<Kucoin> {
  const kucoin = new pro.kucoin({
    apiKey: ACCOUNT.key,
    secret,
    password: PASSPHRASE,
    enableRateLimit: false,
    options: {
      defaultType: 'spot',
      hf: true,
      uta: false,
      partner: {},
      fetchMarkets: { types: ['spot'], fetchTickersFees: true },
    },
  });
  const { url } = exchange;
  kucoin.urls['api'] = { public: url, private: url };
  kucoin.has['fetchCurrencies'] = false;
  await kucoin.loadHttpProxyAgent();
  return kucoin;
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
  exchange = await startKucoinExchange({ accounts: [ACCOUNT], updatesPerSecond: 300, seed: 7, fees: 'real' });
  client = await connect(ACCOUNT.secret);
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange as KuCoin', () => {
  it('loads the markets with ticks, lots and minimums, and the fees of the account', async () => {
    expect(client.symbols).toHaveLength(exchange.core.markets.length);
    const market = client.market('BTC/USDT');
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.00000001 });
    expect(market.limits).toMatchObject({ amount: { min: 0.00001 }, cost: { min: 0.1 } });
    expect((await client.fetchTradingFee('BTC/USDT')).taker).toBe(0.001);
    expect(await client.fetchTime()).toBeGreaterThan(1_700_000_000_000);
    expect(await client.fetchStatus()).toMatchObject({ status: 'ok' });
  });

  it('watches a book that is the exchange’s own, level by level', async () => {
    let book = await client.watchOrderBook('BTC/USDT');
    const market = exchange.core.market('BTC/USDT');
    // Every level of ours, once ccxt has the change that the exchange sent last.
    await until(async () => {
      book = await client.watchOrderBook('BTC/USDT');
      const theirs = [0, 1, 2, 3, 4].map((rank) => (market.engine.bids.at(rank)?.price ?? 0) / 10);
      expect(book.bids.slice(0, 5).map(([price]) => price)).toEqual(theirs);
    });
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] as number);
    const trades = await client.watchTradesForSymbols(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(trades[0]?.price).toBeGreaterThan(0);
    expect((await client.fetchOrderBook('ETH/BTC', 20)).asks).toHaveLength(20);
    expect((await client.fetchTrades('BTC/USDT'))[0]).toMatchObject({ symbol: 'BTC/USDT' });
    expect((await client.fetchTicker('ETH/BTC')).bid).toBeGreaterThan(0);
  });

  it('places, shows and cancels limit orders', async () => {
    const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000, {
      clientOrderId: 'resting1',
    });
    expect(await client.fetchOpenOrders('BTC/USDT')).toMatchObject([
      { id: placed.id, price: 50_000, amount: 0.1, status: 'open', clientOrderId: 'resting1' },
    ]);
    // The hold has the fee on top, as fees are in quote.
    expect((await client.fetchBalance())['USDT']).toMatchObject({ total: 100_000, used: 5_005 });
    expect(ledger('USDT')).toEqual({ total: 100_000, used: 5_005 });
    await client.cancelOrder(String(placed.id), 'BTC/USDT');
    expect(await client.fetchClosedOrders('BTC/USDT')).toMatchObject([{ id: placed.id, status: 'canceled' }]);
    await expect(client.cancelOrder('12345', 'BTC/USDT')).rejects.toThrow(OrderNotFound);
    await expect(
      client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000, { clientOrderId: 'resting1' }),
    ).rejects.toThrow('clientOid duplicated');
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.1, 50_000);
    await client.createOrder('ETH/USDT', 'limit', 'buy', 0.1, 1_000);
    await client.cancelAllOrders('BTC/USDT');
    expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
    expect(await client.fetchOpenOrders('ETH/USDT')).toHaveLength(1);
    await client.cancelAllOrders('ETH/USDT');
    expect(ledger('USDT')).toEqual({ total: 100_000, used: 0 });
  });

  it('fills, pays fees in quote, and agrees with the ledger to the last digit', async () => {
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
    const ask = (await client.fetchOrderBook('ETH/USDT', 20)).asks[0]?.[0] as number;
    const ioc = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 1.01, { timeInForce: 'IOC' });
    const missed = await client.createOrder('ETH/USDT', 'limit', 'buy', 0.2, ask * 0.5, {
      timeInForce: 'IOC',
    });
    await client.createOrder('ETH/USDT', 'market', 'sell', 0.3);
    const orderOf = (id: unknown) => client.fetchOrder(String(id), 'ETH/USDT');
    expect(await orderOf(ioc.id)).toMatchObject({ status: 'closed', filled: 0.2 });
    expect(await orderOf(missed.id)).toMatchObject({ status: 'canceled', filled: 0 });

    const balance = await client.fetchBalance();
    for (const asset of ['USDT', 'ETH', 'BTC']) {
      expect(balance[asset]?.total, asset).toBeCloseTo(ledger(asset).total, 8);
    }
    const trades = await client.fetchMyTrades('ETH/USDT', undefined, 100);
    const booked = exchange.accounts.byKey(ACCOUNT.key)?.trades ?? [];
    const charged = trades.map(({ fee }) => `${fee?.cost} ${fee?.currency}`);
    expect(charged.toSorted()).toEqual(
      booked.map(({ fee, feeAsset }) => `${fee.toNumber()} ${feeAsset}`).toSorted(),
    );
  });

  it('says how an order stands over the private connection', async () => {
    let seen: readonly object[] = [];
    void client.watchOrders('BTC/USDT').then((orders) => (seen = orders));
    await until(async () => {
      const { id } = await client.createOrder('BTC/USDT', 'limit', 'sell', 0.01, 210_000);
      await client.cancelOrder(String(id), 'BTC/USDT');
      return seen.length > 0;
    });
    expect(seen[0]).toMatchObject({ symbol: 'BTC/USDT', side: 'sell', price: 210_000 });
  });

  it('refuses what the venue would refuse, in its codes', async () => {
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 20, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(client.createOrder('BTC/USDT', 'limit', 'buy', 0.000001, 50_000)).rejects.toThrow(
      InvalidOrder,
    );
    const stranger = await connect('not the secret');
    await expect(stranger.fetchBalance()).rejects.toThrow(AuthenticationError);
    await stranger.close();
  });
});
