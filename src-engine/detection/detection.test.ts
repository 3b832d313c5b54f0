import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { createInstrument, feeToReckon, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { madePairs } from '../testing/made-venue.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { readInstrumentFile } from '../venues/kraken/instruments.ts';
import { PAIRS } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { buyRate, sellRate } from './costs.ts';
import { gridOf } from './instrument-grid.ts';
import { CycleIndex } from './cycle-index.ts';
import { CycleSizer } from './cycle-sizing.ts';
import { LadderWalk } from './ladder-walk.ts';
import { countGraph, enumerateCycles, startOrder } from './pair-graph.ts';

const instrumentOf = (symbol: string, id: number, fee = '0.001'): Instrument => {
  const [base = '', quote = ''] = symbol.split('/');
  const sizes = { tickSize: '0.01', lotSize: '0.001', minQty: '0.002', minNotional: '0.1' };
  return createInstrument({ symbol, base, quote, ...sizes, takerFee: fee, status: 'online' }, id, 'test');
};

/** Whether the legs of a cycle really walk along its path and back to its start. */
function closes(cycle: Cycle, instruments: readonly Instrument[]): boolean {
  let asset = cycle.path[0];
  for (const leg of cycle.legs) {
    const { base, quote } = instruments[leg.instrumentId] as Instrument;
    if (asset !== (leg.side === 'sell' ? base : quote)) return false;
    asset = leg.side === 'sell' ? quote : base;
  }
  return asset === cycle.path[0];
}

type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

function neighbours(pairs: readonly { readonly base: string; readonly quote: string }[]): Neighbours {
  const next = new Map<string, Set<string>>();
  for (const { base, quote } of pairs)
    for (const [from, to] of [
      [base, quote],
      [quote, base],
    ] as const) {
      const known = next.get(from) ?? new Set();
      next.set(from, known.add(to));
    }
  return next;
}

/** Every pair of neighbours of an asset that are neighbours themselves: each triangle is met at its three corners. */
function trianglesOf(next: Neighbours): number {
  let corners = 0;
  for (const around of next.values()) {
    const list = [...around];
    for (const [index, one] of list.entries())
      for (const other of list.slice(index + 1)) if (next.get(one)?.has(other) === true) corners++;
  }
  return corners / 3;
}

describe('currency graph', () => {
  const listed = madePairs(1_434);

  it('has the triangles that a plain count finds', () => {
    for (const pairs of [listed, listed.slice(0, 300), PAIRS]) {
      const next = neighbours(pairs);
      expect(countGraph(pairs)).toMatchObject({
        pairs: pairs.length,
        assets: next.size,
        triangles: trianglesOf(next),
      });
    }
    expect(trianglesOf(neighbours(listed))).toBeGreaterThan(500);
  });

  it.runIf(HAS_SHARED_DATA)('has the triangles of the recorded lists', () => {
    const file = (name: string) =>
      readInstrumentFile(readFileSync(sharedFile(`kraken/${name}`), 'utf8'), name);
    const pairs = file('AssetPairs-2026-01-12.json');
    expect(countGraph(pairs)).toMatchObject({ pairs: 1434, assets: 619, triangles: 1275 });
    expect(countGraph(pairs.filter(({ status }) => status === 'online')).triangles).toBe(1215);
    expect(countGraph(file('ws-v2-instrument-snapshot-2024-04.json'))).toMatchObject({
      pairs: 683,
      triangles: 834,
    });
  });

  it('lists each triangle once in either direction, closed, from its preferred start', () => {
    const instruments = listed.map(({ symbol }, id) => instrumentOf(symbol, id));
    const order = startOrder(instruments, ['USD']);
    const cycles = enumerateCycles(instruments, 'kraken', 3, order);
    expect(cycles).toHaveLength(2 * trianglesOf(neighbours(listed)));
    expect(cycles.every((cycle) => closes(cycle, instruments))).toBe(true);
    expect(new Set(cycles.map(({ path }) => path.join())).size).toBe(cycles.length);
    const rank = new Map(order.map((asset, index) => [asset, index]));
    for (const { path } of cycles) {
      const ranks = path.map((asset) => rank.get(asset) ?? -1);
      expect(Math.min(...ranks)).toBe(ranks[0]);
    }
  });

  it('finds the cycles of four that a brute force finds', () => {
    const assets = ['A', 'B', 'C', 'D', 'E', 'F'];
    const edges = assets.flatMap((a, i) => assets.slice(i + 1).map((b) => `${a}/${b}`));
    fc.assert(
      fc.property(fc.subarray(edges), (symbols) => {
        const instruments = symbols.map((symbol, id) => instrumentOf(symbol, id));
        const joined = (a: string, b: string) =>
          symbols.includes(`${a}/${b}`) || symbols.includes(`${b}/${a}`);
        const expected = new Set<string>();
        for (const a of assets)
          for (const b of assets)
            for (const c of assets)
              for (const d of ['', ...assets]) {
                const path = [a, b, c, ...(d === '' ? [] : [d])];
                if (new Set(path).size !== path.length || a !== [...path].sort()[0]) continue;
                if (path.every((from, k) => joined(from, path[(k + 1) % path.length] ?? '')))
                  expected.add(path.join());
              }
        const cycles = enumerateCycles(instruments, 'test', 4, assets);
        expect(new Set(cycles.map(({ path }) => path.join()))).toEqual(expected);
        expect(cycles).toHaveLength(expected.size);
        expect(cycles.every((cycle) => closes(cycle, instruments))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('starts at what is held, then at the best connected', () => {
    const list = ['A/B', 'A/C', 'B/C', 'C/D'].map((symbol, id) => instrumentOf(symbol, id));
    expect(startOrder(list, [])).toEqual(['C', 'A', 'B', 'D']);
    expect(startOrder(list, ['D', 'X'])).toEqual(['D', 'C', 'A', 'B']);
    // Of equally many instruments by name, in whatever order they are listed.
    expect(startOrder([...list].toReversed(), [])).toEqual(['C', 'A', 'B', 'D']);
  });

  it('has a cycle for each of two instruments between the same assets, in either direction', () => {
    const list = ['A/B', 'B/A', 'B/C', 'A/C'].map((symbol, id) => instrumentOf(symbol, id));
    const cycles = enumerateCycles(list, 'test', 3, ['A', 'B', 'C']);
    const legs = cycles.map((cycle) => cycle.legs.map(({ instrumentId, side }) => `${side} ${instrumentId}`));
    expect(legs.map((each) => each.join(', ')).toSorted()).toEqual([
      'buy 1, sell 2, buy 3',
      'sell 0, sell 2, buy 3',
      'sell 3, buy 2, buy 0',
      'sell 3, buy 2, sell 1',
    ]);
    expect(cycles.every((cycle) => closes(cycle, list))).toBe(true);
    expect(countGraph(list)).toEqual({ assets: 3, pairs: 4, triangles: 1 });
  });
});

const SYMBOLS = ['A/B', 'B/C', 'A/C', 'A/D', 'D/C', 'B/D'];

describe('cycle index', () => {
  const instruments = SYMBOLS.map((symbol, id) => instrumentOf(symbol, id));
  const grids = instruments.map(gridOf);
  const cycles = enumerateCycles(instruments, 'test', 4, startOrder(instruments, []));
  const top = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }));

  it('scores as the plain product of rates, and hits what pays or is watched', () => {
    fc.assert(
      fc.property(
        fc.array(top, { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 0, max: 5 }),
        (tops, id) => {
          const index = new CycleIndex(cycles, grids);
          tops.forEach(([bid, ask], i) => index.setTop(i, bid, ask));
          const product = (cycle: Cycle): number =>
            cycle.legs.reduce((total, leg) => {
              const [bid, ask] = tops[leg.instrumentId] ?? [0, 0];
              const grid = grids[leg.instrumentId] as ReturnType<typeof gridOf>;
              if (bid <= 0 || ask <= bid) return 0;
              return total * (leg.side === 'sell' ? sellRate(grid, bid) : buyRate(grid, ask));
            }, 1);
          index.watch(0, true);
          index.scan(id, 1);
          const mine = cycles.filter(({ legs }) => legs.some(({ instrumentId }) => instrumentId === id));
          const expected = mine
            .filter((cycle) => product(cycle) > 1 || cycle.id === 0)
            .map((cycle) => cycle.id);
          expect([...index.hits.subarray(0, index.hitCount)].sort((a, b) => a - b)).toEqual(expected);
          for (const cycle of mine) expect(index.product(cycle.id)).toBeCloseTo(product(cycle), 12);
        },
      ),
    );
  });

  it('says of every update that can make a cycle pay that a rate rose', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), top), { maxLength: 80 }), (updates) => {
        const index = new CycleIndex(cycles, grids);
        for (const [id, [bid, ask]] of updates) {
          const before = cycles.map((cycle) => index.product(cycle.id));
          const rose = index.setTop(id, bid, ask);
          const began = cycles.some((cycle) => index.product(cycle.id) > (before[cycle.id] ?? 0));
          if (began) expect(rose).toBe(true);
        }
      }),
    );
  });

  it('watches by instrument, and a cycle only once', () => {
    const index = new CycleIndex(cycles, grids);
    const legs = cycles[0]?.legs.map((leg) => leg.instrumentId) ?? [];
    const watching = (): number[] => SYMBOLS.flatMap((_, id) => (index.isWatching(id) ? [id] : []));
    index.watch(0, true);
    index.watch(0, true);
    expect(watching()).toEqual(legs.toSorted((a, b) => a - b));
    index.watch(0, false);
    index.watch(0, false);
    expect(watching()).toEqual([]);
  });

  it('takes an instrument out of every cycle', () => {
    const index = new CycleIndex(cycles, grids);
    for (let id = 0; id < SYMBOLS.length; id++) index.setTop(id, 100, 101);
    index.clearTop(2);
    for (const cycleId of index.cyclesOf(2)) expect(index.product(cycleId)).toBe(0);
    expect(index.cyclesOf(2).length).toBeGreaterThan(0);
  });
});

