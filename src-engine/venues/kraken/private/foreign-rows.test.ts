/**
 * What a trader keeps on the account beside ours: orders in forms that ours never have, trades of other programs,
 * rewards, credit. None of it may keep our own orders from being read.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import { trailingStopRow } from '../../local-exchange/protocols/kraken/testing/trailing-stop-row.ts';
import type { Account } from '../../local-exchange/core/accounts/accounts.ts';
import type { LocalExchange } from '../../local-exchange/local-exchange.ts';
import { KrakenNames } from '../names.ts';
import { parsePrivateFrame } from './private-frames.ts';
import { balanceOf, orderOf, tradeOf } from './rest-rows.ts';
import { until } from '../../../testing/until.ts';
import { Connected, MAKER, quietExchange, TRADER } from './testing/local-account.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function connected(exchange: LocalExchange, account = TRADER): Promise<Connected> {
  const one = new Connected(exchange, { account });
  cleanups.push(() => one.venue.stop());
  await one.isUp();
  return one;
}

/** A trader whose order of 0.1 BTC has filled at a maker's 50,000. */
async function market() {
  const exchange = await quietExchange();
  cleanups.push(() => exchange.stop());
  const maker = await connected(exchange, MAKER);
  const offer = maker.place('sell', '1', '50000', 'gtc');
  await until(() => expect(maker.kindsOf(offer)).toEqual(['accepted']));
  const trader = await connected(exchange);
  const id = trader.place('buy', '0.1', '50000');
  await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']));
  const account = exchange.accounts.byKey(TRADER.key) as Account;
  return { exchange, trader, id, account, elsewhere: account.elsewhere };
}

async function read(trader: Connected) {
  const before = trader.all('account').length;
  trader.venue.reconcile(0, true);
  await until(() =>
    expect(trader.all('account').length + trader.all('account-failed').length).toBe(before + 1),
  );
  expect(trader.all('account-failed')).toEqual([]);
  const listed = trader.all('account').at(-1)?.account;
  if (listed === undefined) throw new Error('no account was reported');
  return listed;
}

/** Every kind of JSON value, and texts that a decimal or an id may be mistaken for. */
const ANYTHING: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  1e300,
  '',
  'text',
  '+5.0000%',
  '-5.0%',
  '#3.0',
  '1e-7',
  'NaN',
  [],
  [null],
  {},
  { a: { b: [] } },
  undefined,
];

/** The row with one of its fields, on any level, replaced by each of `ANYTHING`; and each of them instead of the row. */
function* bent(row: unknown): Generator {
  yield* ANYTHING;
  if (typeof row !== 'object' || row === null) return;
  for (const [field, value] of Object.entries(row)) {
    for (const other of bent(value)) yield { ...row, [field]: other };
  }
}

const names = new KrakenNames(
  { XXRPZEUR: { wsname: 'XRP/EUR', altname: 'XRPEUR' } },
  { XXRP: { altname: 'XRP' } },
);
const OURS = '0123456789abcdef0123456789abcdef';
const stop = (offset: string): object => trailingStopRow('XRPEUR', 'sell', '10.00000000', offset);
const TRADE = {
  ordertxid: 'OXVPSU-Q726F-L3SDEP',
  pair: 'XXRPZEUR',
  time: 1_706_893_367.4657,
  type: 'buy',
  ordertype: 'limit',
  price: '0.46847',
  cost: '4.6847',
  fee: '0.01',
  vol: '10',
  margin: '0',
  misc: '',
};
const REPORT = {
  order_id: 'OXVPSU-Q726F-L3SDEP',
  exec_id: 'TRWL6S-QYHXC-CLVSPB',
  exec_type: 'trade',
  symbol: 'XRP/EUR',
  side: 'sell',
  last_qty: 1,
  last_price: 2,
  cum_qty: 1,
  timestamp: '2026-08-02T03:35:51.660084Z',
  fees: [{ asset: 'EUR', qty: 0.01 }],
};

