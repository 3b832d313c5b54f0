import { describe, expect, it } from 'vitest';
import { Decimal, decimal } from '../domain/decimal.ts';
import { SeededRandom } from '../lib/random.ts';
import type { CyclePlan } from './cycle-sizing.ts';
import type { Reserves } from './route-waterfall.ts';
import { type Levels, type Listed, RouteRig } from './testing/route-rig.ts';

const NONE: Reserves = { slippageBps: 0, ageRiskBps: 0, inventoryBps: 0 };
const asks = (...levels: Levels) => ({ asks: levels });
const bids = (...levels: Levels) => ({ bids: levels });

describe('a route of two trades, reckoned by hand', () => {
  it('with fees in quote takes both ladders as far as the funds go', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', ...asks(['100.00', '2.00'], ['100.10', '5.00']) },
      { pair: 'BTC/USD', venue: 'west', ...bids(['101.00', '1.00'], ['100.60', '5.00']) },
    ]);
    const reserves = { slippageBps: 1, ageRiskBps: 0.5, inventoryBps: 2 };
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 200.2, reserves, 7_000);
    // Bought: 2 × 100.00 × 1.001. Sold: 101.00 + 100.60, less 0.2016 of fees.
    expect([plan.startAmount, plan.endAmount]).toEqual([200.2, 201.3984]);
    expect(plan.profit?.toString()).toBe('1.12833');
    expect(plan.waterfall).toMatchObject({
      home: {
        gross: '2.002',
        fees: '-0.404',
        depth: '-0.3996',
        rounding: '0',
        slippage: '-0.02002',
        ageRisk: '-0.01001',
        inventory: '-0.04004',
        net: '1.12833',
      },
      grossBps: 100,
      slippageBps: -1,
      ageRiskBps: -0.5,
      inventoryBps: -2,
      ageUs: 7_000,
    });
    expect(plan.legs.map(({ venue, side, qty }) => [venue, side, qty.toString()])).toEqual([
      ['east', 'buy', '2'],
      ['west', 'sell', '2'],
    ]);
    expect(plan.obstacle).toBeUndefined();
  });

  it('with the fee in base sells only what is left of what it bought, in lots of the other venue', () => {
    const rig = new RouteRig(
      [
        { pair: 'BTC/USD', venue: 'west', lotSize: '0.001', ...asks(['100.00', '10']) },
        { pair: 'BTC/USD', venue: 'east', ...bids(['102.00', '10']) },
      ],
      { west: { in: 'received' } },
    );
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 500, NONE, 0);
    // 4.995 bought for 499.5, of which 0.004995 is the fee; 4.99 of 4.990005 are sold for 508.98 less 0.50898.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['4.995', '4.99']);
    expect([plan.startAmount, plan.endAmount]).toEqual([499.5, 508.47102]);
    expect(plan.waterfall.home).toEqual({
      gross: '9.99',
      fees: '-1.01847051',
      depth: '0',
      rounding: '-0.00050949',
      slippage: '0',
      ageRisk: '0',
      inventory: '0',
      net: '8.97102',
    });
  });

  it('with the fee in an asset of its own at a discount keeps all it buys, and counts the fee', () => {
    const rig = new RouteRig(
      [
        { pair: 'BTC/USD', venue: 'east', ...asks(['100.00', '10']) },
        { pair: 'BTC/USD', venue: 'west', ...bids(['101.00', '10']) },
      ],
      { east: { in: 'discount-asset', asset: 'BNB@east', share: decimal('0.75') } },
    );
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 100.075, NONE, 0);
    // 1 bought for 100 and 0.075 worth of BNB, 1 sold for 101 less 0.101.
    expect([plan.startAmount, plan.endAmount]).toEqual([100, 100.899]);
    expect(plan.profit?.toString()).toBe('0.824');
    expect(plan.waterfall.home?.net).toBe('0.824');
  });

  it('of different lots is as large as the coarser one allows, and never more than the ladder has', () => {
    const rig = new RouteRig([
      {
        pair: 'BTC/USD',
        venue: 'east',
        lotSize: '0.001',
        qtyDecimals: 4,
        takerFee: '0',
        ...asks(['100.00', '1.237']),
      },
      { pair: 'BTC/USD', venue: 'west', lotSize: '0.1', takerFee: '0', ...bids(['101.00', '10']) },
    ]);
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 1e6, NONE, 0);
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.2', '1.2']);
    expect(plan.profit?.toString()).toBe('1.2');
  });

  it.each([
    [{ minQty: '0.5' }, 'below-min-qty', 'BTC/USD at west: 0.4 BTC is below the minimum of 0.5 BTC'],
    [{ minNotional: '50' }, 'below-min-notional', 'BTC/USD at west: 40.4 USD is below the minimum of 50 USD'],
  ] as const)('below a minimum of either venue is none: %o', (rule, code, detail) => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', ...asks(['100.00', '0.40']) },
      { pair: 'BTC/USD', venue: 'west', ...rule, ...bids(['101.00', '10']) },
    ]);
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 1e6, NONE, 0);
    expect(plan.obstacle).toEqual({ code, detail });
  });

  it('that its reserves take whole is shown with the numbers and trades nothing', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', ...asks(['100.00', '1']) },
      { pair: 'BTC/USD', venue: 'west', takerFee: '0', ...bids(['100.02', '1']) },
    ]);
    const reserves = { slippageBps: 1, ageRiskBps: 0.5, inventoryBps: 2 };
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell']), 1e6, reserves, 0);
    expect([plan.legs, plan.startAmount, plan.endAmount, plan.waterfall.netBps]).toEqual([[], 0, 0, -1.5]);
    expect(plan.waterfall.home).toBeUndefined();
    expect(plan.obstacle).toEqual({
      code: 'edge-gone-after-depth',
      detail: 'the best levels yield 2.00 bps after fees; slippage, age and carries take 3.50 bps',
    });
  });
});

