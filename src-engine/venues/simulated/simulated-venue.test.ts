import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { Decimal, decimal } from '../../domain/decimal.ts';
import { createInstrument, takerFeeOf } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { Side, VenueOrderEvent } from '../../domain/order.ts';
import { SeededRandom } from '../../lib/random.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { FillModel } from './fill-model.ts';
import { LatencyModel } from './latency-model.ts';
import { SimulatedVenue } from './simulated-venue.ts';

const instrument = createInstrument(
  {
    symbol: 'A/B',
    base: 'A',
    quote: 'B',
    tickSize: '0.01',
    lotSize: '1',
    minQty: '1',
    minNotional: '0',
    takerFee: '0.0026',
  },
  0,
  'test',
);
type Levels = readonly (readonly [number, number])[];

class Market {
  readonly store = new BookStore([instrument], { depth: 10 });
  readonly fills = new FillModel(this.store.instruments, this.store.books);

  set(bids: Levels, asks: Levels): void {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const [price, qty] of bids) update.pushBid(price, qty);
    for (const [price, qty] of asks) update.pushAsk(price, qty);
    this.store.apply(update);
    this.fills.onBook(0);
  }

  take(side: Side, limit: string, qty: number): number {
    const fills = this.fills.take(0, side, decimal(limit), decimal(String(qty)));
    return fills.reduce((sum, fill) => sum + fill.qty.toNumber(), 0);
  }
}