describe('rows that may hold anything', () => {
  it.each(['+5.0000%', '-5.0%', '#3.0', '', '-5.0', '0'])(
    'a trailing stop at "%s" is an order like any other, with its price as the venue writes it',
    (offset) => {
      expect(orderOf('OpenOrders', 'O1', stop(offset), names)).toEqual({
        orderId: undefined,
        venueOrderId: 'O1',
        symbol: 'XRP/EUR',
        side: 'sell',
        price: offset,
        qty: '10.00000000',
        filledQty: '0.00000000',
        state: 'open',
      });
    },
  );

  it('an order never throws; what is reported without a problem can be read', () => {
    let odd = 0;
    for (const source of ['OpenOrders', 'ClosedOrders', 'QueryOrders']) {
      for (const row of bent({ cl_ord_id: OURS, ...stop('+5.0000%') })) {
        const order = orderOf(source, 'O1', row, names);
        if (order.problem !== undefined) odd++;
        else for (const amount of [order.qty, order.filledQty]) expect(decimal(amount).isFinite()).toBe(true);
      }
    }
    expect(odd).toBeGreaterThan(200);
  });

  it('a trade, a balance and a report never throw, and say which field is at fault', () => {
    for (const row of bent(TRADE)) {
      const trade = tradeOf('T1', row, names);
      if (trade.problem === undefined) for (const one of [trade.price, trade.qty, trade.fee]) decimal(one);
    }
    expect(tradeOf('T1', { ...TRADE, fee: null }, names).problem).toBe('fee is null');
    for (const row of bent({ balance: '1', hold_trade: '0', credit: '0', credit_used: '0' })) {
      const balance = balanceOf('XRP', row);
      if ('problem' in balance) expect(balance.problem).not.toBe('');
      else decimal(balance.total);
    }
    for (const kind of ['trade', 'canceled', 'new', 'filled', 'iceberg_refill', 'restated']) {
      for (const row of bent({ ...REPORT, exec_type: kind, cl_ord_id: OURS })) {
        const text = JSON.stringify({ channel: 'executions', type: 'update', data: [row], sequence: 1 });
        const frame = parsePrivateFrame(text);
        if (frame.kind !== 'executions') throw new Error('reports');
        const [report] = frame.reports;
        const fill = report?.problem === undefined ? report?.fill : undefined;
        if (fill !== undefined) {
          for (const one of [fill.price, fill.qty, fill.fee]) decimal(one);
          expect(fill.feeAsset).not.toBe('');
        }
      }
    }
  });

  it('one row that is odd spoils no other of its frame', () => {
    const good = { ...REPORT, cl_ord_id: OURS };
    const odd = [
      { ...REPORT, fees: [...REPORT.fees, { asset: 'KFEE', qty: 1 }] },
      { ...REPORT, fees: [{ asset: null, qty: 1 }] },
      { ...REPORT, exec_id: undefined },
      { ...REPORT, exec_type: 'canceled', cum_qty: null },
      null,
    ];
    const text = JSON.stringify({ channel: 'executions', type: 'update', data: [...odd, good], sequence: 1 });
    const frame = parsePrivateFrame(text);
    const reports = frame.kind === 'executions' ? frame.reports : [];
    expect(reports.map(({ problem }) => problem)).toEqual([
      'fill TRWL6S-QYHXC-CLVSPB has fees in several assets',
      'the fee of fill TRWL6S-QYHXC-CLVSPB is in no asset',
      'a fill has no exec_id',
      'cum_qty is null',
      'the row is not an object',
      undefined,
    ]);
    expect(reports.at(-1)?.fill).toMatchObject({ fee: '0.01', feeAsset: 'EUR' });
  });

  it('of a balance only what is available is planned with: credit offsets what is held, and is not money of ours', () => {
    const row = { balance: '100', hold_trade: '30', credit: '0', credit_used: '0' };
    expect(balanceOf('EUR', row)).toEqual({ asset: 'EUR', total: '100', held: '30' });
    expect(balanceOf('EUR', { ...row, credit_used: '5' })).toMatchObject({ held: '35' });
    expect(balanceOf('EUR', { ...row, credit: '10', credit_used: '5' })).toMatchObject({ held: '25' });
    expect(balanceOf('EUR', { ...row, credit: '500' })).toEqual({ asset: 'EUR', total: '100' });
    expect(balanceOf('EUR', { balance: '100' })).toEqual({ asset: 'EUR', total: '100' });
    expect(balanceOf('EUR', { ...row, hold_trade: null })).toMatchObject({ problem: 'hold_trade is null' });
  });
});

