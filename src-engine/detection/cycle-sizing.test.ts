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
  const ladders = books.map(({ bids, asks }) => {
    const book = new OrderBook(10);
    const update = new BookUpdate();
    update.reset(0, true, 1);
    const { priceDecimals = 2, qtyDecimals = 2 } = instruments[0] ?? {};
    for (const [price, qty] of bids)
      update.pushBid(Math.round(price * 10 ** priceDecimals), Math.round(qty * 10 ** qtyDecimals));
    for (const [price, qty] of asks)
      update.pushAsk(Math.round(price * 10 ** priceDecimals), Math.round(qty * 10 ** qtyDecimals));
    book.apply(update);
    return book;
  });
  return new CycleSizer(instruments, ladders, instruments.map(gridOf));
}

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
        const books: Made[] = [
          { bids: [], asks: [] },
          { bids: [], asks: [] },
          { bids: [], asks: [] },
        ];
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
    const plan = sizerOf([
      {
        bids: [],
        asks: [
          [10, 1],
          [10.1, 1],
          [99, 50],
        ],
      },
      {
        bids: [
          [2.1, 2],
          [0.01, 50],
        ],
        asks: [],
      },
      {
        bids: [
          [5, 3],
          [4.95, 3],
          [0.01, 50],
        ],
        asks: [],
      },
    ]).plan(FORTH, 1_000, 0, 7);
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
    const books = [
      { bids: [], asks: [[10, 5]] },
      { bids: [[2.1, 5]], asks: [] },
      { bids: [[5, 20]], asks: [] },
    ] as const;
    const plan = sizerOf(books).plan(FORTH, 15.5, 0, 0);
    // 15.5 pays for 1.548 at 10 and ten basis points.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.54', '1.54', '3.23']);
    expect(plan.startAmount).toBeCloseTo(15.4 * 1.001, 9);
  });

  it('keep to lots of several units', () => {
    const books = [
      { bids: [], asks: [[10, 5]] },
      { bids: [[2.1, 5]], asks: [] },
      { bids: [[5, 20]], asks: [] },
    ] as const;
    const plan = sizerOf(books, { lotSize: '0.25', minQty: '0.25', qtyDecimals: 2 }).plan(FORTH, 15.5, 0, 0);
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['1.5', '1.5', '3']);
  });

  const BOOKS = [
    { bids: [], asks: [[10, 50]] },
    { bids: [[2.1, 50]], asks: [] },
    { bids: [[5, 50]], asks: [] },
  ] as const;

  it('buy no more than the next leg can sell in its own lots', () => {
    const coarse = [{}, { lotSize: '1', minQty: '1', qtyDecimals: 2 }, {}];
    const plan = sizerOf(BOOKS, {}, coarse).plan(FORTH, 28, 0, 0);
    // 28 pays for 2.79, of which 2 can be sold.
    expect(plan.legs.map(({ qty }) => qty.toString())).toEqual(['2', '2', '4.19']);
    expect(plan.startAmount).toBeCloseTo(20 * 1.001, 9);
  });

  it('are told as a waterfall from gross to net that adds up, and that the amounts bear out', () => {
    const coarse = [{}, {}, { lotSize: '0.5', minQty: '0.5', qtyDecimals: 2 }];
    const deep = [
      {
        bids: [],
        asks: [
          [10, 1],
          [10.1, 1],
        ],
      },
      { bids: [[2.1, 50]], asks: [] },
      { bids: [[5, 50]], asks: [] },
    ] as const;
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

  it('of a cycle that starts with less than one unit are told as a waterfall that adds up too', () => {
    const cheap = [
      { bids: [], asks: [[1, 50]] },
      { bids: [[2.1, 50]], asks: [] },
      { bids: [[0.5, 50]], asks: [] },
    ] as const;
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
    const books = [
      { bids: [], asks: [[0.1, 50]] },
      { bids: [[21, 50]], asks: [] },
      { bids: [[0.01, 5_000]], asks: [] },
    ] as const;
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
});
