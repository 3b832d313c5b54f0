import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { createInstrument, type InstrumentSpec } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { Side } from '../domain/order.ts';
import { gridOf } from './instrument-grid.ts';
import { type CyclePlan, CycleSizer } from './cycle-sizing.ts';

type Levels = readonly (readonly [price: number, qty: number])[];
type Made = { readonly bids: Levels; readonly asks: Levels };

/** A/H, A/B and B/H, all in hundredths; fees of ten basis points. */
const SYMBOLS = ['A/H', 'A/B', 'B/H'];
const SIZES = { tickSize: '0.01', lotSize: '0.01', minQty: '0.05', minNotional: '0.1', takerFee: '0.001' };

function sizerOf(
  books: readonly Made[],
  change: Partial<InstrumentSpec> = {},
  each: readonly Partial<InstrumentSpec>[] = [],
): CycleSizer {
  const instruments = SYMBOLS.map((symbol, id) => {
    const [base = '', quote = ''] = symbol.split('/');
    return createInstrument(
      { symbol, base, quote, ...SIZES, status: 'online', ...change, ...each[id] },
      id,
      'test',
    );
  });
  const { priceDecimals = 2, qtyDecimals = 2 } = instruments[0] ?? {};
  const ladders = books.map(({ bids, asks }) => {
    const book = new OrderBook(10);
    const units = (levels: Levels) =>
      levels.map(([price, qty]) => [
        Math.round(price * 10 ** priceDecimals),
        Math.round(qty * 10 ** qtyDecimals),
      ]);
    // What is tested is a later book: before it either side was longer by a level.
    for (const more of [1, 0]) {
      const update = new BookUpdate();
      update.reset(0, true, 1);
      for (const [price = 0, qty = 0] of units(bids)) update.pushBid(price, qty);
      for (const [price = 0, qty = 0] of units(asks)) update.pushAsk(price, qty);
      if (more > 0) update.pushBid(1, more);
      if (more > 0) update.pushAsk(1_000_000_000, more);
      book.apply(update);
    }
    return book;
  });
  return new CycleSizer(instruments, ladders, instruments.map(gridOf));
}

/** Books whose used sides are these: FORTH buys of A/H, and sells at A/B and B/H. */
const forthBooks = (buyA: Levels, sellA: Levels, sellB: Levels): readonly [Made, Made, Made] => [
  { bids: [], asks: buyA },
  { bids: sellA, asks: [] },
  { bids: sellB, asks: [] },
];
/** BACK sells at A/H, and buys of A/B and B/H. */
const backBooks = (sellA: Levels, buyA: Levels, buyB: Levels): readonly [Made, Made, Made] => [
  { bids: sellA, asks: [] },
  { bids: [], asks: buyA },
  { bids: [], asks: buyB },
];

const cycle = (path: readonly string[], sides: readonly (readonly [number, Side])[]): Cycle => ({
  id: 0,
  venue: 'test',
  path,
  legs: sides.map(([instrumentId, side]) => ({ instrumentId, side })),
});
/** H → A → B → H: buys A, sells it for B, sells B. */
const FORTH = cycle(
  ['H', 'A', 'B'],
  [
    [0, 'buy'],
    [1, 'sell'],
    [2, 'sell'],
  ],
);
/** H → B → A → H: buys B, buys A with it, sells A. */
const BACK = cycle(
  ['H', 'B', 'A'],
  [
    [2, 'buy'],
    [1, 'buy'],
    [0, 'sell'],
  ],
);

const numbers = ({ legs, startAmount, endAmount, waterfall, obstacle }: CyclePlan) => ({
  legs: legs.map(({ side, qty, limitPrice }) => [side, qty.toString(), limitPrice.toString()]),
  startAmount,
  endAmount,
  waterfall,
  obstacle,
});