type Ladder = { readonly bids: readonly [number, number][]; readonly asks: readonly [number, number][] };

function bookOf({ bids, asks }: Ladder): OrderBook {
  const book = new OrderBook(50);
  const update = new BookUpdate();
  update.reset(0, true, 1);
  for (const [price, qty] of bids) update.pushBid(price, qty);
  for (const [price, qty] of asks) update.pushAsk(price, qty);
  book.apply(update);
  return book;
}

describe('size of a cycle', () => {
  const instruments = ['B/A', 'C/B', 'C/A'].map((symbol, id) => instrumentOf(symbol, id));
  const grids = instruments.map(gridOf);
  const cycle = enumerateCycles(instruments, 'test', 3, ['A', 'B', 'C']).find(
    ({ path }) => path.join() === 'A,B,C',
  );
  if (cycle === undefined) throw new Error('the triangle is there');

  const level = (low: number, high: number) =>
    fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: 1, max: 20_000 }));
  /** Around 2.00, 3.00 and 6.10, so that a few percent are often left for A → B → C → A. */
  const ladders = fc.tuple(
    fc.record({
      asks: fc.array(level(196, 210), { minLength: 1, maxLength: 6 }),
      bids: fc.constant([[190, 1]] as [number, number][]),
    }),
    fc.record({
      asks: fc.array(level(294, 310), { minLength: 1, maxLength: 6 }),
      bids: fc.constant([[280, 1]] as [number, number][]),
    }),
    fc.record({
      bids: fc.array(level(590, 640), { minLength: 1, maxLength: 6 }),
      asks: fc.constant([[700, 1]] as [number, number][]),
    }),
  );

  /** What spending `start` on the cycle gives, level by level, with any fraction of a lot. */
  function outcome(books: readonly OrderBook[], start: number): number {
    let amount = start;
    for (const leg of (cycle as Cycle).legs) {
      const book = books[leg.instrumentId] as OrderBook;
      const grid = grids[leg.instrumentId] as ReturnType<typeof gridOf>;
      const sells = leg.side === 'sell';
      let got = 0;
      for (let i = 0; i < (sells ? book.bidCount : book.askCount) && amount > 1e-12; i++) {
        const price = (sells ? book.bidPrices[i] : book.askPrices[i]) as number;
        const qty = ((sells ? book.bidQtys[i] : book.askQtys[i]) as number) * grid.qtyUnit;
        const rate = sells ? sellRate(grid, price) : buyRate(grid, price);
        const takes = Math.min(amount, sells ? qty : qty / rate);
        got += takes * rate;
        amount -= takes;
      }
      if (amount > 1e-9) return Number.NEGATIVE_INFINITY;
      amount = got;
    }
    return amount - start;
  }

  it('is the one that no other beats', () => {
    fc.assert(
      fc.property(ladders, fc.integer({ min: 1, max: 200 }), (sides, most) => {
        const books = sides.map(bookOf);
        const walk = new LadderWalk(books, grids);
        walk.walk(cycle, most, 1);
        const best = walk.endAmount - walk.startAmount;
        if (walk.startAmount > 0) expect(outcome(books, walk.startAmount)).toBeCloseTo(best, 6);
        for (let k = 0; k <= 200; k++)
          expect(outcome(books, (most * k) / 200)).toBeLessThanOrEqual(best + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('becomes orders that a venue takes: on lot and tick, paid for by the leg before, waterfall adding up', () => {
    const sizer = (books: readonly OrderBook[]) => new CycleSizer(instruments, books, grids);
    let traded = 0;
    fc.assert(
      fc.property(
        ladders,
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(0, 1, 20),
        (sides, most, slippage) => {
          const plan = sizer(sides.map(bookOf)).plan(cycle, most, slippage, 5);
          const { grossBps, feesBps, depthBps, roundingBps, slippageBps, netBps } = plan.waterfall;
          expect(grossBps + feesBps + depthBps + roundingBps + slippageBps).toBeCloseTo(netBps, 6);
          expect(Math.max(feesBps, depthBps, slippageBps)).toBeLessThanOrEqual(1e-9);
          if (plan.obstacle !== undefined) {
            expect(plan.obstacle.detail).not.toMatch(/\d\.\d{10,}/);
            return;
          }
          traded++;
          expect(netBps).toBeGreaterThan(0);
          expect(plan.startAmount).toBeLessThanOrEqual(most * 1.000001);
          let have = Number.POSITIVE_INFINITY;
          for (const leg of plan.legs) {
            const { lotSize, tickSize, minQty, takerFee } = instruments[leg.instrumentId] as Instrument;
            expect(leg.qty.mod(lotSize).isZero()).toBe(true);
            expect(leg.limitPrice.mod(tickSize).isZero()).toBe(true);
            expect(leg.qty.gte(minQty)).toBe(true);
            const cost =
              leg.side === 'sell'
                ? leg.qty
                : leg.qty.times(leg.limitPrice).times(feeToReckon({ takerFee }).plus(1));
            expect(cost.toNumber()).toBeLessThanOrEqual(have * (1 + 1e-9));
            have = leg.side === 'buy' ? leg.qty.toNumber() : Number.POSITIVE_INFINITY;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(traded).toBeGreaterThan(30);
  });
});
