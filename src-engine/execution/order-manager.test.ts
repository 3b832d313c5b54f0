import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { Decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import type { EngineEvent } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { Fill, OrderIntent } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import type { ApprovedIntent } from '../risk/risk-engine.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { sampleInstrument, sampleIntent } from '../testing/sample-intent.ts';
import { deriveOrderId } from './order-id.ts';
import { type OrderEvent, OrderManager } from './order-manager.ts';
import { orderOf, recordOf } from './order-record.ts';

const instrument = sampleInstrument({ minNotional: '0' });

const SPEC = {
  tickSize: '0.01',
  lotSize: '0.0001',
  minQty: '0.0001',
  minNotional: '0',
  takerFee: '0.001',
  status: 'online',
} as const;

const intentOf = (intentId: string): OrderIntent => sampleIntent({ intentId, executionId: 'x1' });

function desk(intentId = 'x1-1') {
  const outbox = new Outbox();
  const marks = new Marks([instrument], new BookStore([instrument], { depth: 5 }).books, 'USD');
  const balances = [{ asset: 'USD', total: '10000' }];
  const portfolio = new Portfolio({ balances, realizedPnl: '0', fees: '0' }, marks);
  const orders = new OrderManager([instrument], portfolio, outbox);
  // Risk's approval is a mark of the types alone; here the test gives it.
  const order = orders.place(intentOf(intentId) as ApprovedIntent, 10);
  const { orderId } = order;
  const say = (kind: 'accepted' | 'canceled' | 'rejected' | 'unknown') => {
    const event: OrderEvent =
      kind === 'accepted'
        ? { kind, orderId, venueOrderId: 'v1', atUs: 20 }
        : { kind, orderId, reason: 'said so', atUs: 20 };
    return orders.apply(event);
  };
  const fill = (fillId: string, qty: string, price = '2000') => {
    const reported: Fill = { fillId, orderId, price, qty, fee: '0.5', feeAsset: 'USD', atUs: 30 };
    return orders.apply({ kind: 'fill', orderId, fill: reported, atUs: 30 });
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
  it('records an order, reserves its worst cost, then asks for its placement', () => {
    const { outbox, order, orders, usd } = desk();
    expect(outbox.events).toMatchObject([{ type: 'orderCreated', order: { state: 'created' } }]);
    expect(outbox.effects).toMatchObject([{ type: 'place', order: { orderId: order.orderId } }]);
    expect(usd()).toEqual(['10000', '2002']);
    expect(orders.openCount).toBe(1);
    expect(() => orders.place(intentOf('x1-1') as ApprovedIntent, 11)).toThrow(/used once/);
  });

  it('fills in parts, ends with the last one, and gives back what was not used', () => {
    const { orders, say, fill, types, order, usd } = desk();
    expect(say('accepted')).toMatchObject({ kind: 'none' });
    expect(fill('a', '0.4')).toMatchObject({ kind: 'part', trouble: undefined });
    expect(usd()).toEqual(['9199.5', '1201.5']);
    expect(fill('b', '0.6', '1990')).toMatchObject({ kind: 'ended' });
    expect(order).toMatchObject({ state: 'filled', venueOrderId: 'v1' });
    expect([order.filledQty, order.filledNotional, order.fees].map(String)).toEqual(['1', '1994', '1']);
    expect(usd()).toEqual(['8005', '0']);
    expect(types()).toEqual(['orderCreated', 'orderAccepted', 'orderFilled', 'orderFilled']);
    expect(orders.openCount).toBe(0);
  });

  it('books a fill once, however often it is reported, also after the end', () => {
    const { orders, fill, usd } = desk();
    fill('a', '0.4');
    expect(fill('a', '0.4')).toMatchObject({ kind: 'none' });
    fill('b', '0.6');
    expect(fill('b', '0.6')).toMatchObject({ kind: 'none' });
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

  it('books a fill beyond the quantity, as the money moved, and says so', () => {
    const { fill, order, usd } = desk();
    fill('a', '0.9');
    expect(fill('b', '0.2')).toMatchObject({ kind: 'ended', trouble: { code: 'over-fill' } });
    expect(fill('c', '0.1')).toMatchObject({
      kind: 'late-fill',
      trouble: { code: 'over-fill', reason: expect.stringMatching(/filled for 1\.2, its quantity is 1$/) },
    });
    expect(String(order.filledQty)).toBe('1.2');
    expect(usd()).toEqual(['7598.5', '0']);
  });

  it('books a fill that takes more than the account holds, and says so', () => {
    const { fill, usd } = desk();
    const news = fill('a', '0.9', '20000');
    expect(news?.trouble).toMatchObject({
      code: 'overdrawn',
      reason: expect.stringMatching(/leaves -8000\.5 USD$/),
    });
    expect(usd()[0]).toBe('-8000.5');
  });

  it('books no fill that cannot be, and says so', () => {
    for (const [qty, price] of [
      ['0', '2000'],
      ['-1', '2000'],
      ['1e-7', '2000'],
      ['0.1', '0'],
      ['NaN', '1'],
    ]) {
      const { fill, usd, types } = desk();
      expect(fill('a', qty ?? '', price)).toMatchObject({ kind: 'none', trouble: { code: 'bad-fill' } });
      expect(usd()).toEqual(['10000', '2002']);
      expect(types()).toEqual(['orderCreated']);
    }
  });

  it('waits with the end of a canceled order for the fills that the venue counts', () => {
    const { orders, order, fill, types } = desk();
    const { orderId } = order;
    const canceled = { kind: 'canceled', orderId, reason: 'ioc', filledQty: '0.5', atUs: 25 } as const;
    expect(orders.apply(canceled)).toMatchObject({ kind: 'none' });
    expect(fill('a', '0.3')).toMatchObject({ kind: 'part' });
    expect(fill('b', '0.2')).toMatchObject({ kind: 'ended' });
    expect(order.state).toBe('canceled');
    expect(types().slice(-3)).toEqual(['orderFilled', 'orderFilled', 'orderCanceled']);
  });

  it('takes the rejection of an order that was filled in part for the end of its rest', () => {
    const { say, fill, order } = desk();
    say('accepted');
    fill('a', '0.3');
    expect(say('rejected')).toMatchObject({ kind: 'ended' });
    expect(order).toMatchObject({ state: 'canceled', reason: 'rejected: said so' });
    const other = desk();
    other.say('accepted');
    other.say('rejected');
    expect(other.order.state).toBe('rejected');
  });

  it('takes a refused cancel for no news of the order', () => {
    const { orders, order, types } = desk();
    const { orderId } = order;
    expect(orders.apply({ kind: 'cancel-rejected', orderId, reason: 'gone', atUs: 20 })).toMatchObject({
      kind: 'none',
    });
    expect(orders.isOpen(orderId)).toBe(true);
    expect(types()).toEqual(['orderCreated']);
  });

  it('lets an operator end an unknown order once the venue had a minute to show it', () => {
    const { orders, order, say, usd, types } = desk();
    const { orderId } = order;
    const actor = { kind: 'operator', via: 'test' } as const;
    expect(orders.settlementObstacle(orderId, 99e6)).toMatch(/is created/);
    expect(orders.settlementObstacle('other', 99e6)).toMatch(/no order other is open/);
    say('unknown');
    expect(orders.settle(orderId, actor, 30e6)).toBeUndefined();
    expect(orders.settlementObstacle(orderId, 30e6)).toBe('the venue may still show it for 31 seconds');
    expect(orders.settlementObstacle(orderId, 60e6 + 9)).toBe('the venue may still show it for 1 seconds');
    expect(orders.settlementObstacle(orderId, 60e6 + 10)).toBeUndefined();
    expect(orders.settle(orderId, actor, 60e6 + 10)).toBe(order);
    expect(order).toMatchObject({ state: 'canceled', reason: expect.stringMatching(/operator via test/) });
    expect(types().at(-1)).toBe('orderSettled');
    expect(usd()).toEqual(['10000', '0']);
  });

  it('says of every word of a venue that something changed at it, and of none that changed nothing', () => {
    const { orders, say, fill } = desk();
    const changed = (what: () => unknown): boolean => {
      const before = orders.changesAt('test');
      what();
      return orders.changesAt('test') > before;
    };
    expect(orders.changesAt('test')).toBe(0);
    expect([changed(() => say('accepted')), changed(() => say('accepted'))]).toEqual([true, false]);
    expect([changed(() => fill('a', '0.4')), changed(() => fill('a', '0.4'))]).toEqual([true, false]);
    expect([changed(() => say('unknown')), changed(() => say('unknown'))]).toEqual([true, false]);
    expect([changed(() => say('canceled')), changed(() => say('canceled'))]).toEqual([true, false]);
    expect(changed(() => fill('late', '0.1'))).toBe(true);
    expect(orders.changesAt('other')).toBe(0);
  });

  it('takes a fill for proof that the venue has the order: it cannot be withdrawn any longer', () => {
    const denial = { code: 'killed', detail: 'drill' } as const;
    for (const before of ['created', 'unknown'] as const) {
      const { orders, order, say, fill } = desk();
      if (before === 'unknown') say('unknown');
      expect(fill('a', '0.4')).toMatchObject({ kind: 'part' });
      expect([order.state, orders.withdraw(order.orderId, denial, 40)]).toEqual(['accepted', undefined]);
    }
  });

  it('remembers the last two thousand orders that ended, with their fills, and none before', () => {
    const { orders, order, fill } = desk();
    fill('a', '1');
    const endOthers = (count: number, from: number): void => {
      for (let k = from; k < from + count; k++) {
        const { orderId } = orders.place(intentOf(`x2-${k}`) as ApprovedIntent, 40);
        orders.apply({ kind: 'canceled', orderId, reason: 'ioc', atUs: 41 });
      }
    };
    endOthers(1_999, 0);
    expect([orders.get(order.orderId), orders.hasFill(order.orderId, 'a')]).toEqual([order, true]);
    endOthers(1, 1_999);
    expect([orders.get(order.orderId), orders.hasFill(order.orderId, 'a')]).toEqual([undefined, false]);
    expect(fill('late', '0.1')).toBeUndefined();
  });

  it('books an intent that was refused as a denied order, with the reason, and sends nothing', () => {
    const { orders, outbox, usd } = desk();
    orders.deny(intentOf('x1-2'), { code: 'throttled', detail: 'too many' }, 11);
    expect(outbox.events.at(-1)).toMatchObject({
      type: 'orderDenied',
      code: 'throttled',
      order: { state: 'denied', reason: 'throttled: too many' },
    });
    expect([outbox.effects.length, orders.openCount, orders.orderCount]).toEqual([1, 1, 1]);
    expect(usd()).toEqual(['10000', '2002']);
  });

  it('takes in the orders of an earlier run: open ones as unknown and reserved, ended ones for late fills', () => {
    const first = desk();
    first.say('accepted');
    first.fill('a', '0.4');
    const records = first.outbox.events.flatMap((event) => ('order' in event ? [recordOf(first.order)] : []));
    const record = records.at(-1);
    if (record === undefined) throw new Error('an order was made');
    const { orders, outbox, usd } = desk('other');
    orders.recover(
      [
        { record, fillIds: ['a'] },
        { record: { ...record, orderId: 'ended', state: 'canceled' }, fillIds: [] },
      ],
      50,
    );
    expect(outbox.events.at(-1)).toMatchObject({
      type: 'orderUnknown',
      order: { state: 'unknown', filledQty: '0.4' },
    });
    // What is left of it at its limit, fee included, beside the order of this run.
    expect(usd()).toEqual(['10000', new Decimal('2002').plus('1201.2').toString()]);
    const fill = {
      orderId: record.orderId,
      price: '2000',
      qty: '0.4',
      fee: '0.5',
      feeAsset: 'USD',
      atUs: 60,
    };
    const report = (fillId: string) =>
      orders.apply({ kind: 'fill', orderId: record.orderId, fill: { ...fill, fillId }, atUs: 60 });
    expect(report('a')).toMatchObject({ kind: 'none' });
    expect(report('b')).toMatchObject({ kind: 'part' });
    expect(String(orders.get(record.orderId)?.filledQty)).toBe('0.8');
    expect(
      orders.apply({ kind: 'fill', orderId: 'ended', fill: { ...fill, fillId: 'c' }, atUs: 60 }),
    ).toMatchObject({
      kind: 'late-fill',
    });
  });

  it('finds the pair of an order of an earlier run by its venue and its symbol, both', () => {
    const made = (symbol: string, venue: string, id: number) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ ...SPEC, symbol, base, quote }, id, venue);
    };
    // The first is of the same venue, the second of the same symbol.
    const instruments = [made('BTC/USD', 'east', 0), made('ETH/EUR', 'west', 1), made('ETH/EUR', 'east', 2)];
    const marks = new Marks(instruments, new BookStore(instruments, { depth: 5 }).books, 'USD');
    const portfolio = new Portfolio({ balances: [], realizedPnl: '0', fees: '0' }, marks);
    const orders = new OrderManager(instruments, portfolio, new Outbox());
    const record = sampleOrder({ orderId: 'old', venue: 'east', symbol: 'ETH/EUR', filledQty: '0.01' });
    orders.recover([{ record: { ...record, filledNotional: '500.12345', fees: '0' }, fillIds: ['a'] }], 50);
    expect(orders.get('old')?.instrumentId).toBe(2);
    expect([orders.quoteOf('old'), orders.quoteOf('never seen')]).toEqual(['EUR', '']);
    // Its fills count for what a venue may have rounded: they may not have been compared since.
    const [ledger, venue] = [new Decimal('99.12345'), new Decimal('99.1235')];
    expect(orders.turnoverAt('east').explains('EUR', ledger, venue)).toBe(true);
    expect(orders.turnoverAt('west').explains('EUR', ledger, venue)).toBe(false);
  });

  it('books no fill with a fee in no asset, and says why', () => {
    const { orders, order, usd } = desk();
    const { orderId } = order;
    const fill = { fillId: 'f7', orderId, price: '2000', qty: '0.1', fee: '0.5', feeAsset: '', atUs: 30 };
    expect(orders.apply({ kind: 'fill', orderId, fill, atUs: 30 })?.trouble).toEqual({
      code: 'bad-fill',
      reason: `order ${orderId}: fill f7 has a fee of 0.5 in no asset that is known`,
    });
    expect(usd()).toEqual(['10000', '2002']);
  });

  it('takes up an order whose fees have more digits than a text has, as earlier versions wrote them', () => {
    const instruments = [
      createInstrument({ ...SPEC, symbol: 'ETH/EUR', base: 'ETH', quote: 'EUR' }, 0, 'east'),
    ];
    const marks = new Marks(instruments, new BookStore(instruments, { depth: 5 }).books, 'EUR');
    const portfolio = new Portfolio({ balances: [], realizedPnl: '0', fees: '0' }, marks);
    const orders = new OrderManager(instruments, portfolio, new Outbox());
    const record = sampleOrder({ orderId: 'old', venue: 'east', symbol: 'ETH/EUR' });
    const fees = '0.515334709501512832010326976257964187';
    orders.recover([{ record: { ...record, fees }, fillIds: [] }], 50);
    expect(orders.get('old')?.fees.toFixed()).toBe('0.515334709501512832010327');
  });

  it('knows of an order of an earlier run what it moved: value and fees of a purchase, value less fees of a sale', () => {
    const { order } = desk();
    const record = { ...recordOf(order), state: 'accepted', filledQty: '0.4' } as const;
    const filled = { ...record, filledNotional: '800', fees: '0.8', reason: '' };
    const [bought, sold] = (['buy', 'sell'] as const).map((side) => orderOf({ ...filled, side }, instrument));
    expect([bought?.spent, bought?.received].map(String)).toEqual(['800.8', '0.4']);
    expect([sold?.spent, sold?.received].map(String)).toEqual(['0.4', '799.2']);
    expect(bought).toMatchObject({ purpose: 'continue', state: 'accepted', reason: undefined });
    const doubted = orderOf({ ...filled, reason: 'cut' }, instrument);
    expect(recordOf(doubted)).toEqual({ ...filled, reason: 'cut' });
    expect(recordOf(bought ?? order).reason).toBe('');
  });

  it('keeps an unknown order open and reserved until the venue settles it', () => {
    const { orders, say, fill, order, usd } = desk();
    expect(say('unknown')).toMatchObject({ kind: 'none' });
    expect(say('unknown')).toMatchObject({ kind: 'none' });
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
    const before = outbox.events.length;
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
    expect(outbox.events).toHaveLength(before);
    expect(orders.fillCount).toBe(0);
  });

  it('books each fill once and reserves no more than is needed, in whatever order the venue’s reports arrive', () => {
    const news = fc.oneof(
      fc.constantFrom('accepted' as const, 'unknown' as const, 'canceled' as const),
      fc.record({ id: fc.integer({ min: 1, max: 6 }) }),
    );
    fc.assert(
      fc.property(fc.array(news, { maxLength: 20 }), (reported) => {
        const { orders, order, portfolio, say, fill } = desk();
        const fills = new Set<number>();
        for (const one of reported) {
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

  it('ends in the same ledger however the venue’s news are ordered and repeated', () => {
    // What truly happened: three fills, then the rest was canceled; or all of it filled.
    const truths: readonly (readonly (readonly [string, string])[])[] = [
      [
        ['a', '0.1'],
        ['b', '0.25'],
        ['c', '0.3'],
      ],
      [
        ['a', '0.5'],
        ['b', '0.5'],
      ],
    ];
    for (const fills of truths) {
      const total = fills.reduce((sum, [, qty]) => sum.plus(qty), new Decimal(0));
      const isWhole = total.eq(1);
      const count = fills.length + (isWhole ? 1 : 2);
      const report = ({ orders, order }: ReturnType<typeof desk>, nth: number) => {
        const { orderId } = order;
        const [fillId, qty] = fills[nth] ?? [];
        if (fillId !== undefined && qty !== undefined) {
          const reported: Fill = {
            fillId,
            orderId,
            price: '2000',
            qty,
            fee: '0.5',
            feeAsset: 'USD',
            atUs: 30,
          };
          return orders.apply({ kind: 'fill', orderId, fill: reported, atUs: 30 });
        }
        if (nth === fills.length)
          return orders.apply({ kind: 'accepted', orderId, venueOrderId: 'v', atUs: 20 });
        const filledQty = total.toString();
        return orders.apply({ kind: 'canceled', orderId, reason: 'ioc', filledQty, atUs: 40 });
      };
      const all = Array.from({ length: count }, (_, nth) => nth);
      const order = fc
        .shuffledSubarray(all, { minLength: count })
        .chain((once) =>
          fc
            .array(fc.constantFrom(...all), { maxLength: 6 })
            .chain((twice) => fc.shuffledSubarray([...once, ...twice], { minLength: count + twice.length })),
        );
      fc.assert(
        fc.property(order, (sequence) => {
          const one = desk();
          const ends = sequence.map((nth) => report(one, nth)).filter((news) => news?.kind === 'ended');
          const spent = total.times(2_000).plus(0.5 * fills.length);
          expect(one.usd()).toEqual([new Decimal(10_000).minus(spent).toString(), '0']);
          expect(one.portfolio.balances.total('ETH').toString()).toBe(total.toString());
          expect(one.order.state).toBe(isWhole ? 'filled' : 'canceled');
          expect([one.order.spent, one.order.received].map(String)).toEqual([spent, total].map(String));
          expect(ends).toHaveLength(1);
          expect(one.orders.openCount).toBe(0);
          expect(one.types().filter((type) => type === 'orderFilled')).toHaveLength(fills.length);
        }),
        { numRuns: 300 },
      );
    }
  });

  it('says which balances an order touched, once', () => {
    const { portfolio, fill } = desk();
    expect(portfolio.balances.takeTouched()).toEqual(['USD']);
    expect(portfolio.balances.takeTouched()).toEqual([]);
    fill('a', '0.1');
    expect(portfolio.balances.takeTouched().toSorted()).toEqual(['ETH', 'USD']);
  });
});