/** Three levels of two each on the side that is used. */
const DEEP = {
  forth: [
    [
      [10, 2],
      [10.01, 2],
      [10.02, 2],
    ],
    [
      [2.1, 2],
      [2.09, 2],
      [2.08, 2],
    ],
    [
      [5, 4],
      [4.99, 4],
      [4.98, 4],
    ],
  ],
  back: [
    [
      [10.6, 2],
      [10.59, 2],
      [10.58, 2],
    ],
    [
      [2, 2],
      [2.01, 2],
      [2.02, 2],
    ],
    [
      [5, 4],
      [5.01, 4],
      [5.02, 4],
    ],
  ],
} as const satisfies Record<string, readonly Levels[]>;

const FORTH_SIDES = ['asks', 'bids', 'bids'] as const;
const BACK_SIDES = ['asks', 'asks', 'bids'] as const;

describe('sizes along the ladders', () => {
  it.each([
    ['forth', FORTH, DEEP.forth, FORTH_SIDES],
    ['back', BACK, [DEEP.back[2], DEEP.back[1], DEEP.back[0]], BACK_SIDES],
  ] as const)(
    '%s: reach as deep as the side goes that is traded, however long the other side is',
    (_, way, used, sides) => {
      const plans = [1, 2, 3, 6].map((length) => {
        const books: Made[] = [...forthBooks([], [], [])];
        way.legs.forEach(({ instrumentId }, k) => {
          const side = sides[k] ?? 'bids';
          const best = used[k]?.[0]?.[0] ?? 0;
          const step = side === 'bids' ? 0.05 : -0.05;
          const other: Levels = Array.from({ length }, (_level, j) => [best + step * (j + 1), 0.01]);
          const own = used[k] ?? [];
          books[instrumentId] = side === 'bids' ? { bids: own, asks: other } : { bids: other, asks: own };
        });
        return numbers(sizerOf(books).plan(way, 1_000, 0, 0));
      });
      for (const plan of plans) expect(plan).toEqual(plans[0]);
      // More than the first level of each ladder holds.
      expect(plans[0]?.obstacle).toBeUndefined();
      expect(Number(plans[0]?.legs[1]?.[1])).toBeGreaterThan(4);
    },
  );

  it('are those that one adds up by hand: two levels bought, one and a half sold', () => {
    const plan = sizerOf(
      forthBooks(
        [
          [10, 1],
          [10.1, 1],
          [99, 50],
        ],
        [
          [2.1, 2],
          [0.01, 50],
        ],
        [
          [5, 3],
          [4.95, 3],
          [0.01, 50],
        ],
      ),
    ).plan(FORTH, 1_000, 0, 7);
    expect(plan.obstacle).toBeUndefined();
    expect(plan.legs.map(({ qty, limitPrice }) => [qty.toString(), limitPrice.toString()])).toEqual([
      ['2', '10.1'],
      ['2', '2.1'],
      ['4.19', '4.95'],
    ]);
    expect(plan.startAmount).toBeCloseTo((10 + 10.1) * 1.001, 9);
    expect(plan.endAmount).toBeCloseTo((3 * 5 + 1.19 * 4.95) * 0.999, 9);
    expect(plan.waterfall.ageUs).toBe(7);
  });

  it('are cut to what may be spent, in whole lots', () => {
    const books = forthBooks([[10, 5]], [[2.1, 5]], [[5, 20]]);
    const plan = sizerOf(books).plan(FORTH, 15.5, 0, 0);
    // 15.5 pays for 1.548 at 10 and ten basis points.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.54', '1.54', '3.23']);
    expect(plan.startAmount).toBeCloseTo(15.4 * 1.001, 9);
  });

  it('keep to lots of several units', () => {
    const books = forthBooks([[10, 5]], [[2.1, 5]], [[5, 20]]);
    const plan = sizerOf(books, { lotSize: '0.25', minQty: '0.25', qtyDecimals: 2 }).plan(FORTH, 15.5, 0, 0);
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.5', '1.5', '3']);
  });

  const BOOKS = forthBooks([[10, 50]], [[2.1, 50]], [[5, 50]]);

  const BACK_BOOKS = backBooks([[10.6, 50]], [[2, 50]], [[5, 50]]);

  it('buy no more than the next leg can sell in its own lots', () => {
    const coarse = [{}, { lotSize: '1', minQty: '1', qtyDecimals: 2 }, {}];
    const plan = sizerOf(BOOKS, {}, coarse).plan(FORTH, 28, 0, 0);
    // 28 pays for 2.79, of which 2 can be sold.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['2', '2', '4.19']);
    expect(plan.startAmount).toBeCloseTo(20 * 1.001, 9);
  });

  it('are shown as a waterfall from gross to net that adds up, and that agrees with the amounts', () => {
    const coarse = [{}, {}, { lotSize: '0.5', minQty: '0.5', qtyDecimals: 2 }];
    const deep = forthBooks(
      [
        [10, 1],
        [10.1, 1],
      ],
      [[2.1, 50]],
      [[5, 50]],
    );
    const { waterfall, startAmount, endAmount } = sizerOf(deep, {}, coarse).plan(FORTH, 1_000, 20, 0);
    const { grossBps, feesBps, depthBps, roundingBps, slippageBps, netBps } = waterfall;
    // 2.1 × 5 / 10 at the best prices.
    expect(grossBps).toBeCloseTo(500, 6);
    expect(feesBps).toBeCloseTo(((1.05 * 0.999 * 0.999) / 1.001 - 1.05) * 10_000, 6);
    expect(slippageBps).toBe(-20);
    expect(depthBps).toBeLessThan(-40);
    expect(roundingBps).toBeLessThan(-10);
    expect(grossBps + feesBps + depthBps + roundingBps + slippageBps).toBeCloseTo(netBps, 9);
    expect((endAmount / startAmount - 1) * 10_000 - 20).toBeCloseTo(netBps, 6);
  });

  it('of a cycle that starts with less than one unit are shown as a waterfall that adds up too', () => {
    const cheap = forthBooks([[1, 50]], [[2.1, 50]], [[0.5, 50]]);
    const { waterfall, startAmount, endAmount } = sizerOf(cheap).plan(FORTH, 0.555, 0, 0);
    expect(startAmount).toBeLessThan(0.555);
    expect(waterfall.roundingBps).toBeLessThan(0);
    expect((endAmount / startAmount - 1) * 10_000).toBeCloseTo(waterfall.netBps, 6);
  });

  it('that come to no lot at all have lost nothing to rounding: there is no order', () => {
    const { waterfall, startAmount, obstacle } = sizerOf(BOOKS).plan(FORTH, 0.09, 0, 0);
    expect([startAmount, obstacle?.code]).toEqual([0, 'below-min-qty']);
    expect(waterfall.roundingBps).toBe(0);
    expect(waterfall.netBps).toBeCloseTo(waterfall.grossBps + waterfall.feesBps, 9);
  });

  it('are none where a ladder is empty: the start is worth nothing, and no fee takes part in that', () => {
    const plan = sizerOf([BOOKS[0], BOOKS[1], { bids: [], asks: [[5, 50]] }]).plan(FORTH, 1_000, 0, 0);
    expect(plan).toMatchObject({ legs: [], obstacle: { code: 'edge-gone-after-depth' } });
    expect(plan.waterfall).toMatchObject({ grossBps: -10_000, feesBps: 0, netBps: -10_000 });
  });

  it('are sold at the lowest price there is, one tick, where the market is there', () => {
    const books = forthBooks([[0.1, 50]], [[21, 50]], [[0.01, 5_000]]);
    const plan = sizerOf(books).plan(FORTH, 1, 150, 0);
    expect(plan.obstacle).toBeUndefined();
    expect(plan.legs.map(({ limitPrice }) => limitPrice.toString())).toEqual(['0.1', '20.9', '0.01']);
  });

  it('are none where the best levels do not pay for fees and slippage, with the figures', () => {
    const plan = sizerOf(BOOKS).plan(FORTH, 1_000, 600, 3);
    const fees = ((1.05 * 0.999 * 0.999) / 1.001 - 1.05) * 10_000;
    expect(plan).toMatchObject({ legs: [], startAmount: 0, endAmount: 0 });
    expect(plan.waterfall).toMatchObject({ depthBps: 0, roundingBps: 0, slippageBps: -600, ageUs: 3 });
    expect(plan.waterfall.grossBps).toBeCloseTo(500, 6);
    expect(plan.waterfall.feesBps).toBeCloseTo(fees, 6);
    expect(plan.waterfall.netBps).toBeCloseTo(500 + fees - 600, 6);
    expect(plan.obstacle?.detail).toBe(
      `the best levels yield ${(500 + fees).toFixed(2)} bps after fees, the slippage buffer takes 600 bps`,
    );
  });

  it('have limits that are wider by their share of the slippage, on tick, and never beyond it', () => {
    // 30 bps over three legs: 10 bps each, of 10.00, 2.10 and 5.00.
    const plan = sizerOf(BOOKS).plan(FORTH, 100, 30, 0);
    expect(plan.legs.map(({ limitPrice }) => limitPrice.toString())).toEqual(['10.01', '2.1', '5']);
    const wide = sizerOf(BOOKS).plan(FORTH, 100, 150, 0);
    expect(wide.legs.map(({ limitPrice }) => limitPrice.toString())).toEqual(['10.05', '2.09', '4.98']);
  });

  it('sell of an asset what the next leg needs after the fee, rounded up to the lot', () => {
    const coarse = [{}, {}, { lotSize: '1', minQty: '1', qtyDecimals: 2 }];
    const plan = sizerOf(BOOKS, {}, coarse).plan(FORTH, 15, 0, 0);
    // 1.43 A would bring 2.999997 B.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.44', '1.44', '3']);
    // The last leg too has its share of the slippage buffer, 50 bps of 5.00.
    expect(sizerOf(BOOKS, {}, coarse).plan(FORTH, 15, 150, 0).legs[2]?.limitPrice.toString()).toBe('4.98');
  });

  it('that lose to rounding what the prices yield are refused with the net figure', () => {
    const coarse = [
      {},
      { lotSize: '1', minQty: '1', qtyDecimals: 2 },
      { lotSize: '3', minQty: '3', qtyDecimals: 2 },
    ];
    const { obstacle, waterfall, endAmount, startAmount } = sizerOf(BOOKS, {}, coarse).plan(FORTH, 28, 0, 0);
    expect(endAmount).toBeLessThan(startAmount);
    expect(obstacle?.code).toBe('edge-gone-after-depth');
    expect(obstacle?.detail).toContain(
      `net ${waterfall.netBps.toFixed(2)} bps at ${startAmount.toPrecision(6)} H`,
    );
  });

  it('below a minimum are refused with the leg and its numbers', () => {
    const few = sizerOf(BOOKS, {}, [{}, { minQty: '3' }, {}]).plan(FORTH, 28, 0, 0);
    expect(few.obstacle).toEqual({
      code: 'below-min-qty',
      detail: 'A/B: 2.79 A is below the minimum of 3 A',
    });
    const little = sizerOf(BOOKS, {}, [{}, {}, { minNotional: '29.30' }]).plan(FORTH, 28, 0, 0);
    expect(little.obstacle).toEqual({
      code: 'below-min-notional',
      detail: 'B/H: 29.2500 H is below the minimum of 29.3 H',
    });
    const enough = sizerOf(BOOKS, {}, [{}, { minQty: '2.79' }, { minNotional: '29.25' }]).plan(
      FORTH,
      28,
      0,
      0,
    );
    expect(enough.obstacle).toBeUndefined();
  });

  it('are held at their limits: the first leg within what may be spent, each further one within what the last brings', () => {
    // 2.79 at 10 could be paid, at the limit of 10.05 only 2.78; its 2.78 sold bring 5.832.
    const forth = sizerOf(BOOKS).plan(FORTH, 28, 150, 0);
    expect(numbers(forth).legs).toEqual([
      ['buy', '2.78', '10.05'],
      ['sell', '2.78', '2.09'],
      ['sell', '5.83', '4.98'],
    ]);
    // 100 pay for 19.90 at 5.02 and ten basis points; those for 9.89 at 2.01 and ten basis points.
    const back = sizerOf(BACK_BOOKS).plan(BACK, 100, 150, 0);
    expect(numbers(back).legs).toEqual([
      ['buy', '19.9', '5.02'],
      ['buy', '9.89', '2.01'],
      ['sell', '9.89', '10.55'],
    ]);
    expect(back.startAmount).toBeCloseTo(19.9 * 5 * 1.001, 9);
    // Here the limit is worth less than the fee: 100 pay for 19.94 at 5.01.
    const close = sizerOf(BACK_BOOKS).plan(BACK, 100, 60, 0);
    expect(numbers(close).legs[0]).toEqual(['buy', '19.94', '5.01']);
    // The same in lots of five.
    const coarse = sizerOf(BACK_BOOKS, { lotSize: '0.05' }).plan(BACK, 100, 150, 0);
    expect(numbers(coarse).legs.map(([, qty]) => qty)).toEqual(['19.9', '9.85', '9.85']);
  });

  it('use the tightest level to its last lot: the legs before it are raised to the next lot', () => {
    const tight = [BOOKS[0], BOOKS[1], { bids: [[5, 3]], asks: [] }] as const;
    // 1.43 sold at 2.1 and ten basis points would bring 2.999997.
    const plan = sizerOf(tight).plan(FORTH, 1_000, 0, 0);
    expect(numbers(plan).legs.map(([, qty]) => qty)).toEqual(['1.44', '1.44', '3']);
    const coarse = sizerOf(tight, {}, [{ lotSize: '0.05' }, { lotSize: '0.05' }, {}]).plan(
      FORTH,
      1_000,
      0,
      0,
    );
    expect(numbers(coarse).legs.map(([, qty]) => qty)).toEqual(['1.45', '1.45', '3']);
  });

  const WHOLE = { tickSize: '1', lotSize: '1', minQty: '1', minNotional: '1', takerFee: '0' };

  it('are raised as long as the money suffices, to the last unit of it', () => {
    const books = forthBooks([[1, 50]], [[2, 50]], [[1, 3]]);
    const enough = sizerOf(books, WHOLE).plan(FORTH, 2, 0, 0);
    expect(numbers(enough).legs.map(([, qty]) => qty)).toEqual(['2', '2', '3']);
    expect([enough.startAmount, enough.endAmount]).toEqual([2, 3]);
    const short = sizerOf(books, WHOLE).plan(FORTH, 1.9, 0, 0);
    expect(numbers(short).legs.map(([, qty]) => qty)).toEqual(['1', '1', '2']);
  });

  it('that bring back exactly what they cost are refused; half a basis point more is a plan', () => {
    const books = forthBooks([[1, 50]], [[1, 50]], [[2, 2]]);
    // Four must be bought, of which two are sold for four.
    const even = sizerOf(books, WHOLE, [{ lotSize: '4', minQty: '4' }]).plan(FORTH, 1_000, 0, 0);
    expect([even.startAmount, even.endAmount, even.waterfall.netBps]).toEqual([4, 4, 0]);
    expect(even.obstacle?.code).toBe('edge-gone-after-depth');
    const close = forthBooks([[9.9995, 50]], [[2, 50]], [[5, 50]]);
    const plan = sizerOf(close, { tickSize: '0.0001', takerFee: '0' }).plan(FORTH, 100, 0, 0);
    expect(plan.waterfall.netBps).toBeGreaterThan(0);
    expect(plan.waterfall.netBps).toBeLessThan(1);
    expect(plan.obstacle).toBeUndefined();
  });

  it('take of a level that does not pay nothing, and of one that pays a single lot where no more is needed', () => {
    const next = backBooks(
      [[10.6, 50]],
      [
        [2, 10],
        [2.2, 10],
      ],
      [[5, 50]],
    );
    expect(numbers(sizerOf(next).plan(BACK, 1_000, 0, 0)).legs).toEqual([
      ['buy', '20.02', '5'],
      ['buy', '10', '2'],
      ['sell', '10', '10.6'],
    ]);
    const single = forthBooks(
      [
        [10, 1],
        [10.1, 1],
      ],
      [[2.1, 50]],
      [[5, 50]],
    );
    // 10.21 pay for 1.01 even at the limit of 10.10 and ten basis points.
    expect(numbers(sizerOf(single).plan(FORTH, 10.22, 0, 0)).legs[0]).toEqual(['buy', '1.01', '10.1']);
  });

  it('are whole lots where a ladder ends within one', () => {
    // 1.41 are offered, in lots of 0.05.
    const short = [{ bids: [], asks: [[10, 1.41]] }, BOOKS[1], BOOKS[2]] as const;
    const first = sizerOf(short, {}, [{ lotSize: '0.05' }]).plan(FORTH, 1_000, 0, 0);
    expect(numbers(first).legs.map(([, qty]) => qty)).toEqual(['1.4', '1.4', '2.93']);
    const middle = [BOOKS[0], { bids: [[2.1, 1.44]], asks: [] }, BOOKS[2]] as const;
    const second = sizerOf(middle, {}, [{}, { lotSize: '0.05' }]).plan(FORTH, 1_000, 0, 0);
    expect(numbers(second).legs.map(([, qty]) => qty)).toEqual(['1.4', '1.4', '2.93']);
  });

  it('have limits in steps of several units that reach a level between two steps', () => {
    const steps = { tickSize: '0.05', priceDecimals: 2 };
    const on = forthBooks([[10, 50]], [[2, 50]], [[5.5, 50]]);
    const limits = (plan: CyclePlan) => numbers(plan).legs.map(([, , limit]) => limit);
    expect(limits(sizerOf(on, steps).plan(FORTH, 100, 150, 0))).toEqual(['10.05', '2', '5.5']);
    expect(limits(sizerOf(on).plan(FORTH, 100, 150, 0))).toEqual(['10.05', '1.99', '5.48']);
    // The venue has changed its tick: levels of before lie between two steps of today.
    const between = forthBooks([[10.02, 50]], [[2.12, 50]], [[5.03, 50]]);
    expect(limits(sizerOf(between, steps).plan(FORTH, 100, 0, 0))).toEqual(['10.05', '2.1', '5']);
  });

  it('of no lot are refused where the venue has no minimum, at the best price; a single lot is enough', () => {
    const free = { minQty: '0', minNotional: '0' };
    const none = sizerOf(BOOKS, free).plan(FORTH, 0.09, 0, 0);
    expect(none.obstacle?.code).toBe('below-min-qty');
    expect(numbers(none).legs.map(([, qty, limit]) => [qty, limit])).toEqual([
      ['0', '10'],
      ['0', '2.1'],
      ['0', '5'],
    ]);
    const wide = [BOOKS[0], { bids: [[3.5, 50]], asks: [] }, BOOKS[2]] as const;
    const single = sizerOf(wide, free).plan(FORTH, 0.11, 0, 0);
    expect(single.obstacle).toBeUndefined();
    expect(numbers(single).legs.map(([, qty]) => qty)).toEqual(['0.01', '0.01', '0.03']);
  });

  it('of exactly the least value are enough', () => {
    const books = forthBooks([[4, 50]], [[2, 50]], [[3, 50]]);
    const least = (minNotional: string) =>
      sizerOf(books, WHOLE, [{ minNotional }]).plan(FORTH, 8, 0, 0).obstacle?.code;
    expect([least('8'), least('9')]).toEqual([undefined, 'below-min-notional']);
  });

  it('before fees are those after fees and the fee of each leg', () => {
    const fees = [{ takerFee: '0.001' }, { takerFee: '0.002' }, { takerFee: '0.004' }];
    const { waterfall } = sizerOf(BOOKS, {}, fees).plan(FORTH, 100, 0, 0);
    expect(waterfall.grossBps).toBeCloseTo(500, 6);
    expect(waterfall.feesBps).toBeCloseTo(((1.05 * 0.998 * 0.996) / 1.001 - 1.05) * 10_000, 6);
    const back = sizerOf(BACK_BOOKS, {}, fees).plan(BACK, 100, 0, 0);
    expect(back.waterfall.grossBps).toBeCloseTo(600, 6);
  });
});