describe('an account that a trader uses himself', () => {
  it('is read with his trailing stops, his trades and rows that make no sense, and each is named', async () => {
    const { trader, id, elsewhere } = await market();
    const stops = ['+5.0000%', '-5.0%', '#3.0', ''];
    for (const [n, offset] of stops.entries())
      elsewhere.open(`OSTOP${n}-AAAAA-AAAAAA`, stop(offset), undefined);
    elsewhere.open('OODD00-AAAAA-AAAAAA', { ...stop('1'), vol: null, cl_ord_id: 'a-bot-of-his' }, undefined);
    elsewhere.closedOrders.set('OODD01-AAAAA-AAAAAA', null);
    elsewhere.closedOrders.set('OODD02-AAAAA-AAAAAA', { ...stop('+1%'), status: 'expired' });
    elsewhere.trades.set('TODD00-AAAAA-AAAAAA', { ...TRADE, ordertxid: 'OGONE0-AAAAA-AAAAAA' });
    elsewhere.trades.set('TODD01-AAAAA-AAAAAA', { ...TRADE, ordertxid: null, fee: '' });
    elsewhere.balances.set('DOT.S', { balance: '0.000001' });
    elsewhere.balances.set('ODD.M', { balance: 1 });
    const listed = await read(trader);
    const open = listed.orders.filter(({ state, orderId }) => state === 'open' && orderId === undefined);
    expect(open.map(({ price }) => price)).toEqual([...stops, '1']);
    expect(listed.orders.filter(({ problem }) => problem !== undefined)).toMatchObject([
      { venueOrderId: 'OODD00-AAAAA-AAAAAA', problem: 'vol is null' },
      { venueOrderId: 'OODD01-AAAAA-AAAAAA', problem: 'the row is null' },
    ]);
    expect(listed.unread).toEqual([
      { source: 'BalanceEx', row: 'ODD.M', asset: 'ODD.M', problem: 'balance is 1' },
      { source: 'TradesHistory', row: 'TODD01-AAAAA-AAAAAA', orderId: undefined, problem: 'fee is ""' },
    ]);
    // Ours is still there.
    expect(listed.fills).toMatchObject([{ orderId: id, feeAsset: 'USD' }]);
    expect(listed.balances).toContainEqual({ asset: 'DOT.S', total: '0.000001' });
  });

  it('keeps its connection, whatever the venue sends about orders and balances that are not ours', async () => {
    const { exchange, trader, id } = await market();
    for (const row of bent(REPORT)) exchange.report(TRADER.key, 'executions', row);
    for (const row of bent({ asset: 'DOT.S', balance: 1, wallets: [] }))
      exchange.report(TRADER.key, 'balances', row);
    const last = trader.place('buy', '0.1', '50000');
    await until(() => expect(trader.kindsOf(last)).toEqual(['accepted', 'fill']));
    expect(trader.links()).toEqual(['up']);
    expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']);
    expect(trader.all('unread-rows').length).toBeGreaterThan(50);
  });

  it('a report of our own order that cannot be read is reported as that order’s, and ends no connection', async () => {
    const { exchange, trader, id } = await market();
    exchange.report(TRADER.key, 'executions', { ...REPORT, cl_ord_id: id, fees: null });
    await until(() => expect(trader.all('unread-rows')).toHaveLength(1));
    expect(trader.all('unread-rows')[0]?.rows).toMatchObject([{ source: 'executions', orderId: id }]);
    expect(trader.links()).toEqual(['up']);
  });

  it('is canceled and found empty with rows in it that only have a name', async () => {
    const { trader, elsewhere, account } = await market();
    trader.place('buy', '0.1', '30000', 'gtc');
    await until(() => expect(account.openOrders.size).toBe(1));
    for (const [n, row] of [null, 'text', { cl_ord_id: 5 }, stop('+5.0000%')].entries())
      elsewhere.open(`OSTOP${n}-AAAAA-AAAAAA`, row, undefined);
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toMatchObject([{ count: 0 }]));
    expect(account.openOrders.size + elsewhere.openOrders.size).toBe(0);
  });

  it('has its fill read after the venue renamed the pair, without a fee in no asset', async () => {
    const { exchange, trader, id } = await market();
    exchange.renamePair('BTC/USD', 'BTCUSD2', 'BTCUSD2');
    const { fills } = await read(trader);
    // Of which asset the fee is, the engine's own order knows.
    expect(fills).toMatchObject([{ orderId: id, feeAsset: '' }]);
  });
});
