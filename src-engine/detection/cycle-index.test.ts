/** The screen of a scan against the products one by one, where nothing is watched and everything is close to one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../domain/instrument.ts';
import { gridOf } from './instrument-grid.ts';
import { CycleIndex } from './cycle-index.ts';
import { enumerateCycles, startOrder } from './pair-graph.ts';

const SYMBOLS = ['A/B', 'B/C', 'A/C', 'A/D', 'D/C', 'B/D'];
const SIZES = { tickSize: '0.01', lotSize: '0.001', minQty: '0.002', minNotional: '0.1', takerFee: '0.001' };
const instruments = SYMBOLS.map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, 'test');
});
const grids = instruments.map(gridOf);

function indexOf(maxLegs: 3 | 4): CycleIndex {
  const cycles = enumerateCycles(instruments, 'test', maxLegs, startOrder(instruments, []));
  return new CycleIndex(
    cycles.map((cycle, id) => ({ ...cycle, id })),
    grids,
  );
}

const hitsOf = (index: CycleIndex): number[] =>
  [...index.hits.subarray(0, index.hitCount)].toSorted((a, b) => a - b);

/** Cycles of an instrument whose product is above the threshold, one by one. */
function byHand(index: CycleIndex, instrumentId: number, threshold: number): number[] {
  return index.cycles
    .filter(({ legs }) => legs.some((leg) => leg.instrumentId === instrumentId))
    .filter(({ id }) => index.product(id) > threshold)
    .map(({ id }) => id);
}

describe('a scan', () => {
  it.each([3, 4] as const)('of cycles of up to %i legs hits exactly those that pay', (maxLegs) => {
    // All prices around one: what pays does by little.
    const top = fc.tuple(fc.integer({ min: 95, max: 105 }), fc.integer({ min: 1, max: 3 }));
    let hits = 0;
    fc.assert(
      fc.property(fc.array(top, { minLength: 6, maxLength: 6 }), (tops) => {
        const index = indexOf(maxLegs);
        tops.forEach(([bid, spread], id) => index.setTop(id, bid, bid + spread));
        for (const { id } of instruments) {
          index.scan(id, 1);
          expect(hitsOf(index)).toEqual(byHand(index, id, 1));
          hits += index.hitCount;
        }
      }),
      { numRuns: 40 },
    );
    expect(hits).toBeGreaterThan(40);
  });

  it('hits one of four legs of which the third other leg decides', () => {
    const index = indexOf(4);
    // Fair but for B/D: only cycles that sell B for D pay.
    for (const { id } of instruments) index.setTop(id, 100, 101);
    index.setTop(5, 110, 111);
    const paying = index.cycles.filter(({ id }) => index.product(id) > 1);
    expect(paying.some(({ legs }) => legs.length === 4)).toBe(true);
    for (const { id } of instruments) {
      index.scan(id, 1);
      expect(hitsOf(index)).toEqual(byHand(index, id, 1));
    }
  });

  it('of cycles of four legs alone multiplies all four', () => {
    const all = enumerateCycles(instruments, 'test', 4, startOrder(instruments, []));
    const long = all.filter(({ legs }) => legs.length === 4).map((cycle, id) => ({ ...cycle, id }));
    const index = new CycleIndex(long, grids);
    for (const { id } of instruments) index.setTop(id, 100, 101);
    // A third leg that takes away what the others yield, and one that adds to it.
    for (const [id, bid] of [
      [5, 130],
      [1, 80],
      [3, 120],
    ] as const) {
      index.setTop(id, bid, bid + 1);
      for (const instrument of instruments) {
        index.scan(instrument.id, 1);
        expect(hitsOf(index)).toEqual(byHand(index, instrument.id, 1));
      }
    }
    expect(long.length).toBeGreaterThan(2);
  });

  it('at exactly its threshold is none', () => {
    const index = indexOf(3);
    for (const { id } of instruments) index.setTop(id, 100, 101);
    index.setTop(5, 110, 111);
    const best = Math.max(...index.cycles.map(({ id }) => index.product(id)));
    index.scan(5, best);
    expect(hitsOf(index)).toEqual([]);
    index.scan(5, best * (1 - 1e-9));
    expect(hitsOf(index)).toEqual(byHand(index, 5, best * (1 - 1e-9)));
    expect(index.hitCount).toBeGreaterThan(0);
  });

  it('finds a cycle that is above its threshold by the last bits of a number', () => {
    const index = indexOf(3);
    for (const { id } of instruments) index.setTop(id, 97 + id, 98 + 2 * id);
    for (const { id } of instruments) {
      const products = [...index.cyclesOf(id)].map((cycleId) => index.product(cycleId));
      const justBelow = Math.max(...products) * (1 - 4e-16);
      index.scan(id, justBelow);
      expect(hitsOf(index)).toEqual(byHand(index, id, justBelow));
      expect(index.hitCount).toBeGreaterThan(0);
    }
  });

  it('of the only cycle that sells an instrument hits no cycle of another side or instrument, and none twice', () => {
    const triangle = ['A/B', 'B/C', 'A/C'].map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, 'test');
    });
    const cycles = enumerateCycles(triangle, 'test', 3, startOrder(triangle, []));
    const index = new CycleIndex(cycles, triangle.map(gridOf));
    expect(index.hitCount).toBe(0);
    // A → B → C → A pays, and later the other way round.
    for (const tops of [
      [110, 100, 100],
      [100, 100, 120],
    ]) {
      tops.forEach((bid, id) => index.setTop(id, bid, bid + 1));
      for (const { id } of triangle) {
        index.scan(id, 1);
        expect(hitsOf(index)).toEqual(byHand(index, id, 1));
        expect(index.hitCount).toBe(1);
      }
    }
  });

  it('is possible for 32,767 instruments; one more is refused', () => {
    const [grid] = grids;
    if (grid === undefined) throw new Error('there are instruments');
    const index = new CycleIndex(
      [],
      Array.from({ length: 32_767 }, () => grid),
    );
    index.scan(32_766, 1);
    expect(index.hitCount).toBe(0);
    expect(
      () =>
        new CycleIndex(
          [],
          Array.from({ length: 32_768 }, () => grid),
        ),
    ).toThrow('32768 instruments');
  });
});

