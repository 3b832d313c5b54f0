import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import type { EngineEvent } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { Fill, OrderIntent } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import type { ApprovedIntent } from '../risk/risk-engine.ts';
import { deriveOrderId } from './order-id.ts';
import { type OrderEvent, OrderManager } from './order-manager.ts';

const instrument = createInstrument(
  {
    symbol: 'ETH/USD',
    base: 'ETH',
    quote: 'USD',
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0.01',
    minNotional: '0',
    takerFee: '0.001',
  },
  0,
  'test',
);

const intentOf = (intentId: string): OrderIntent => ({
  intentId,
  executionId: 'x1',
  venue: 'test',
  instrumentId: 0,
  symbol: 'ETH/USD',
  side: 'buy',
  price: decimal('2000'),
  qty: decimal('1'),
  timeInForce: 'ioc',
  purpose: 'open',
});

function desk() {
  const outbox = new Outbox();
  const marks = new Marks([instrument], new BookStore([instrument], { depth: 5 }).books, 'USD');
  const balances = [{ asset: 'USD', total: '10000' }];
  const portfolio = new Portfolio({ balances, realizedPnl: '0', fees: '0' }, marks);
  const orders = new OrderManager([instrument], portfolio, outbox);
  // Risk's approval is a mark of the types alone; here the test gives it.
  const order = orders.place(intentOf('x1-1') as ApprovedIntent, 10);
  const { orderId } = order;
  const say = (kind: 'accepted' | 'canceled' | 'rejected' | 'unknown') => {
    const event: OrderEvent =
      kind === 'accepted'
        ? { kind, orderId, venueOrderId: 'v1', atUs: 20 }
        : { kind, orderId, reason: 'said so', atUs: 20 };
    return orders.apply(event);
  };
  const fill = (fillId: string, qty: string, price = '2000') => {
    const told: Fill = { fillId, orderId, price, qty, fee: '0.5', feeAsset: 'USD', atUs: 30 };
    return orders.apply({ kind: 'fill', orderId, fill: told, atUs: 30 });
  };
  const types = (): EngineEvent['type'][] => outbox.events.map(({ type }) => type);
  const usd = () => [portfolio.balances.total('USD'), portfolio.balances.reserved('USD')].map(String);
  return { outbox, portfolio, orders, order, say, fill, types, usd };
}

describe('order id', () => {
  it('is derived from the intent: the same after a crash, another for another intent', () => {
    const expected = createHash('sha256').update('run-x1-1').digest('hex').slice(0, 32);
    expect(deriveOrderId('run-x1-1')).toBe(expected);
    expect(deriveOrderId('run-x1-1')).toMatch(/^[0-9a-f]{32}$/);
    expect(deriveOrderId('run-x1-2')).not.toBe(expected);
    const ids = Array.from({ length: 10_000 }, (_, n) => deriveOrderId(`run-x${n}-1`));
    expect(new Set(ids).size).toBe(10_000);
  });
});