describe('fill model', () => {
  it('takes level by level up to the limit price, and no more than is there', () => {
    const market = new Market();
    market.set(
      [[99, 5]],
      [
        [101, 3],
        [102, 4],
        [105, 9],
      ],
    );
    const fills = market.fills.take(0, 'buy', decimal('1.03'), decimal('10'));
    expect(fills.map(({ price, qty }) => [price.toString(), qty.toString()])).toEqual([
      ['1.01', '3'],
      ['1.02', '4'],
    ]);
    expect(market.take('sell', '1', 4)).toBe(0);
    expect(market.take('sell', '0.99', 4)).toBe(4);
  });

  it('never fills twice from the same liquidity, until the market has cleared the level', () => {
    const market = new Market();
    market.set([[99, 5]], [[101, 3]]);
    expect(market.take('buy', '1.01', 2)).toBe(2);
    expect(market.take('buy', '1.01', 2)).toBe(1);
    expect(market.take('buy', '1.01', 2)).toBe(0);
    market.set([[99, 5]], [[101, 3]]);
    expect(market.take('buy', '1.01', 2)).toBe(0);
    market.set([[99, 5]], [[101, 5]]);
    expect(market.take('buy', '1.01', 9)).toBe(2);
    market.set([[99, 5]], [[102, 5]]);
    market.set([[99, 5]], [[101, 3]]);
    expect(market.take('buy', '1.01', 9)).toBe(3);
  });

  it('takes from one state of a level no more than the level holds, whatever is asked', () => {
    const order = fc.record({
      qty: fc.integer({ min: 1, max: 8 }),
      limit: fc.integer({ min: 100, max: 106 }),
    });
    const asks = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 101, max: 105 }), fc.integer({ min: 1, max: 9 })),
      {
        selector: ([price]) => price,
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(asks, fc.array(order, { maxLength: 20 }), (levels, orders) => {
        const market = new Market();
        market.set(
          [[99, 1]],
          levels.toSorted(([a], [b]) => a - b),
        );
        const taken = orders.reduce(
          (sum, { qty, limit }) => sum + market.take('buy', (limit / 100).toFixed(2), qty),
          0,
        );
        expect(taken).toBeLessThanOrEqual(levels.reduce((sum, [, qty]) => sum + qty, 0));
      }),
    );
  });

  it('does not take a level for fresh that only left the part of the book we see', () => {
    const market = new Market();
    const asks = (from: number): Levels => Array.from({ length: 10 }, (_, k) => [from + k, 3] as const);
    market.set([[99, 5]], asks(110));
    expect(market.take('buy', '1.10', 3)).toBe(3);
    market.set([[99, 5]], asks(100));
    market.set([[99, 5]], asks(110));
    expect(market.take('buy', '1.10', 3)).toBe(0);
    // A ladder that ends before our view does, without this level: the market did clear it.
    market.set([[99, 5]], asks(105).toSpliced(5, 1));
    market.set([[99, 5]], asks(110));
    expect(market.take('buy', '1.10', 3)).toBe(3);
  });

  it('fills what is there of an order too large to count exactly', () => {
    const market = new Market();
    market.set([[99, 5]], [[101, 4]]);
    const fills = market.fills.take(0, 'buy', decimal('1.01'), decimal('10000000000000000'));
    expect(fills.map(({ qty }) => qty.toString())).toEqual(['4']);
  });

  it('knows the levels of both sides and of each price apart', () => {
    const market = new Market();
    market.set([[99, 5]], [[101, 3]]);
    expect(market.take('buy', '1.01', 3)).toBe(3);
    expect(market.take('sell', '0.99', 5)).toBe(5);
    market.set(
      [[99, 5]],
      [
        [101, 3],
        [102, 1],
      ],
    );
    expect(market.take('buy', '1.02', 9)).toBe(1);
    market.set([[98, 2]], [[101, 3]]);
    expect(market.take('sell', '0.98', 9)).toBe(2);
    expect(market.take('buy', '1.02', 9)).toBe(0);
  });

  it('charges over all levels together no more than is set aside for the order', () => {
    const fine = createInstrument(
      {
        symbol: 'A/B',
        base: 'A',
        quote: 'B',
        tickSize: '0.0000001',
        lotSize: '0.0000001',
        minQty: '0',
        minNotional: '0',
        takerFee: '0.0026',
      },
      0,
      'test',
    );
    const level = fc.tuple(fc.integer({ min: 1, max: 9_999_999 }), fc.integer({ min: 1, max: 999_999 }));
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 8 }), (asks) => {
        const store = new BookStore([fine], { depth: 10 });
        const update = new BookUpdate();
        update.reset(0, true, 1);
        for (const [price, qty] of asks) update.pushAsk(price, qty);
        store.apply(update);
        const limit = new Decimal(Math.max(...asks.map(([price]) => price))).div(10_000_000);
        const fills = new FillModel([fine], store.books).take(0, 'buy', limit, decimal('1000'));
        const sum = (of: (fill: (typeof fills)[number]) => Decimal): Decimal =>
          fills.reduce((total, fill) => total.plus(of(fill)), new Decimal(0));
        const paid = sum(({ price, qty, fee }) => price.times(qty).plus(fee));
        const worst = limit.times(sum(({ qty }) => qty));
        expect(paid.lte(worst.plus(takerFeeOf(fine, worst)))).toBe(true);
        expect(fills.every(({ fee }) => !fee.isNegative())).toBe(true);
        const notional = sum(({ price, qty }) => price.times(qty));
        expect(sum(({ fee }) => fee).gte(notional.times('0.0026'))).toBe(true);
      }),
    );
  });

  it('rounds fees up, never down', () => {
    const tiny = createInstrument(
      {
        symbol: 'A/B',
        base: 'A',
        quote: 'B',
        tickSize: '0.00000001',
        lotSize: '0.00000001',
        minQty: '0',
        minNotional: '0',
        takerFee: '0.0026',
      },
      0,
      'test',
    );
    const store = new BookStore([tiny], { depth: 10 });
    const update = new BookUpdate();
    update.reset(0, true, 1);
    update.pushBid(1, 1);
    update.pushAsk(33_333_333, 33_333_333);
    store.apply(update);
    const [fill] = new FillModel(store.instruments, store.books).take(
      0,
      'buy',
      decimal('1'),
      decimal('0.33333333'),
    );
    const exact = new Decimal('0.33333333').pow(2).times('0.0026');
    expect(fill?.fee.gte(exact)).toBe(true);
    expect(fill?.fee.minus(exact).lt('0.0000000001')).toBe(true);
  });
});

