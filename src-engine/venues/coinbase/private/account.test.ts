import { expect, it } from 'vitest';
import type { VenueAccount, VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import { balancesOf } from './order-rows.ts';
import {
  account,
  fillRow,
  ok,
  openAccount,
  orderRow,
  refused,
  ScriptedAccount,
  START_US,
  SYMBOL,
  venueId,
} from './testing/scripted-account.ts';

const ID = '000001'.padEnd(32, 'a');
const OTHER = '000002'.padEnd(32, 'a');
const OLD = '000003'.padEnd(32, 'a');

function rig() {
  const peer = new ScriptedAccount();
  peer.rest.set('GET /accounts', () => ok({ accounts: [account('USD', '900', '100')], has_next: false }));
  peer.rest.set('GET /orders/historical/batch', () => ok({ orders: [], has_next: false }));
  peer.rest.set('GET /orders/historical/fills', () => ok({ fills: [], cursor: '' }));
  const venue = openAccount(peer);
  const events: VenueOrderEvent[] = [];
  const read = async (sinceUs = START_US - 60_000_000): Promise<VenueAccount | string> => {
    if (events.length === 0) venue.connect((event) => events.push(event));
    venue.reconcile(sinceUs, true);
    for (let turn = 0; turn < 20; turn++) await settle();
    const last = events.findLast(({ kind }) => kind.startsWith('account'));
    return last?.kind === 'account'
      ? last.account
      : last?.kind === 'account-failed'
        ? last.reason
        : 'nothing';
  };
  return { peer, venue, read };
}

it('is read without an order that the venue no longer shows, which is named; a refused key refuses it whole', async () => {
  const { peer, venue, read } = rig();
  peer.rest.set('GET /accounts', () => ok({ accounts: [account('USD', '900')], has_next: false }));
  peer.rest.set('GET /orders/historical/batch', () => ok({ orders: [], has_next: false }));
  const gone = fillRow('x', { order_id: 'v-gone' });
  peer.rest.set('GET /orders/historical/fills', () => ok({ fills: [gone], cursor: '' }));
  peer.rest.set('GET /orders/historical/v-gone', () => refused('NOT_FOUND', 404));
  expect(await read()).toMatchObject({ orders: [], fills: [], unread: [{ row: 'v-gone' }] });
  peer.rest.set('GET /orders/historical/v-gone', () => refused('PERMISSION_DENIED', 403));
  expect(await read()).toMatch(/PERMISSION_DENIED/);
  await venue.stop();
});

it('is read page by page: what is open, what ended, fills of ours alone, also of an order that no list shows, and balances', async () => {
  const { peer, venue, read } = rig();
  peer.rest.set('GET /accounts', ({ cursor }) =>
    cursor === undefined
      ? ok({ accounts: [account('USD', '900', '100')], has_next: true, cursor: 'c 1/+' })
      : ok({ accounts: [account('BTC', cursor === 'c 1/+' ? '0.5' : '0')], has_next: false, cursor: '' }),
  );
  const done = { status: 'CANCELLED', filled_size: '1' };
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status, cursor }) => {
    if (status === 'OPEN') return ok({ orders: [orderRow(ID)], has_next: false });
    if (status !== undefined) return ok({ orders: [], has_next: false });
    return cursor === undefined
      ? ok({ orders: [orderRow(OTHER, { ...done, status: 'FILLED' })], has_next: true, cursor: 'p2' })
      : ok({ orders: [orderRow('elsewhere', { ...done, order_id: 'v-9' })], has_next: false });
  });
  peer.rest.set(`GET /orders/historical/${venueId(OLD)}`, () => ok({ order: orderRow(OLD, done) }));
  const earlier = { trade_time: '2026-08-02T03:35:50Z' };
  peer.rest.set('GET /orders/historical/fills', ({ cursor }) =>
    cursor === undefined
      ? ok({ fills: [fillRow(OTHER), fillRow(OLD, { entry_id: 'e-2', ...earlier })], cursor: 'more' })
      : ok({
          fills: [fillRow('x', { order_id: 'v-9' }), fillRow(ID, { entry_id: 'e-4', size: 'some' })],
          cursor: '',
        }),
  );
  const found = await read();
  if (typeof found === 'string') throw new Error(found);
  expect(found.orders.map(({ orderId, state, price, qty }) => [orderId, state, price, qty])).toEqual([
    [ID, 'open', '100', '2'],
    [OTHER, 'filled', '100', '2'],
    [undefined, 'canceled', '100', '2'],
    [OLD, 'canceled', '100', '2'],
  ]);
  expect(found.fills.map(({ fillId, orderId }) => [fillId, orderId])).toEqual([
    ['e-2', OLD],
    ['e-1', OTHER],
  ]);
  expect(found.balances).toEqual([
    { asset: 'USD', total: '1000', held: '100' },
    { asset: 'BTC', total: '0.5', held: '0' },
  ]);
  expect(found.unread).toMatchObject([{ orderId: ID, problem: 'size "some" is not an amount' }]);
  expect([...venue.balances]).toEqual([
    ['USD', '1000'],
    ['BTC', '0.5'],
  ]);
  const asked = peer.asked.find(({ params }) => 'start_date' in params)?.params;
  expect(asked).toMatchObject({ start_date: '2026-08-02T03:33:51.000Z' });
  await venue.stop();
});