describe('a route at its limits', () => {
  /** Bought in the east for `ask`, sold in the west for `bid`, without fees. */
  const simple = (
    east: Partial<Listed>,
    west: Partial<Listed>,
    ask: readonly [string, string] = ['100.00', '5'],
    bid: readonly [string, string] = ['101.00', '5'],
  ) => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', ...east, ...asks(ask) },
      { pair: 'BTC/USD', venue: 'west', takerFee: '0', ...west, ...bids(bid) },
    ]);
    return { rig, route: rig.route([0, 'buy'], [1, 'sell']) };
  };
  const quantities = (plan: CyclePlan) => plan.legs.map(({ qty }) => qty.toString());

  it('may be exactly as large as the least that a venue takes', () => {
    const { rig, route } = simple({ minQty: '0.4' }, { minNotional: '40.4' }, ['100.00', '0.40']);
    expect(rig.sizer.plan(route, 1e6, NONE, 0).obstacle).toBeUndefined();
  });

  it('may be a single unit of both books, and a part of one dollar', () => {
    const whole = { lotSize: '1', qtyDecimals: 0, minQty: '1' };
    const one = simple(whole, whole);
    expect(quantities(one.rig.sizer.plan(one.route, 100, NONE, 0))).toEqual(['1', '1']);
    const free = { minNotional: '0' };
    const cheap = simple(free, free, ['0.01', '500'], ['0.02', '500']);
    expect(quantities(cheap.rig.sizer.plan(cheap.route, 0.9, NONE, 0))).toEqual(['90', '90']);
  });

  it('gives up a lot, and what follows with it, where the funds do not cover it by the last digit', () => {
    const half = { lotSize: '0.5', qtyDecimals: 2, minQty: '0.5' };
    const two = simple(half, half);
    expect(quantities(two.rig.sizer.plan(two.route, 100 - 1e-8, NONE, 0))).toEqual(['0.5', '0.5']);
    const whole = { lotSize: '1', qtyDecimals: 0, minQty: '0', minNotional: '0' };
    const one = simple(whole, whole);
    const plan = one.rig.sizer.plan(one.route, 100 - 1e-8, NONE, 0);
    expect(quantities(plan)).toEqual(['0', '0']);
    expect(plan.obstacle?.code).toBe('below-min-qty');
  });

  it('is none where lots leave nothing of what it yields, and one where they leave a part of a basis point', () => {
    const coarse = [{ lotSize: '0.5' }, { lotSize: '0.8', qtyDecimals: 2 }] as const;
    const even = simple(...coarse, ['100.00', '1.00'], ['125.00', '10']);
    // 1 is bought for 100, and of it 0.8 sold for 100.
    const plan = even.rig.sizer.plan(even.route, 1e6, NONE, 0);
    expect(quantities(plan)).toEqual(['1', '0.8']);
    expect(plan.obstacle).toEqual({
      code: 'edge-gone-after-depth',
      detail: 'net 0.00 bps at 100.000 USD after depth, lots, slippage, age and carries',
    });
    const better = simple(...coarse, ['100.00', '1.00'], ['125.01', '10']);
    const paying = better.rig.sizer.plan(better.route, 1e6, NONE, 0);
    expect([paying.waterfall.netBps, paying.obstacle]).toEqual([0.8, undefined]);
  });

  it('has limit prices that give each of its trades an equal part of the slippage', () => {
    const { rig, route } = simple({}, {});
    const plan = rig.sizer.plan(route, 100, { ...NONE, slippageBps: 20 }, 0);
    expect(plan.legs.map(({ limitPrice }) => limitPrice.toString())).toEqual(['100.1', '100.9']);
  });

  it('is bounded before it is sized: by the levels that pay for its reserves, or by the best ones', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', ...asks(['100.00', '10']) },
      {
        pair: 'BTC/USD',
        venue: 'west',
        takerFee: '0',
        ...bids(['101.00', '1'], ['100.50', '1'], ['100.02', '5']),
      },
    ]);
    const route = rig.route([0, 'buy'], [1, 'sell']);
    const reserves = { slippageBps: 1, ageRiskBps: 0.5, inventoryBps: 2 };
    expect(rig.sizer.mostBps(route, 1e6, reserves)).toBeCloseTo(75 - 3.5, 9);
    expect(rig.sizer.mostBps(route, 1e6, { ...reserves, inventoryBps: 200 })).toBeCloseTo(100 - 201.5, 9);
  });

  it('is bounded with what its orders cost whatever their size, so that one that gas takes is not sized', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', orderCost: '1', ...asks(['100.00', '10']) },
      { pair: 'BTC/USD', venue: 'west', takerFee: '0', orderCost: '2', ...bids(['101.00', '10']) },
    ]);
    const route = rig.route([0, 'buy'], [1, 'sell']);
    // 199 of 200 buy 1.99, which bring 200.99 less 2; 999 of 1,000 buy 9.99, which bring 1,008.99 less 2.
    expect(rig.sizer.mostBps(route, 200, NONE)).toBeCloseTo((198.99 / 200 - 1) * 10_000, 6);
    expect(rig.sizer.mostBps(route, 1_000, NONE)).toBeCloseTo((1_006.99 / 1_000 - 1) * 10_000, 6);
  });

  it('may begin with a sale, and sells as much as the purchase after it needs, fee in base and all', () => {
    const rig = new RouteRig(
      [
        { pair: 'BTC/USD', venue: 'east', lotSize: '0.1', ...asks(['100.00', '5']) },
        { pair: 'BTC/USD', venue: 'west', lotSize: '0.0001', takerFee: '0', ...bids(['101.00', '5']) },
      ],
      { east: { in: 'received' } },
    );
    const plan = rig.sizer.plan(rig.route([1, 'sell'], [0, 'buy']), 1, NONE, 0);
    // 0.9901 brings 100.0001; 1 is bought for 100, of which 0.001 is the fee.
    expect(quantities(plan)).toEqual(['0.9901', '1']);
    expect(plan.profit?.toString()).toBe('0.0089');
  });
});