describe('simulated venue', () => {
  function open(seed = 1) {
    const market = new Market();
    const clock = new SimulatedClock(1_000_000);
    const venue = new SimulatedVenue({
      runId: 'run',
      venue: 'test',
      store: market.store,
      clock,
      random: new SeededRandom(seed),
      latency: { minUs: 5_000, tailUs: 20_000 },
    });
    const events: VenueOrderEvent[] = [];
    venue.connect((event) => events.push(event));
    const place = (orderId: string, qty: string, timeInForce: 'ioc' | 'gtc' = 'ioc', lifeUs = 2_000_000) =>
      venue.place({
        orderId,
        instrumentId: 0,
        symbol: 'A/B',
        side: 'buy',
        price: decimal('1.02'),
        qty: decimal(qty),
        timeInForce,
        expireUs: clock.nowUs() + lifeUs,
      });
    return { market, clock, venue, events, place };
  }

  it('fills against the book as it stands at arrival, and cancels the rest', () => {
    const { market, clock, events, place } = open();
    market.set([[99, 5]], [[101, 50]]);
    place('a', '10');
    market.set([[99, 5]], [[102, 4]]);
    expect(events).toEqual([]);
    clock.advanceTo(2_000_000);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'canceled']);
    expect(events[1]).toMatchObject({
      fill: { price: '1.02', qty: '4', fillId: 'run-sim1-1', feeAsset: 'B' },
    });
    expect(events.every(({ atUs }) => atUs > 1_010_000)).toBe(true);
  });

  it('fills nothing on a book that is not live at arrival', () => {
    const { market, clock, events, place } = open();
    market.set([[99, 5]], [[101, 50]]);
    place('a', '10');
    market.store.sync(0).desync('cut');
    clock.advanceTo(2_000_000);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'canceled']);
  });

  it('answers a kill once everything that was sent before it has arrived and is over', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { market, clock, venue, events, place } = open(seed);
      market.set([[99, 5]], [[101, 50]]);
      place('a', '1');
      place('b', '1');
      venue.cancelAll();
      clock.advanceTo(2_000_000);
      expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'accepted', 'fill', 'open-orders']);
      expect(events.at(-1)).toMatchObject({ count: 0 });
      expect(events.at(-1)?.atUs).toBeGreaterThan(1_010_000);
    }
  });

  it('rejects what arrives after its deadline', () => {
    const { market, clock, events, place } = open();
    market.set([[99, 5]], [[101, 50]]);
    place('late', '1', 'ioc', 4_999);
    clock.advanceTo(2_000_000);
    expect(events).toMatchObject([{ kind: 'rejected', reason: 'its deadline passed before it arrived' }]);
  });

  it('rejects what arrives while the venue has the instrument closed', () => {
    const { market, clock, venue, events, place } = open();
    market.set([[99, 5]], [[101, 50]]);
    place('a', '1');
    venue.onInstrumentStatus(0, 'cancel_only');
    clock.advanceTo(2_000_000);
    expect(events).toMatchObject([{ kind: 'rejected', reason: 'A/B is closed for trading: cancel_only' }]);
    venue.onInstrumentStatus(0, 'online');
    place('b', '1');
    clock.advanceTo(3_000_000);
    expect(events.slice(1).map(({ kind }) => kind)).toEqual(['accepted', 'fill']);
  });

  it('lets an order rest: what is there at once, then what trades bring, then a cancel', () => {
    const { market, clock, venue, events, place } = open();
    market.set([[99, 5]], [[102, 2]]);
    place('a', '10', 'gtc');
    clock.advanceTo(2_000_000);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'fill']);
    const trade = { kind: 'trade', instrumentId: 0, venueUs: 1, receivedUs: 1 } as const;
    venue.onTrade({ ...trade, price: 102, qty: 3, side: 'sell' });
    venue.reconcile(0);
    clock.advanceTo(3_000_000);
    expect(events.slice(2)).toMatchObject([
      { kind: 'fill', fill: { price: '1.02', qty: '3', fillId: 'run-sim1-2', feeAsset: 'B' } },
      {
        kind: 'account',
        account: { orders: [{ orderId: 'a', state: 'open', qty: '10', filledQty: '5', price: '1.02' }] },
      },
    ]);
    venue.cancel('a');
    venue.onTrade({ ...trade, price: 101, qty: 1, side: 'sell' });
    clock.advanceTo(4_000_000);
    expect(events.slice(4)).toMatchObject([
      { kind: 'fill', fill: { price: '1.02', qty: '1' } },
      { kind: 'canceled', reason: 'canceled on request', filledQty: '6' },
    ]);
    const paid = events.flatMap((event) => (event.kind === 'fill' ? [decimal(event.fill.fee)] : []));
    const fees = paid.reduce((sum, fee) => sum.plus(fee), decimal('0'));
    expect(fees.toString()).toBe(takerFeeOf(instrument, decimal('6.12')).toString());
  });

  it('fills an order that rests when the book reaches it, and cancels what is open with everything else', () => {
    const { market, clock, venue, events, place } = open();
    market.set([[99, 5]], [[105, 2]]);
    place('a', '3', 'gtc');
    place('b', '3', 'gtc');
    clock.advanceTo(2_000_000);
    market.set([[99, 5]], [[101, 3]]);
    venue.onBook(0);
    clock.advanceTo(3_000_000);
    expect(events.slice(2)).toMatchObject([
      { kind: 'fill', orderId: 'a', fill: { price: '1.02', qty: '3' } },
    ]);
    venue.cancelAll();
    clock.advanceTo(4_000_000);
    expect(events.slice(3)).toMatchObject([
      { kind: 'canceled', orderId: 'b', filledQty: '0' },
      { kind: 'open-orders', count: 0 },
    ]);
  });

  it('rejects a cancel for what is over or was never sent, after the time that it takes', () => {
    const { market, clock, venue, events, place } = open();
    market.set([[99, 5]], [[101, 50]]);
    place('a', '1');
    venue.cancel('a');
    venue.cancel('unheard-of');
    clock.advanceTo(1_009_999);
    expect(events).toEqual([]);
    clock.advanceTo(3_000_000);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'cancel-rejected')).toHaveLength(2);
    expect(events.filter((event) => 'orderId' in event && event.orderId === 'a')).toMatchObject([
      { kind: 'accepted' },
      { kind: 'fill' },
      { kind: 'cancel-rejected' },
    ]);
  });

  it('reports the end of an order once: filled in full, or canceled', () => {
    const { market, clock, events, place } = open();
    market.set([[99, 5]], [[101, 2]]);
    place('whole', '2');
    clock.advanceTo(2_000_000);
    place('none', '2');
    clock.advanceTo(3_000_000);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'accepted', 'canceled']);
  });

  it('says no more once it is stopped', async () => {
    const { market, clock, venue, events, place } = open();
    market.set([[99, 5]], [[101, 2]]);
    place('arrived', '2');
    for (let us = 1_000_000; events.length === 0; us += 100) clock.advanceTo(us);
    place('on-its-way', '2');
    const before = events.length;
    await venue.stop();
    clock.advanceTo(9_000_000);
    expect(events).toHaveLength(before);
    expect(before).toBeLessThan(3);
  });

  it('reports in order of time, the same for the same seed', () => {
    const times = (seed: number) => {
      const { market, clock, events, place } = open(seed);
      market.set([[99, 5]], [[101, 500]]);
      for (let i = 0; i < 20; i++) place(`o${i}`, '1');
      clock.advanceTo(5_000_000);
      return events.map(({ atUs }) => atUs);
    };
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
    expect(times(3)).toEqual(times(3).toSorted((a, b) => a - b));
  });
});

describe('latency model', () => {
  it('is never below its floor nor beyond its cut, and as long on average as it says', () => {
    const model = new LatencyModel({ minUs: 5_000, tailUs: 1_000 }, new SeededRandom(7));
    const samples = Array.from({ length: 20_000 }, () => model.sampleUs());
    expect(samples.every((us) => Number.isInteger(us) && us >= 5_000 && us <= 15_000)).toBe(true);
    const mean = samples.reduce((sum, us) => sum + us, 0) / samples.length;
    expect(Math.abs(mean - 6_000)).toBeLessThan(30);
  });

  it('without a tail is the floor', () => {
    expect(new LatencyModel({ minUs: 5_000, tailUs: 0 }, new SeededRandom(7)).sampleUs()).toBe(5_000);
  });
});