it('is read in parts where its history has too many pages, and not without end where its pages go in a circle', async () => {
  const { peer, venue, read } = rig();
  let page = 0;
  peer.rest.set('GET /orders/historical/batch', ({ order_status: status, end_date: end }) => {
    if (status !== undefined) return ok({ orders: [], has_next: false });
    return ok({ orders: [orderRow(OTHER)], has_next: end === undefined, cursor: `page-${++page}` });
  });
  const found = await read(START_US - 80_000_000);
  if (typeof found === 'string') throw new Error(found);
  expect(found.balances).toBeUndefined();
  expect(found.readToUs).toBe(START_US - 70_000_000);
  peer.rest.set('GET /orders/historical/batch', () => ok({ orders: [{}], has_next: true, cursor: 'same' }));
  expect(await read()).toMatch(/cursor of an earlier one/);
  await venue.stop();
});

it('is asked again when it moved meanwhile, and not without end; the clock is measured where a token is not taken', async () => {
  const { peer, venue, read } = rig();
  let total = 1_000;
  peer.rest.set('GET /accounts', () => ok({ accounts: [account('USD', String(total--))], has_next: false }));
  expect(await read()).toMatch(/changed while it was read, 3 times/);
  peer.skewMs = 300_000;
  peer.rest.set('GET /accounts', () => ok({ accounts: [], has_next: false }));
  expect(await read()).toMatchObject({ balances: [] });
  expect(venue.clockSkew?.skewUs).toBe(300_000_000);
  await venue.stop();
});

it('counts several accounts of a currency together, a vault not, and names what it cannot read', () => {
  const vault = { ...account('BTC', '9'), type: 'ACCOUNT_TYPE_VAULT' };
  const rows = [account('BTC', '1'), vault, account('BTC', '0.5', '0.25'), account('ETH', 'much'), 7];
  const { balances, unread } = balancesOf(rows);
  expect(balances).toEqual([{ asset: 'BTC', total: '1.75', held: '0.25' }]);
  expect(unread.map(({ asset }) => asset)).toEqual(['ETH', undefined]);
});

it.each([
  [{ fee_tier: { taker_fee_rate: '0.012' }, goods_and_services_tax: null }, '0.012'],
  [
    { fee_tier: { taker_fee_rate: '0.01' }, goods_and_services_tax: { rate: '0.1', type: 'EXCLUSIVE' } },
    '0.011',
  ],
  [
    { fee_tier: { taker_fee_rate: '0.01' }, goods_and_services_tax: { rate: '0.1', type: 'INCLUSIVE' } },
    '0.01',
  ],
  [{ fee_tier: { taker_fee_rate: '0.01' }, goods_and_services_tax: { rate: '0.1', type: 'NEW' } }, undefined],
  [{ fee_tier: { taker_fee_rate: '' } }, undefined],
  [{ fee_tier: { taker_fee_rate: '-0.01' } }, undefined],
  [{}, undefined],
])(
  'has one taker fee by its tier, with the tax that comes on top, or says none: %j',
  async (summary, fee) => {
    const { peer, venue } = rig();
    peer.rest.set('GET /transaction_summary', ({ product_type: type }) => ok(type === 'SPOT' ? summary : {}));
    const { takers: fees, makers } = await venue.readFees([SYMBOL, 'BTC/USD']);
    expect(makers.size).toBe(0);
    expect([...fees].map(([symbol, rate]) => [symbol, rate.toFixed()])).toEqual(
      fee === undefined ? [] : [[SYMBOL, fee]],
    );
  },
);

it.each([
  ['0.006', '0.0066'],
  ['-0.0001', '0'],
  ['', undefined],
  ['2', undefined],
])('has one maker fee likewise, a rebate as none: %s is %s', async (rate, fee) => {
  const { peer, venue } = rig();
  const tax = { rate: '0.1', type: 'EXCLUSIVE' };
  const tier = { taker_fee_rate: '0.01', maker_fee_rate: rate };
  peer.rest.set('GET /transaction_summary', () => ok({ fee_tier: tier, goods_and_services_tax: tax }));
  const { makers } = await venue.readFees([SYMBOL]);
  expect(makers.get(SYMBOL)?.toFixed()).toBe(fee);
});

it('says what the key sees, and that the venue does not say from where it works', async () => {
  const { peer, venue } = rig();
  peer.rest.set('GET /key_permissions', () => ok({ can_view: true, can_trade: true, can_transfer: false }));
  peer.rest.set('GET /transaction_summary', () => ok({}));
  const { notes } = await venue.checkAccount([SYMBOL]);
  expect(notes.join(' ')).toMatch(/one portfolio.*IP addresses/);
  peer.rest.set('GET /key_permissions', () => ok({ can_view: true, can_trade: true }));
  await expect(venue.checkAccount([])).rejects.toThrow(/does not say what the key may do/);
});