describe('a route of three trades over two venues', () => {
  it('converts one stablecoin to another at a price and a fee, and carries twice', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', ...asks(['100.00', '1.00']) },
      { pair: 'BTC/USDT', venue: 'west', takerFee: '0', ...bids(['103.00', '1.00']) },
      { pair: 'USDT/USD', venue: 'west', takerFee: '0.001', ...bids(['0.99', '500']) },
    ]);
    const route = rig.route([0, 'buy'], [1, 'sell'], [2, 'sell']);
    expect([route.carries, route.venue, route.path]).toEqual([
      2,
      'east+west',
      ['USD@east', 'BTC@west', 'USDT@west'],
    ]);
    // 103 USDT at 0.99, less a thousandth: 101.86803 USD for 100.
    expect(rig.sizer.plan(route, 1e6, NONE, 0).profit?.toString()).toBe('1.86803');
  });

  it('changes venues as often as a trade is at another one than the trade before, the last one before the first', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east' },
      { pair: 'BTC/USDT', venue: 'west' },
      { pair: 'USDT/USD', venue: 'east' },
      { pair: 'BTC/USD', venue: 'west' },
    ]);
    expect(rig.route([0, 'buy'], [1, 'sell'], [2, 'sell']).carries).toBe(2);
    expect(rig.route([0, 'buy'], [3, 'sell']).carries).toBe(2);
  });

  it('sells as much of the first coin as the lots of the next one need, fee and all', () => {
    const rig = new RouteRig([
      { pair: 'BTC/USD', venue: 'east', lotSize: '0.0001', takerFee: '0', ...asks(['100.00', '1.00']) },
      { pair: 'BTC/USDT', venue: 'west', lotSize: '0.0001', ...bids(['103.00', '1.00']) },
      { pair: 'USDT/USD', venue: 'west', lotSize: '1', minQty: '1', takerFee: '0', ...bids(['0.99', '500']) },
    ]);
    const plan = rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell'], [2, 'sell']), 1e6, NONE, 0);
    // 102 / (103 × 0.999) of a bitcoin.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['0.9913', '0.9913', '102']);
  });

  it('counts a fee in an asset of the venue at the price of the coin that it is reckoned in', () => {
    const pairs = [
      { pair: 'BTC/USD', venue: 'east', takerFee: '0', ...asks(['100.00', '1.00']) },
      { pair: 'BTC/USDT', venue: 'west', ...bids(['103.00', '1.00']) },
      { pair: 'USDT/USD', venue: 'west', takerFee: '0', ...bids(['0.99', '500']) },
    ];
    const aside = { west: { in: 'discount-asset', asset: 'BNB@west', share: decimal('0.75') } } as const;
    const profit = (
      prices: Readonly<Record<string, number>>,
      fees: readonly string[] = ['0', '0.001', '0'],
    ) => {
      const own = pairs.map((pair, k) => ({ ...pair, takerFee: fees[k] ?? '0' }));
      const rig = new RouteRig(own, aside, prices);
      return rig.sizer.plan(rig.route([0, 'buy'], [1, 'sell'], [2, 'sell']), 1e6, NONE, 0);
    };
    // 102.92 of 103 USDT are sold, 101.8908 − 100, less 0.07725 USDT; in dollars of 0.9 and USDT of 0.7 in the home currency, rounded up.
    const priced = profit({ 'USD@east': 0.9, 'USDT@west': 0.7 });
    expect(priced.profit?.toString()).toBe('1.8307166666');
    expect(priced.waterfall.home?.gross).toBe('1.773');
    // Where either price is not known it counts as much as the start asset.
    expect(profit({ 'USD@east': 0.9 }).profit?.toString()).toBe('1.81355');
    expect(profit({ 'USDT@west': 0.7 }).profit?.toString()).toBe('1.81355');
    // Dollars are dollars, whatever they cost there: 0.001 × 0.75 of 101.97.
    const dollars = profit({ 'USD@east': 1, 'USD@west': 0.5 }, ['0', '0', '0.001']);
    expect(dollars.profit?.toString()).toBe('1.8935225');
  });
});

