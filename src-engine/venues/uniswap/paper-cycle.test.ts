/** A cycle over a pool of v2 and one of v3, executed on paper: what is booked is what their books show, and never more than their contracts give. */
import { describe, expect, it } from 'vitest';
import { Decimal, decimal } from '../../domain/decimal.ts';
import { RouteRun } from '../../testing/route-run.ts';
import { ConcentratedCurve } from './curves/concentrated.ts';
import { ConstantProductCurve } from './curves/constant-product.ts';
import { asksOf, bidsOf, type Level } from './ladder.ts';
import { KNOWN, knownPool } from './testing/known-pools.ts';

const GRID = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: 7, qtyDecimals: 6 };
const E18 = 10n ** 18n;

/** Token 0 at 1.13 in the pool of v3, whose swaps the contracts made next; at 1.22 in the pair of v2 before one of its swaps. */
const pool = knownPool(KNOWN.v3[1] as (typeof KNOWN.v3)[number]);
const [, , r0, r1] = KNOWN.v2.find(
  ([isZeroIn, x]) => isZeroIn && x === `2${'0'.repeat(24)}`,
) as (typeof KNOWN.v2)[number];
const v3 = { sell: new ConcentratedCurve(pool, true), buy: new ConcentratedCurve(pool, false) };
const v2 = {
  sell: new ConstantProductCurve(BigInt(r0), BigInt(r1)),
  buy: new ConstantProductCurve(BigInt(r1), BigInt(r0)),
};
const v3Depth = (pool.liquidity << 96n) / pool.sqrtPrice;
const ASKS = asksOf(v3.buy, v3Depth, GRID);
const BIDS = bidsOf(v2.sell, BigInt(r0), GRID);

/** What these levels ask or pay for so much, to the last digit. */
function walked(levels: readonly Level[], qty: Decimal): Decimal {
  let [left, sum] = [qty, new Decimal(0)];
  for (const [price, offered] of levels) {
    const taken = Decimal.min(left, offered);
    sum = sum.plus(taken.times(price));
    left = left.minus(taken);
  }
  expect(left.isZero()).toBe(true);
  return sum;
}

const wei = (amount: Decimal): bigint => BigInt(amount.times(E18.toString()).toFixed(0));
const coins = (amount: bigint): Decimal => new Decimal(amount.toString()).div(E18.toString());

function run(gas: string, start = 200, quote = '100', missesPct: Readonly<Record<string, number>> = {}) {
  const spec = {
    symbol: 'ZERO/USD',
    base: 'ZERO',
    quote: 'USD',
    tickSize: '0.0000001',
    lotSize: '0.000001',
    minQty: '0.000001',
    minNotional: '0',
    priceDecimals: 7,
    qtyDecimals: 6,
    takerFee: '0',
    orderCost: gas,
  };
  const traded = new RouteRun({
    venues: ['v2', 'v3'],
    specs: [spec],
    capital: { 'USD@v3': '10000', 'USD@v2': quote, 'ZERO@v2': '1000' },
    detection: { maxStartNotional: String(start) },
    latencyMs: { v2: 10, v3: 10 },
    missesPct,
  });
  const show = (bids: readonly Level[] = BIDS): void => {
    traded.book('v3', spec.symbol, bidsOf(v3.sell, v3Depth, GRID), ASKS);
    traded.book('v2', spec.symbol, bids, asksOf(v2.buy, BigInt(r0), GRID));
  };
  return { traded, show };
}

