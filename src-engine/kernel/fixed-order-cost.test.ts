/** What an order costs whatever its size (gas on a chain), from the plan to what is booked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { UncrossedLinks } from '../books/book-verifier.ts';
import { OrderBook } from '../books/order-book.ts';
import { CycleSizer } from '../detection/cycle-sizing.ts';
import { gridOf } from '../detection/instrument-grid.ts';
import { RouteRig } from '../detection/testing/route-rig.ts';
import { Decimal, decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument, specOf, takeChange, takerFeeOf } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { SeededRandom } from '../lib/random.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { affordableQty } from '../execution/leg-sizing.ts';
import { OrderCosts } from '../portfolio/order-cost.ts';
import { changedRules } from '../venues/toolkit/rule-changes.ts';
import { RunningFee } from '../venues/simulated/fill-model.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import { InstrumentRules } from './instrument-rules.ts';

const SPEC = {
  symbol: 'ETH/USDC',
  base: 'ETH',
  quote: 'USDC',
  tickSize: '0.01',
  lotSize: '0.01',
  minQty: '0.01',
  minNotional: '4',
  takerFee: '0',
  feeBasis: '0.3 % is inside the price; gas beside it',
  orderCost: '2',
};
const pool = () => createInstrument(SPEC, 0, 'pools');
const NONE = { slippageBps: 0, ageRiskBps: 0, inventoryBps: 0 };

describe('a route over two pools', () => {
  const planned = (edge: string, funds: number, orderCost: string | undefined) => {
    const rig = new RouteRig([
      { pair: 'ETH/USD', venue: 'one', takerFee: '0', orderCost, asks: [['100.00', '50']] },
      { pair: 'ETH/USD', venue: 'two', takerFee: '0', orderCost, bids: [[edge, '50']] },
    ]);
    return rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), funds, NONE, 0);
  };

  it('earns less by the cost of both swaps, which the waterfall has among its fees', () => {
    expect(planned('101.00', 1_000, undefined).profit?.toString()).toBe('10');
    const plan = planned('101.00', 1_002, '2');
    expect([plan.profit?.toString(), plan.startAmount, plan.endAmount]).toEqual(['6', 1_002, 1_008]);
    expect(plan.obstacle).toBeUndefined();
    const { gross, fees, depth, rounding, net } = plan.waterfall.home ?? {};
    expect([Number(gross).toFixed(2), Number(depth).toFixed(2)]).toEqual(['10.02', '0.00']);
    expect(Number(fees)).toBeCloseTo(-4, 1);
    expect(Number(gross) + Number(fees) + Number(depth) + Number(rounding)).toBeCloseTo(Number(net), 9);
  });

  it.each([
    ['100.39', 1_002],
    ['101.00', 202],
  ])('that would earn less than it costs is none: sold at %s for %s', (edge, funds) => {
    expect(planned(edge, funds, undefined).obstacle).toBeUndefined();
    expect(planned(edge, funds, '2').obstacle).toMatchObject({ code: 'edge-gone-after-depth' });
  });

  it('spends no more than there is, whatever its orders cost', () => {
    for (const funds of [0.5, 2, 2.5, 3.01, 100, 102])
      expect(planned('150.00', funds, '2').startAmount).toBeLessThanOrEqual(funds);
  });
});

it('a cycle at one venue earns less by the cost of its orders, and is none where that is more than its edge', () => {
  const planned = (orderCost: string | undefined, most: number) => {
    const instruments = ['A/H', 'A/B', 'B/H'].map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ ...SPEC, symbol, base, quote, minNotional: '0.1', orderCost }, id, 'pools');
    });
    const books = [{ asks: [1_000, 100_000] }, { bids: [203, 100_000] }, { bids: [500, 200_000] }].map(
      ({ bids, asks }: { readonly bids?: number[]; readonly asks?: number[] }) => {
        const [book, update] = [new OrderBook(10), new BookUpdate()];
        update.reset(0, true, 1);
        if (bids !== undefined) update.pushBid(bids[0] as number, bids[1] as number);
        if (asks !== undefined) update.pushAsk(asks[0] as number, asks[1] as number);
        book.apply(update);
        return book;
      },
    );
    const legs = [
      { instrumentId: 0, side: 'buy' as const },
      { instrumentId: 1, side: 'sell' as const },
      { instrumentId: 2, side: 'sell' as const },
    ];
    const cycle = { id: 0, venue: 'pools', path: ['H', 'A', 'B'], legs };
    return new CycleSizer(instruments, books, instruments.map(gridOf)).plan(cycle, most, 0, 0);
  };
  // 1,000 H buy 100 A, which bring 203 B, which bring 1,015 H: 1.5 %.
  expect(planned(undefined, 1_000).endAmount - planned(undefined, 1_000).startAmount).toBeCloseTo(15, 6);
  // Gas is 1 H, 1 B (worth 5 H) and 1 H.
  const plan = planned('1', 1_001);
  expect(plan.endAmount - plan.startAmount).toBeCloseTo(8, 1);
  expect(plan.obstacle).toBeUndefined();
  expect(plan.waterfall.feesBps).toBeCloseTo(-70, 0);
  const { grossBps, feesBps, depthBps, roundingBps, netBps } = plan.waterfall;
  expect(grossBps + feesBps + depthBps + roundingBps).toBeCloseTo(netBps, 9);
  expect(planned('1', 300).obstacle).toMatchObject({ code: 'edge-gone-after-depth' });
});

describe('an order', () => {
  it('sets its fixed cost aside, and is never larger than what pays for it', () => {
    const instrument = pool();
    const price = decimal('100');
    expect(takerFeeOf(instrument, decimal('1000')).toString()).toBe('2');
    const costs = new OrderCosts();
    const terms = { side: 'buy', price, qty: decimal('1') } as const;
    expect(costs.of(terms, instrument).amount.toString()).toBe('102');
    takeChange(instrument, { orderCost: '3' });
    expect(costs.of(terms, instrument).amount.toString()).toBe('103');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (cents) => {
        const amount = new Decimal(cents).div(100);
        const qty = affordableQty(instrument, 'buy', amount, price);
        const value = qty.times(price);
        if (qty.gt(0)) expect(value.plus(takerFeeOf(instrument, value)).lte(amount)).toBe(true);
        else expect(amount.lt('4')).toBe(true);
      }),
    );
  });

  it('pays it with its first fill, once', () => {
    const fee = new RunningFee(pool());
    expect([100, 50, 1].map((value) => fee.charge(new Decimal(value), 'taker').toString())).toEqual([
      '2',
      '0',
      '0',
    ]);
  });

  it('that paid it says nothing of the fee, and one that paid more does', () => {
    const instrument = pool();
    const rules = new InstrumentRules([instrument], new Outbox(), () => undefined);
    const fill = { fillId: 'F', orderId: 'O', price: '100', qty: '10', feeAsset: 'USDC', atUs: 1 };
    rules.onFill(0, { ...fill, fee: '2' });
    expect(instrument.takerFee?.toString()).toBe('0');
    rules.onFill(0, { ...fill, fee: '12' });
    expect(instrument.takerFee?.toString()).toBe('0.01');
  });

  it('that paid it in its base, the coin of its gas, says nothing of the fee either', () => {
    const instrument = pool();
    const rules = new InstrumentRules([instrument], new Outbox(), () => undefined);
    const fill = { fillId: 'F', orderId: 'O', price: '100', qty: '10', feeAsset: 'ETH', atUs: 1 };
    rules.onFill(0, { ...fill, fee: '0.02' });
    expect(instrument.takerFee?.toString()).toBe('0');
    rules.onFill(0, { ...fill, fee: '0.12' });
    expect(instrument.takerFee?.toString()).toBe('0.01');
  });

  it('that was placed at a higher cost says nothing of the fee, and one that was placed later does', () => {
    const instrument = pool();
    const rules = new InstrumentRules([instrument], new Outbox(), () => undefined);
    const fill = { fillId: 'F', orderId: 'O', price: '100', qty: '1', feeAsset: 'USDC', atUs: 9 };
    const change = (orderCost: string, atUs: number) =>
      rules.onInput({
        kind: 'instrument-change',
        instrumentId: 0,
        change: { orderCost },
        cause: 'venue',
        atUs,
      });
    change('5', 2);
    change('4', 4);
    change('3', 6);
    rules.onFill(0, { ...fill, fee: '5' }, { postOnly: false, createdUs: 4 });
    expect(instrument.takerFee?.toString()).toBe('0');
    rules.onFill(0, { ...fill, fee: '5.5' }, { postOnly: false, createdUs: 5 });
    expect(instrument.takerFee?.toString()).toBe('0.015');
  });
});

it('an order with a fixed cost is filled whole or not at all, on what earlier ones left', () => {
  const clock = new SimulatedClock(1);
  const instrument = pool();
  const store = new BookStore([instrument], { depth: 10, verifierOf: () => new UncrossedLinks() });
  const update = new BookUpdate();
  update.reset(0, true, 1);
  update.pushBid(9_000, 100);
  update.pushAsk(10_000, 100);
  update.pushAsk(10_100, 100);
  store.apply(update);
  const latency = { minUs: 1_000, tailUs: 1_000 };
  const venue = new SimulatedVenue({
    runId: 'run',
    venue: 'pools',
    store,
    clock,
    random: new SeededRandom(1),
    latency,
  });
  const seen: string[] = [];
  venue.connect((event) => {
    if (event.kind === 'fill') seen.push(`${event.fill.orderId} ${event.fill.qty} ${event.fill.fee}`);
    else if (event.kind === 'canceled') seen.push(`${event.orderId} ${event.reason}`);
  });
  for (const [orderId, price, qty] of [
    ['A', '100', '1.5'],
    ['B', '101', '1.5'],
    ['C', '101', '1'],
  ] as const) {
    const terms = { side: 'buy', price: decimal(price), qty: decimal(qty), timeInForce: 'ioc' } as const;
    venue.place({ orderId, instrumentId: 0, symbol: 'ETH/USDC', ...terms, expireUs: 10_000_000 });
    clock.advanceTo(clock.nowUs() + 1_000_000);
  }
  const reverted = 'reverted: the book no longer gives all of it within its limit';
  expect(seen).toEqual([`A ${reverted}`, 'B 1 2', 'B 0.5 0', `C ${reverted}`]);
});

it('a fixed cost is a rule of the instrument: written, changed, and refused where it is none', () => {
  const instrument = pool();
  expect(specOf(instrument)).toMatchObject({ orderCost: '2', takerFee: '0' });
  const rules = { tickSize: '0.01', lotSize: '0.01', minQty: '0.01', minNotional: '4' };
  expect(changedRules(instrument, { ...rules, orderCost: '2.0' })).toBeUndefined();
  expect(changedRules(instrument, rules)).toBeUndefined();
  expect(changedRules(instrument, { ...rules, orderCost: '2.5' })).toEqual({ orderCost: '2.5' });
  expect(takeChange(instrument, { orderCost: '2.5' })).toEqual(['orderCost 2 → 2.5']);
  for (const orderCost of ['-1', 'much', ''])
    expect(() => createInstrument({ ...SPEC, orderCost }, 0, 'pools')).toThrow('orderCost');
});