describe('the waterfall of any route', () => {
  it('adds up to what is booked when prices stand still, to the last digit, in bps and in the home currency', () => {
    const random = new SeededRandom(16);
    let planned = 0;
    for (let round = 0; round < 400; round++) {
      const rig = new RouteRig(randomVenues(random), {
        west: random.next() < 0.5 ? { in: 'received' } : { in: 'quote' },
        north:
          random.next() < 0.5
            ? { in: 'discount-asset', asset: 'BNB@north', share: decimal('0.75') }
            : { in: 'received' },
      });
      const [buyAt, sellAt] = [
        [0, 1],
        [1, 2],
        [2, 0],
        [1, 0],
      ][round % 4] as [number, number];
      const reserves = { slippageBps: random.next(), ageRiskBps: random.next(), inventoryBps: random.next() };
      const route = rig.route([buyAt, 'buy'], [sellAt, 'sell']);
      const plan = rig.sizer.plan(route, 50 + random.next() * 3_000, reserves, 0);
      const { home } = plan.waterfall;
      if (home === undefined || plan.obstacle?.code.startsWith('below-min') === true) continue;
      planned++;
      const trades = booked(rig, plan.legs);
      const realised = sumOf(trades.map(({ usd }) => usd));
      const result = sumOf([home.gross, home.fees, home.depth, home.rounding]);
      expect(result.toString()).toBe(realised.toString());
      const { net, ...steps } = home;
      expect(sumOf(Object.values(steps)).toString()).toBe(net);
      expect(plan.profit?.toString()).toBe(home.net);
      const { ageUs: _, home: __, netBps, ageRiskBps = 0, inventoryBps = 0, ...bps } = plan.waterfall;
      expect(sumOf([...Object.values(bps), ageRiskBps, inventoryBps]).toNumber()).toBe(netBps);
      // No coin is sold that was not bought.
      expect(sumOf(trades.map(({ base }) => base)).isNegative()).toBe(false);
    }
    expect(planned).toBeGreaterThan(150);
  });
});