describe('a best price', () => {
  it('that rose on either side may make a hit; one that fell or stayed cannot', () => {
    const index = indexOf(3);
    expect(index.setTop(0, 100, 110)).toBe(true);
    expect(index.setTop(0, 100, 110)).toBe(false);
    expect(index.setTop(0, 101, 110)).toBe(true);
    expect(index.setTop(0, 101, 109)).toBe(true);
    expect(index.setTop(0, 100, 110)).toBe(false);
    expect(index.setTop(9, 100, 110)).toBe(false);
  });

  it.each([
    [0, 110],
    [100, 0],
    [110, 110],
    [111, 110],
  ])('of %i and %i cannot be traded', (bid, ask) => {
    const index = indexOf(3);
    for (const { id } of instruments) index.setTop(id, 100, 101);
    index.setTop(0, bid, ask);
    for (const { id, legs } of index.cycles)
      expect(index.product(id) === 0).toBe(legs.some(({ instrumentId }) => instrumentId === 0));
  });

  it('that is lost takes both sides out, until there is another one', () => {
    const index = indexOf(3);
    for (const { id } of instruments) index.setTop(id, 100, 101);
    index.clearTop(0);
    const touched = index.cycles.filter(({ legs }) => legs.some(({ instrumentId }) => instrumentId === 0));
    expect(touched.map(({ id }) => index.product(id))).toEqual(touched.map(() => 0));
    expect(new Set(index.cyclesOf(0))).toEqual(new Set(touched.map(({ id }) => id)));
    expect(index.setTop(0, 100, 101)).toBe(true);
    expect(touched.every(({ id }) => index.product(id) > 0)).toBe(true);
  });
});

describe('a watched cycle', () => {
  it('is a hit of each of its instruments whatever it yields, until it is let go', () => {
    const index = indexOf(3);
    for (const { id } of instruments) index.setTop(id, 100, 150);
    const [cycle, other] = index.cycles;
    const [leg] = cycle?.legs ?? [];
    if (cycle === undefined || other === undefined || leg === undefined) throw new Error('there are cycles');
    expect(index.isWatching(leg.instrumentId)).toBe(false);
    index.watch(cycle.id, true);
    index.watch(cycle.id, true);
    expect(index.isWatching(leg.instrumentId)).toBe(true);
    index.scan(leg.instrumentId, 1);
    expect(hitsOf(index)).toEqual([cycle.id]);
    index.watch(cycle.id, false);
    expect(index.isWatching(leg.instrumentId)).toBe(false);
    index.watch(cycle.id, false);
    expect(index.isWatching(leg.instrumentId)).toBe(false);
    index.scan(leg.instrumentId, 1);
    expect(hitsOf(index)).toEqual([]);
  });

  it('keeps its instruments watched when another one of them is let go', () => {
    const index = indexOf(3);
    const [cycle] = index.cycles;
    const [leg] = cycle?.legs ?? [];
    if (cycle === undefined || leg === undefined) throw new Error('there are cycles');
    const other = [...index.cyclesOf(leg.instrumentId)].find((id) => id !== cycle.id) ?? -1;
    index.watch(cycle.id, true);
    index.watch(other, true);
    index.watch(other, false);
    expect(index.isWatching(leg.instrumentId)).toBe(true);
    index.scan(leg.instrumentId, 1);
    expect(hitsOf(index)).toEqual([cycle.id]);
  });
});
