/** ccxt beside us on the same account: it sees what we see, and what it does is seen by us. */
import { pro } from 'ccxt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deriveOrderId } from '../../../execution/order-id.ts';
import { type LocalExchange, startLocalExchange } from '../../local-exchange/local-exchange.ts';
import { Connected, MAKER, TRADER } from './testing/local-account.ts';
import { until } from '../../../testing/until.ts';

let exchange: LocalExchange;
let ccxt: InstanceType<typeof pro.kraken>;
let us: Connected;

beforeAll(async () => {
  exchange = await startLocalExchange({ accounts: [TRADER, MAKER], updatesPerSecond: 300, seed: 11 });
  const { url, wsUrl } = exchange;
  const privateUrl = `${wsUrl}/v2/auth`;
  ccxt = new pro.kraken({
    apiKey: TRADER.key,
    secret: TRADER.secret,
    enableRateLimit: false,
    urls: {
      api: {
        public: url,
        private: url,
        ws: { public: wsUrl, private: privateUrl, publicV2: `${wsUrl}/v2`, privateV2: privateUrl },
      },
    },
  });
  // Above ours, which are microseconds: the key is shared, and each must stay above the other.
  let nonce = 0;
  ccxt.nonce = () => {
    nonce = Math.max(nonce + 1, Date.now() * 1_000 + 900);
    return nonce;
  };
  await ccxt.loadHttpProxyAgent();
  await ccxt.loadMarkets();
  us = new Connected(exchange);
  await us.isUp();
});

afterAll(async () => {
  await us.venue.stop();
  await ccxt.close();
  await exchange.stop();
});

const readAccount = async () => {
  const before = us.all('account').length;
  us.venue.reconcile(Date.now() * 1_000 - 3_600_000_000, true);
  await until(() => expect(us.all('account').length).toBe(before + 1));
  const listed = us.all('account').at(-1)?.account;
  if (listed === undefined) throw new Error('no account');
  return listed;
};

it('both see the same open orders, whichever client placed them', async () => {
  const ours = us.place('buy', '0.01', '20000', 'gtc');
  await until(() => expect(us.kindsOf(ours)).toEqual(['accepted']));
  const theirs = await ccxt.createOrder('ETH/USD', 'limit', 'buy', 0.1, 900);
  const seen = await ccxt.fetchOpenOrders();
  expect(seen.map(({ clientOrderId }) => clientOrderId)).toContain(ours);
  const account = await readAccount();
  const open = account.orders.filter(({ state }) => state === 'open');
  expect(open.map(({ venueOrderId }) => venueOrderId).sort()).toEqual(
    seen.map(({ id }) => String(id)).sort(),
  );
  for (const order of open) {
    const same = seen.find(({ id }) => id === order.venueOrderId);
    expect(same).toMatchObject({ symbol: order.symbol, side: order.side });
    expect([same?.price, same?.amount, same?.filled]).toEqual(
      [order.price, order.qty, order.filledQty].map(Number),
    );
  }
  // What it placed is shown as not ours.
  expect(open.find(({ venueOrderId }) => venueOrderId === theirs.id)?.orderId).toBeUndefined();
  expect(us.events.some((event) => 'orderId' in event && event.orderId !== ours)).toBe(false);
});

it('both see the same fills and balances, to the last digit', async () => {
  const ids = [us.place('buy', '0.2', '150000'), us.place('sell', '0.05', '20000')];
  await until(() => expect(us.all('fill').length).toBeGreaterThan(1));
  await until(() => expect(ids.every((id) => us.kindsOf(id).includes('fill'))).toBe(true));
  await ccxt.createOrder('ETH/USD', 'market', 'buy', 0.3);
  const account = await readAccount();
  const trades = await ccxt.fetchMyTrades();
  const mine = new Map(account.orders.map(({ venueOrderId, orderId }) => [venueOrderId, orderId]));
  const ofOurs = trades.filter(({ order }) => mine.get(String(order)) !== undefined);
  expect(account.fills.map(({ fillId }) => fillId).sort()).toEqual(ofOurs.map(({ id }) => String(id)).sort());
  expect(trades.length).toBeGreaterThan(ofOurs.length);
  for (const fill of account.fills) {
    const same = ofOurs.find(({ id }) => id === fill.fillId);
    expect([same?.price, same?.amount, same?.fee?.cost]).toEqual(
      [fill.price, fill.qty, fill.fee].map(Number),
    );
    expect(same?.fee?.currency).toBe(fill.feeAsset);
  }
  const balance = (await ccxt.fetchBalance()) as unknown as {
    info: { result: Record<string, { balance: string }> };
  };
  const raw = Object.values(balance.info.result).map((row) => row.balance);
  expect(account.balances?.map(({ total }) => total).sort()).toEqual(raw.sort());
  await until(() => {
    for (const { asset, total } of account.balances ?? []) expect(us.venue.balances.get(asset)).toBe(total);
  });
});

it('a cancel of the one is seen by the other', async () => {
  const open = await ccxt.fetchOpenOrders();
  const ours = open.find(({ clientOrderId }) => us.kindsOf(String(clientOrderId)).length > 0);
  await ccxt.cancelOrder(String(ours?.id), ours?.symbol);
  await until(() => expect(us.kindsOf(String(ours?.clientOrderId))).toEqual(['accepted', 'canceled']));
  const left = us.place('buy', '0.01', '20000', 'gtc');
  await until(() => expect(us.kindsOf(left)).toEqual(['accepted']));
  us.venue.cancelAll();
  await until(() => expect(us.all('open-orders')).toHaveLength(1));
  expect(await ccxt.fetchOpenOrders()).toEqual([]);
  expect(us.kindsOf(deriveOrderId('never placed'))).toEqual([]);
});