type Legs = CyclePlan['legs'];

/** A plain account of each trade, from the ladder's text: no code of the engine's sizing. */
function booked({ pairs, charges }: RouteRig, legs: Legs) {
  return legs.map(({ instrumentId, side, qty }) => {
    const { venue, takerFee = '0', bids: demand = [], asks: supply = [] } = pairs[instrumentId] as Listed;
    const charge = charges[venue] ?? { in: 'quote' };
    let left = qty;
    let notional = new Decimal(0);
    for (const [price, size] of side === 'sell' ? demand : supply) {
      const taken = Decimal.min(left, size);
      notional = notional.plus(taken.times(price));
      left = left.minus(taken);
    }
    if (!left.isZero()) throw new Error('more is ordered than the ladder has');
    const ceil = (amount: Decimal) => amount.toDecimalPlaces(10, Decimal.ROUND_CEIL);
    const share = charge.in === 'discount-asset' ? charge.share : new Decimal(1);
    const fee = ceil(notional.times(takerFee ?? 0).times(share));
    const feeInBase = side === 'buy' && charge.in === 'received' ? ceil(qty.times(takerFee ?? 0)) : undefined;
    const usd =
      feeInBase === undefined ? notional.times(side === 'sell' ? 1 : -1).minus(fee) : notional.neg();
    const base = side === 'sell' ? qty.neg() : qty.minus(feeInBase ?? 0);
    return { usd, base };
  });
}

function sumOf(amounts: readonly (Decimal | string | number)[]): Decimal {
  return amounts.reduce((total: Decimal, one) => total.plus(one), new Decimal(0));
}

/** Three venues with a coin at about 100, their books apart by up to a percent or two. */
function randomVenues(random: SeededRandom): Listed[] {
  return ['east', 'west', 'north'].map((venue) => {
    const middle = 100 + (random.next() - 0.5) * 3;
    const lot = ['0.0001', '0.001', '0.01', '0.02'][Math.floor(random.next() * 4)] ?? '0.01';
    const ladder = (sign: number): Levels =>
      Array.from({ length: 4 }, (_, level) => [
        (middle + sign * (0.02 + level * 0.05 + random.next() * 0.04)).toFixed(2),
        (0.1 + random.next() * 4).toFixed(4),
      ]);
    return {
      pair: 'BTC/USD',
      venue,
      lotSize: lot,
      qtyDecimals: 4,
      takerFee: (random.next() * 0.002).toFixed(5),
      minNotional: '5',
      bids: dedupe(ladder(-1)),
      asks: dedupe(ladder(1)),
    };
  });
}

/** One level a price. */
function dedupe(levels: Levels): Levels {
  return levels.filter(([price], k) => levels.findIndex(([other]) => other === price) === k);
}
