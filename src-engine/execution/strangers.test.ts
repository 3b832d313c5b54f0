/** Rows that cannot be read: named once each, within a bound of what is remembered. */
import { expect, it } from 'vitest';
import { Outbox } from '../domain/effect.ts';
import type { VenueOrder } from '../domain/order.ts';
import { shown } from '../testing/account-rig.ts';
import { Strangers } from './strangers.ts';

const row = (nth: number) => ({ source: 'executions', row: `O${nth}`, problem: 'vol is null' });

it('ten thousand rows are remembered as named; with one more they may be named again', () => {
  const strangers = new Strangers('test', new Outbox());
  for (let nth = 0; nth < 10_000; nth++) strangers.onUnread(row(nth), nth);
  for (const nth of [0, 9_999]) strangers.onUnread(row(nth), 1);
  expect(strangers.unreadCount).toBe(10_000);
  strangers.onUnread(row(10_000), 1);
  strangers.onUnread(row(0), 1);
  expect(strangers.unreadCount).toBe(10_002);
});

it('a hundred open orders of others are listed, from the first on, and none that is over', () => {
  const strangers = new Strangers('test', new Outbox());
  const orders: VenueOrder[] = Array.from({ length: 150 }, (_, nth) =>
    shown({ venueOrderId: `V${nth}`, orderId: undefined, state: nth % 2 === 0 ? 'open' : 'canceled' }),
  );
  strangers.onOrders(orders, 'orders', 1);
  expect(strangers.open.map(({ venueOrderId }) => venueOrderId)).toEqual(
    Array.from({ length: 75 }, (_, nth) => `V${2 * nth}`),
  );
  const all = orders.map((order): VenueOrder => ({ ...order, state: 'open' }));
  strangers.onOrders(all, 'orders', 2);
  expect(strangers.open.map(({ venueOrderId }) => venueOrderId)).toEqual(
    all.slice(0, 100).map(({ venueOrderId }) => venueOrderId),
  );
});
