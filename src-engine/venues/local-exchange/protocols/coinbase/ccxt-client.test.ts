/** The local exchange as Coinbase, seen through a client that is not ours: ccxt's own class, REST and WebSocket. */
import { AuthenticationError, BadRequest, InsufficientFunds, pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../testing/until.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { type RunningExchange, startCoinbaseExchange } from '../../local-exchange.ts';

/** A published example key (coinbase/coinbase-advanced-py, tests/constants.py, Apache-2.0). */
const ACCOUNT: AccountOptions = {
  name: 'trader',
  key: 'organizations/test-organization/apiKeys/test-api-key',
  secret: [
    '-----BEGIN EC PRIVATE KEY-----',
    'MHcCAQEEIKwf3Uox30cRWzRBOPoPOH5p0Gpb0Dt8zUKXUEM5fMkGoAoGCCqGSM49',
    'AwEHoUQDQgAEbAtpLlSZYVOwYICz+uEyxcS29vRIujiES/gQ1DC7FV4zK4JuYE9v',
    'qDyGZQYjdXHLM7I6f/QnnOITL+dXYWBHRA==',
    '-----END EC PRIVATE KEY-----',
  ].join('\n'),
  balances: { USD: '100000', BTC: '1', ETH: '10' },
};

type Coinbase = InstanceType<typeof pro.coinbase>;
let exchange: RunningExchange;
let client: Coinbase;

async function connect(apiKey = ACCOUNT.key, secret = ACCOUNT.secret): Promise<Coinbase> {
  const coinbase = new pro.coinbase({ apiKey, secret, enableRateLimit: false });
  coinbase.has['fetchCurrencies'] = false;
  coinbase.urls['api'] = { rest: exchange.url, ws: exchange.wsUrl };
  await coinbase.loadHttpProxyAgent();
  return coinbase;
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
  exchange = await startCoinbaseExchange({
    accounts: [ACCOUNT],
    updatesPerSecond: 300,
    seed: 7,
    fees: 'real',
  });
  client = await connect();
  await client.loadMarkets();
});

afterAll(async () => {
  await client.close();
  await exchange.stop();
});

describe('ccxt as a client of the local exchange as Coinbase', () => {
  it('loads the products with ticks, lots and minimums, and the fees of the account', async () => {
    expect(client.symbols).toHaveLength(exchange.core.markets.length);
    const market = client.market('BTC/USD');
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.000_000_01 });
    expect(market.limits).toMatchObject({ amount: { min: 0.000_000_01 }, cost: { min: 1 } });
    const fees = await client.fetchTradingFees({ type: 'spot' });
    expect((fees as unknown as Record<string, { readonly taker: number }>)['BTC/USD']?.taker).toBe(0.012);
    expect(await client.fetchTime({ method: 'v3PublicGetBrokerageTime' })).toBeGreaterThan(1_700_000_000);
  });

  it('watches a book that is the exchange’s own, level by level, and public trades', async () => {
    let book = await client.watchOrderBook('BTC/USD');
    const market = exchange.core.market('BTC/USD');
    // Every level of ours, once ccxt has the update that the exchange sent last.
    await until(async () => {
      book = await client.watchOrderBook('BTC/USD');
      const theirs = [0, 1, 2, 3, 4].map((rank) => (market.engine.bids.at(rank)?.price ?? 0) / 100);
      expect(book.bids.slice(0, 5).map(([price]) => price)).toEqual(theirs);
    });
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] as number);
    expect((await client.watchTrades('ETH/USD')).length).toBeGreaterThan(0);
    expect((await client.fetchOrderBook('ETH/BTC', 5)).asks).toHaveLength(5);
    expect((await client.fetchTrades('BTC/USD'))[0]).toMatchObject({ symbol: 'BTC/USD' });
    expect((await client.fetchTicker('ETH/BTC')).bid).toBeGreaterThan(0);
  });

  it('places, shows, watches and cancels a limit order', async () => {
    const watched = client.watchOrders('BTC/USD');
    const placed = await client.createOrder('BTC/USD', 'limit', 'buy', 0.1, 50_000);
    expect((await watched).map(({ id }) => id)).toContain(placed.id);
    const own = placed.clientOrderId;
    expect(await client.fetchOpenOrders('BTC/USD')).toMatchObject([
      { id: placed.id, price: 50_000, amount: 0.1, status: 'open', clientOrderId: own },
    ]);
    // The hold covers the fee of a taker.
    expect((await client.fetchBalance({ v3: true }))['USD']).toMatchObject({ total: 100_000, used: 5_060 });
    expect(ledger('USD')).toEqual({ total: 100_000, used: 5_060 });
    await client.cancelOrder(String(placed.id), 'BTC/USD');
    expect(await client.fetchOrder(String(placed.id), 'BTC/USD')).toMatchObject({ status: 'canceled' });
    await expect(client.cancelOrder(String(placed.id), 'BTC/USD')).rejects.toThrow(BadRequest);
    expect(await client.fetchOpenOrders('BTC/USD')).toEqual([]);
    expect(ledger('USD')).toEqual({ total: 100_000, used: 0 });
    await until(() =>
      expect(
        (client.orders as unknown as { id: string; status: string }[]).find(({ id }) => id === placed.id)
          ?.status,
      ).toBe('canceled'),
    );
  });

  it('fills, pays fees in quote, and agrees with the ledger to the last digit', async () => {
    const ask = (await client.fetchOrderBook('ETH/USD')).asks[0]?.[0] as number;
    const taken = await client.createOrder('ETH/USD', 'limit', 'buy', 0.2, ask * 1.01, {
      timeInForce: 'IOC',
    });
    expect(await client.fetchOrder(String(taken.id), 'ETH/USD')).toMatchObject({
      status: 'closed',
      filled: 0.2,
    });
    const missed = await client.createOrder('ETH/USD', 'limit', 'buy', 0.2, ask * 0.5, {
      timeInForce: 'IOC',
    });
    expect(await client.fetchOrder(String(missed.id), 'ETH/USD')).toMatchObject({
      status: 'canceled',
      filled: 0,
    });
    await client.createOrder('ETH/USD', 'market', 'sell', 0.3);
    const balance = await client.fetchBalance({ v3: true });
    for (const asset of ['USD', 'ETH', 'BTC'])
      expect(balance[asset]?.total, asset).toBeCloseTo(ledger(asset).total, 8);
    const trades = await client.fetchMyTrades('ETH/USD');
    const booked = exchange.accounts.byKey(ACCOUNT.key)?.trades ?? [];
    // ccxt sorts by time; several fills of one order may have the same.
    const shown = trades.map(({ fee, amount }) => `${amount} ${fee?.cost} ${fee?.currency}`);
    const kept = booked.map(({ qty, fee, feeAsset }) => `${qty / 1e8} ${fee.toNumber()} ${feeAsset}`);
    expect(shown.toSorted()).toEqual(kept.toSorted());
    expect(shown.length).toBeGreaterThanOrEqual(2);
  });

  it('refuses what the venue would refuse, in its words', async () => {
    await expect(client.createOrder('BTC/USD', 'limit', 'buy', 20, 50_000)).rejects.toThrow(
      InsufficientFunds,
    );
    await expect(client.createOrder('BTC/USD', 'limit', 'buy', 0.000_01, 50_000)).rejects.toThrow(
      /PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL|UNKNOWN_FAILURE_REASON/,
    );
    const stranger = await connect('organizations/x/apiKeys/y');
    await expect(stranger.fetchBalance({ v3: true })).rejects.toThrow(AuthenticationError);
    await stranger.close();
  });
});
