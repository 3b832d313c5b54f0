import { expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import { LegOdds } from './leg-odds.ts';

const ended = (filled: string, more: Partial<Order> = {}): Order =>
  ({
    venue: 'east',
    timeInForce: 'ioc',
    state: 'canceled',
    qty: decimal('2'),
    filledQty: decimal(filled),
    ...more,
  }) as Order;

it('an average of what was filled of each order, the last ones foremost; quotes and what was never sent do not count', () => {
  const odds = new LegOdds();
  expect(odds.of('east')).toBe(1);
  odds.onEnded(ended('1'));
  expect(odds.of('east')).toBeCloseTo(0.95, 10);
  odds.onEnded(ended('0', { state: 'rejected' }));
  expect(odds.of('east')).toBeCloseTo(0.855, 10);
  for (const more of [{ timeInForce: 'gtc' }, { state: 'denied' }, { state: 'unknown' }] as const)
    odds.onEnded(ended('0', more));
  expect(odds.of('east')).toBeCloseTo(0.855, 10);
  expect(odds.of('west')).toBe(1);
  for (let n = 0; n < 60; n++) odds.onEnded(ended('2'));
  expect(odds.of('east')).toBeGreaterThan(0.99);
});