describe('order manager', () => {
  it('tells an order, reserves its worst cost, then asks for its placement', () => {
    const { outbox, order, orders, usd } = desk();
    expect(outbox.events).toMatchObject([{ type: 'orderCreated', order: { state: 'created' } }]);
    expect(outbox.effects).toMatchObject([{ type: 'place', order: { orderId: order.orderId } }]);
    expect(usd()).toEqual(['10000', '2002']);
    expect(orders.openCount).toBe(1);
    expect(() => orders.place(intentOf('x1-1') as ApprovedIntent, 11)).toThrow(/used once/);
  });

  it('fills in parts, ends with the last one, and gives back what was not used', () => {
    const { orders, say, fill, types, order, usd } = desk();
    expect(say('accepted')).toBeUndefined();
    expect(fill('a', '0.4')).toBeUndefined();
    expect(usd()).toEqual(['9199.5', '1201.5']);
    expect(fill('b', '0.6', '1990')).toMatchObject({ kind: 'ended' });
    expect(order).toMatchObject({ state: 'filled', venueOrderId: 'v1' });
    expect([order.filledQty, order.filledNotional, order.fees].map(String)).toEqual(['1', '1994', '1']);
    expect(usd()).toEqual(['8005', '0']);
    expect(types()).toEqual(['orderCreated', 'orderAccepted', 'orderFilled', 'orderFilled']);
    expect(orders.openCount).toBe(0);
  });

  it('books a fill once, however often it is told, also after the end', () => {
    const { orders, fill, usd } = desk();
    fill('a', '0.4');
    expect(fill('a', '0.4')).toBeUndefined();
    fill('b', '0.6');
    expect(fill('b', '0.6')).toBeUndefined();
    expect(orders.fillCount).toBe(2);
    expect(usd()[0]).toBe('7999');
  });

  it('books what was filled after the end: the money moved', () => {
    const { say, fill, order, usd, types } = desk();
    expect(say('canceled')).toMatchObject({ kind: 'ended' });
    expect(usd()).toEqual(['10000', '0']);
    expect(fill('late', '0.5')).toMatchObject({ kind: 'late-fill' });
    expect(usd()).toEqual(['8999.5', '0']);
    expect(order.state).toBe('canceled');
    expect(String(order.filledQty)).toBe('0.5');
    expect(types().slice(-2)).toEqual(['orderCanceled', 'orderFilled']);
  });

  it('takes no fill beyond the quantity', () => {
    const { fill } = desk();
    fill('a', '0.9');
    expect(() => fill('b', '0.2')).toThrow(/not filled beyond its quantity/);
  });

  it('keeps an unknown order open and reserved until the venue settles it', () => {
    const { orders, say, fill, order, usd } = desk();
    expect(say('unknown')).toBeUndefined();
    expect(say('unknown')).toBeUndefined();
    expect([orders.openCount, order.state]).toEqual([1, 'unknown']);
    expect(usd()).toEqual(['10000', '2002']);
    say('accepted');
    expect(order.state).toBe('accepted');
    expect(fill('a', '1')).toMatchObject({ kind: 'ended' });
  });

  it('leaves an ended order as it ended', () => {
    const { say, order, types } = desk();
    expect(say('rejected')).toMatchObject({ kind: 'ended' });
    expect([say('accepted'), say('canceled'), say('unknown')]).toEqual([undefined, undefined, undefined]);
    expect(order).toMatchObject({ state: 'rejected', reason: 'said so' });
    expect(types()).toEqual(['orderCreated', 'orderRejected']);
  });

  it('withdraws only what the venue has not heard of', () => {
    const { orders, order, say, usd, types } = desk();
    const denial = { code: 'killed', detail: 'drill' } as const;
    expect(orders.withdraw(order.orderId, denial, 12)).toBe(order);
    expect(order).toMatchObject({ state: 'denied', reason: 'killed: drill' });
    expect(usd()).toEqual(['10000', '0']);
    expect(types().at(-1)).toBe('orderDenied');
    expect(orders.withdraw(order.orderId, denial, 13)).toBeUndefined();
    expect(say('accepted')).toBeUndefined();

    const second = desk();
    second.say('accepted');
    expect(second.orders.withdraw(second.order.orderId, denial, 12)).toBeUndefined();
    expect(second.orders.openCount).toBe(1);
  });

  it('gives back all that is reserved at every end, whichever it is', () => {
    const ends: [string, (one: ReturnType<typeof desk>) => unknown][] = [
      ['filled', ({ fill }) => fill('a', '1', '1990')],
      ['canceled', ({ say }) => say('canceled')],
      ['rejected', ({ say }) => say('rejected')],
      ['denied', ({ orders, order }) => orders.withdraw(order.orderId, { code: 'killed', detail: '' }, 12)],
      ['canceled', ({ say, fill }) => [say('unknown'), fill('a', '0.3'), say('canceled')]],
      ['rejected', ({ say }) => [say('unknown'), say('rejected')]],
    ];
    for (const [state, end] of ends) {
      const one = desk();
      end(one);
      expect([one.order.state, one.usd()[1], one.orders.openCount]).toEqual([state, '0', 0]);
    }
  });

  it('gives no meaning to the venue’s word on orders that are not ours', () => {
    const { orders, outbox } = desk();
    const told = outbox.events.length;
    expect(orders.apply({ kind: 'canceled', orderId: 'foreign', reason: '', atUs: 20 })).toBeUndefined();
    const fill = {
      fillId: 'f',
      orderId: 'foreign',
      price: '1',
      qty: '1',
      fee: '0',
      feeAsset: 'USD',
      atUs: 20,
    };
    expect(orders.apply({ kind: 'fill', orderId: 'foreign', fill, atUs: 20 })).toBeUndefined();
    expect(outbox.events).toHaveLength(told);
    expect(orders.fillCount).toBe(0);
  });

  it('books each fill once and reserves no more than is needed, in whatever order the venue tells its news', () => {
    const news = fc.oneof(
      fc.constantFrom('accepted' as const, 'unknown' as const, 'canceled' as const),
      fc.record({ id: fc.integer({ min: 1, max: 6 }) }),
    );
    fc.assert(
      fc.property(fc.array(news, { maxLength: 20 }), (told) => {
        const { orders, order, portfolio, say, fill } = desk();
        const fills = new Set<number>();
        for (const one of told) {
          if (typeof one === 'string') say(one);
          else {
            fill(String(one.id), '0.15');
            fills.add(one.id);
          }
          const spent = fills.size * (0.15 * 2_000 + 0.5);
          expect(portfolio.balances.total('USD').toNumber()).toBeCloseTo(10_000 - spent, 9);
          expect(order.filledQty.toNumber()).toBeCloseTo(fills.size * 0.15, 9);
          const reserved = portfolio.balances.reserved('USD').toNumber();
          expect(reserved).toBeCloseTo(orders.openCount === 0 ? 0 : 2_002 - spent, 9);
        }
      }),
    );
  });

  it('says which balances an order touched, once', () => {
    const { orders, fill } = desk();
    expect(orders.takeTouched().toSorted()).toEqual(['ETH', 'USD']);
    expect(orders.takeTouched()).toEqual([]);
    fill('a', '0.1');
    expect(orders.takeTouched().toSorted()).toEqual(['ETH', 'USD']);
  });
});