describe('a cycle over two pools of one pair', () => {
  it('is found, priced with its gas and executed: to the last unit what the books show, and no more than the contracts give', () => {
    const [gas, start] = ['0.25', 200];
    const { traded, show } = run(gas, start);
    show();
    traded.pass(1_000);
    const fills = traded.of('orderFilled');
    const qtyAt = (venue: string): Decimal =>
      fills
        .filter(({ order }) => order.venue === venue)
        .reduce((sum, { fill }) => sum.plus(fill.qty), new Decimal(0));
    const qty = qtyAt('v3');
    expect(qty.gt(100)).toBe(true);
    expect(qtyAt('v2').toString()).toBe(qty.toString());
    const [paid, got] = [walked(ASKS, qty), walked(BIDS, qty)];
    expect(traded.total('USD@v3').toString()).toBe(decimal('10000').minus(paid).minus(gas).toString());
    expect(traded.total('USD@v2').toString()).toBe(decimal('100').plus(got).minus(gas).toString());
    expect(traded.coin('ZERO').toString()).toBe('1000');
    const [execution] = traded.of('executionFinished');
    const profit = got.minus(paid).minus(decimal(gas).times(2));
    expect(execution?.execution.profit).toBe(profit.toString());
    expect(profit.gt(10)).toBe(true);
    // The contracts ask less, and pay more: by less than a tenth of a basis point, or by one where a level is wide.
    const [asked, given] = [coins(v3.buy.inFor(wei(qty)) ?? 0n), coins(v2.sell.outFor(wei(qty)))];
    expect([paid.gte(asked), got.lte(given)]).toEqual([true, true]);
    expect(paid.div(asked).minus(1).lt('0.00001')).toBe(true);
    expect(given.div(got).minus(1).lt('0.0001')).toBe(true);
  });

  it('is none where its gas is more than its edge', () => {
    const { traded, show } = run('9', 200);
    show();
    traded.pass(1_000);
    expect(traded.of('orderCreated')).toEqual([]);
  });

  const worse = (levels: readonly Level[], by: string): readonly Level[] =>
    levels.map(([price, qty]): Level => [decimal(price).times(by).toFixed(7), qty]);
  const reverted = ({ traded }: ReturnType<typeof run>, venue: string) =>
    traded.of('orderCanceled').find(({ order }) => order.venue === venue)?.order;

  it('of which a swap is reverted has paid for it all the same: a sale out of what is free there', () => {
    const cycle = run('0.25');
    cycle.show();
    // What was bought at v3 is reported, and the price falls before the sale arrives.
    cycle.traded.pass(20);
    cycle.show(worse(BIDS, '0.8'));
    cycle.traded.pass(20);
    expect(reverted(cycle, 'v2')).toMatchObject({ filledQty: '0', fees: '0.25' });
    expect(reverted(cycle, 'v2')?.reason).toMatch(/^reverted/);
    expect(cycle.traded.total('USD@v2').toString()).toBe('99.75');
    expect(cycle.traded.of('equitySampled').at(-1)?.sample.fees).not.toBe('0');
  });

  it('and a purchase out of what was set aside for it', () => {
    const cycle = run('0.25');
    cycle.show();
    cycle.traded.book('v3', 'ZERO/USD', [], worse(ASKS, '1.3'));
    cycle.traded.pass(20);
    expect(reverted(cycle, 'v3')).toMatchObject({ filledQty: '0', fees: '0.25' });
    expect(cycle.traded.total('USD@v3').toString()).toBe('9999.75');
    const { balances } = cycle.traded.kernel.portfolio;
    expect(balances.reserved('USD@v3').toString()).toBe('0');
    const [missed] = cycle.traded.of('executionFinished');
    expect(missed?.execution).toMatchObject({ outcome: 'missed', startAmount: '0', profit: '-0.25' });
  });

  it('and is not tried again while the same edge lasts, however often it could pay for its gas', () => {
    const cycle = run('0.25', 200, '100', { v3: 100 });
    cycle.show();
    cycle.traded.pass(5_000);
    const ends = cycle.traded.of('executionFinished').map(({ execution }) => execution);
    expect(ends.map(({ outcome, profit }) => [outcome, profit])).toEqual([['missed', '-0.25']]);
  });

  it('and no more than lies there: no balance falls below zero', () => {
    const cycle = run('0.25', 200, '0.1');
    cycle.show();
    cycle.traded.pass(20);
    cycle.show(worse(BIDS, '0.8'));
    cycle.traded.pass(20);
    expect(reverted(cycle, 'v2')).toMatchObject({ filledQty: '0', fees: '0.1' });
    expect(cycle.traded.total('USD@v2').toString()).toBe('0');
  });
});
