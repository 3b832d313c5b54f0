import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { gridOf } from './instrument-grid.ts';
import { routeGraphOf } from './route-graph.ts';
import { MAX_LEGS, RouteIndex } from './route-index.ts';
import { listed } from './testing/route-rig.ts';

const VENUES = ['east', 'west', 'north'];

function indexOf(pairs: readonly string[], venues: readonly string[] = VENUES, maxLegs: 3 | 4 = 3) {
  const instruments = venues
    .flatMap((venue) => pairs.map((pair) => ({ pair, venue, takerFee: '0.0005' })))
    .map(listed);
  const graph = routeGraphOf(instruments, ['USD'], maxLegs);
  return { instruments, graph, index: new RouteIndex(graph, instruments.map(gridOf)) };
}

type Found = ReturnType<typeof indexOf>;

/** The walks hit by the last scan, with their trades in words and what each yields. */
function hitsOf({ index, graph, instruments }: Found) {
  return Array.from({ length: index.hitCount }, (_, hit) => {
    const walk = index.hitWalks[hit];
    if (walk === undefined) throw new Error(`hit ${hit} has no walk`);
    const slots = [...index.hitSlots.subarray(hit * MAX_LEGS, (hit + 1) * MAX_LEGS)].filter(
      (slot) => slot >= 0,
    );
    const trades = slots.map((slot) => {
      const { symbol, venue } = instruments[slot >> 1] ?? {};
      return `${slot % 2 === 0 ? 'sell' : 'buy'} ${symbol} ${venue}`;
    });
    const codes = graph.walks[walk]?.codes.map((code) => graph.codes[code]);
    return { codes, trades, slots, walk, yields: index.product(walk, slots) };
  });
}

describe('walks over coins', () => {
  it('are none where all instruments are at one venue', () => {
    expect(indexOf(['BTC/USD', 'ETH/USD', 'ETH/BTC'], ['east']).graph.walks).toEqual([]);
  });

  it('of two venues are every pair once and every triangle in both directions, from the preferred coin', () => {
    const { graph } = indexOf(['BTC/USD', 'ETH/USD', 'ETH/BTC'], ['east', 'west']);
    const texts = graph.walks.map(({ codes }) => codes.map((code) => graph.codes[code]).join('>'));
    expect(texts.toSorted()).toEqual(['BTC>ETH', 'USD>BTC', 'USD>BTC>ETH', 'USD>ETH', 'USD>ETH>BTC']);
  });

  it('never take one stablecoin for another: two venues with different ones share no walk', () => {
    const instruments = [
      { pair: 'BTC/USDT', venue: 'east' },
      { pair: 'BTC/USDC', venue: 'west' },
      { pair: 'BTC/USD', venue: 'north' },
    ].map(listed);
    expect(routeGraphOf(instruments, [], 4).walks).toEqual([]);
    const bridged = [...instruments, listed({ pair: 'USDT/USD', venue: 'west' }, 3)];
    const { walks, codes } = routeGraphOf(bridged, [], 4);
    expect(walks.map((walk) => walk.codes.map((code) => codes[code]).join('>'))).toEqual([
      'BTC>USDT>USD',
      'BTC>USD>USDT',
    ]);
  });

  it('of four trades are found where they are asked for', () => {
    const pairs = ['BTC/USD', 'ETH/BTC', 'SOL/ETH', 'SOL/USD'];
    expect(indexOf(pairs, ['east', 'west'], 3).graph.walks).toHaveLength(4);
    expect(indexOf(pairs, ['east', 'west'], 4).graph.walks).toHaveLength(6);
  });
});

describe('the index of routes', () => {
  it('finds the best bid and ask of a coin at two venues, by the changed book alone', () => {
    const found = indexOf(['BTC/USD']);
    const { index } = found;
    index.setTop(0, 10_000, 10_001);
    index.setTop(1, 10_100, 10_101);
    index.setTop(2, 10_050, 10_051);
    index.scan(0);
    expect(hitsOf(found).map(({ trades }) => trades)).toEqual([['buy BTC/USD east', 'sell BTC/USD west']]);
    index.scan(2);
    // Bought in the north and sold in the west, or bought in the east and sold in the north.
    expect(hitsOf(found).map(({ trades }) => trades)).toEqual([
      ['buy BTC/USD east', 'sell BTC/USD north'],
      ['buy BTC/USD north', 'sell BTC/USD west'],
    ]);
    index.clearTop(0);
    index.scan(2);
    expect(hitsOf(found).map(({ trades }) => trades)).toEqual([['buy BTC/USD north', 'sell BTC/USD west']]);
  });

  it('counts what the carries cost', () => {
    const found = indexOf(['BTC/USD'], ['east', 'west']);
    const { index } = found;
    index.setTop(0, 10_000, 10_001);
    index.setTop(1, 10_020, 10_021);
    index.scan(0);
    const [before] = hitsOf(found);
    expect(before?.yields).toBeCloseTo((10_020 * 0.9995) / (10_001 * 1.0005), 12);
    index.setCarry(4);
    index.scan(0);
    expect(hitsOf(found)).toHaveLength(1);
    expect(hitsOf(found)[0]?.yields).toBeCloseTo((before?.yields ?? 0) * 0.9996 ** 2, 12);
    index.setCarry(5);
    index.scan(0);
    expect(hitsOf(found)).toEqual([]);
  });

  it('carries no quarantined coin: what needs it is none, what passes it within one venue stays', () => {
    const found = indexOf(['BTC/USD', 'ETH/USD', 'ETH/BTC'], ['east', 'west']);
    const { index, graph } = found;
    index.setTop(0, 10_000, 10_001);
    index.setTop(3, 9_990, 9_991);
    index.setTop(1, 5_000, 5_001);
    index.setTop(4, 5_010, 5_011);
    for (const id of [2, 5]) index.setTop(id, 50, 51);
    // ETH at half of its price in the east, in bitcoin.
    index.setTop(2, 24, 25);
    index.scan(2);
    const all = hitsOf(found).map(({ trades }) => trades.join(', '));
    expect(all).toEqual([
      'buy ETH/BTC east, sell ETH/BTC west',
      'buy BTC/USD west, buy ETH/BTC east, sell ETH/USD west',
    ]);
    index.setQuarantined(graph.codes.indexOf('ETH'), true);
    index.scan(2);
    expect(hitsOf(found).map(({ trades }) => trades.join(', '))).toEqual([
      'buy BTC/USD west, buy ETH/BTC east, sell ETH/USD east',
    ]);
    index.setQuarantined(graph.codes.indexOf('ETH'), false);
    index.scan(2);
    expect(hitsOf(found).map(({ trades }) => trades.join(', '))).toEqual(all);
  });

  it('has nothing before the first scan, and marks the places of a walk that has fewer trades than most', () => {
    const { index } = indexOf(['BTC/USD'], ['east', 'west']);
    expect(index.hitCount).toBe(0);
    index.setTop(0, 10_000, 10_001);
    index.setTop(1, 10_100, 10_101);
    index.scan(0);
    expect([...index.hitSlots.subarray(0, MAX_LEGS)]).toEqual([1, 2, -1, -1]);
  });

  it('finds a walk of a pair whatever is known of the pairs that were listed before it', () => {
    const found = indexOf(['BTC/USD', 'ETH/USD'], ['east', 'west']);
    found.index.setTop(1, 5_000, 5_001);
    found.index.setTop(3, 5_100, 5_101);
    for (const id of [1, 3]) {
      found.index.scan(id);
      expect(hitsOf(found).map(({ trades }) => trades)).toEqual([['buy ETH/USD east', 'sell ETH/USD west']]);
    }
  });

  it('takes an instrument out, on either side of it, and finds the next best where the best got worse', () => {
    const found = indexOf(['BTC/USD']);
    const { index } = found;
    const set = (): void => {
      index.setTop(0, 10_000, 10_001);
      index.setTop(1, 10_100, 10_101);
      index.setTop(2, 10_050, 10_051);
    };
    const through = (id: number) => {
      index.scan(id);
      return hitsOf(found).map(({ trades }) => trades.join(', '));
    };
    set();
    index.clearTop(0);
    expect(through(1)).toEqual(['buy BTC/USD north, sell BTC/USD west']);
    set();
    index.clearTop(1);
    expect([through(0), through(1)]).toEqual([['buy BTC/USD east, sell BTC/USD north'], []]);
    set();
    index.clearTop(2);
    expect([through(0), through(2)]).toEqual([['buy BTC/USD east, sell BTC/USD west'], []]);
    set();
    index.setTop(0, 10_090, 10_095);
    expect(through(1)).toEqual(['buy BTC/USD north, sell BTC/USD west']);
  });

  it('reports a rate that rose on either side, and nothing else', () => {
    const { index } = indexOf(['BTC/USD'], ['east', 'west']);
    expect(index.setTop(0, 10_000, 10_010)).toBe(true);
    expect(index.setTop(0, 10_000, 10_010)).toBe(false);
    expect(index.setTop(0, 10_001, 10_010)).toBe(true);
    expect(index.setTop(0, 10_001, 10_009)).toBe(true);
    expect(index.setTop(0, 10_000, 10_009)).toBe(false);
    expect(index.setTop(0, 10_000, 10_020)).toBe(false);
    expect(index.setTop(9, 10_000, 10_020)).toBe(false);
  });

  it('trades no book with one side, nor one whose sides meet, and one with prices of a single unit', () => {
    const found = indexOf(['BTC/USD'], ['east', 'west']);
    const { index } = found;
    const hits = (east: readonly [number, number], west: readonly [number, number]): number => {
      index.setTop(0, ...east);
      index.setTop(1, ...west);
      index.scan(0);
      return index.hitCount;
    };
    expect(hits([0, 10_000], [11_000, 11_001])).toBe(0);
    expect(hits([10_000, 10_000], [11_000, 11_001])).toBe(0);
    expect(hits([9_999, 10_000], [11_000, 11_000])).toBe(0);
    expect(hits([1, 2], [3, 4])).toBe(1);
    expect(hits([3, 4], [1, 2])).toBe(1);
  });

  it('finds no route that gives back exactly what it takes', () => {
    const instruments = ['east', 'west'].map((venue, id) =>
      listed({ pair: 'BTC/USD', venue, takerFee: '0' }, id),
    );
    const index = new RouteIndex(routeGraphOf(instruments, ['USD'], 3), instruments.map(gridOf));
    index.setTop(0, 9_999, 10_000);
    index.setTop(1, 10_000, 10_001);
    index.scan(0);
    expect(index.hitCount).toBe(0);
    index.setTop(1, 10_001, 10_002);
    index.scan(0);
    expect(index.hitCount).toBe(1);
  });

  it('reports a quarantine that is new, and yields nothing of a carry of that coin', () => {
    const found = indexOf(['BTC/USD'], ['east', 'west']);
    const { index, graph } = found;
    index.setTop(0, 10_000, 10_001);
    index.setTop(1, 10_100, 10_101);
    index.scan(0);
    const [hit] = hitsOf(found);
    const code = graph.codes.indexOf('BTC');
    const reports = [false, true, true, false, false].map((is) => index.setQuarantined(code, is));
    expect(reports).toEqual([false, true, false, true, false]);
    index.setQuarantined(code, true);
    expect(index.product(hit?.walk ?? 0, hit?.slots ?? [])).toBe(0);
  });

  it('leaves out what is not traded', () => {
    const instruments = [
      listed({ pair: 'BTC/USD', venue: 'east', status: 'maintenance' }, 0),
      listed({ pair: 'BTC/USD', venue: 'west' }, 1),
    ];
    const index = new RouteIndex(routeGraphOf(instruments, [], 3), instruments.map(gridOf));
    expect(index.setTop(0, 10_000, 10_001)).toBe(false);
    index.setTop(1, 11_000, 11_001);
    index.scan(1);
    expect(index.hitCount).toBe(0);
  });

  it('finds for every walk the choice of venues that a search of all of them finds', () => {
    const random = new SeededRandom(1_600);
    const found = indexOf(['BTC/USD', 'ETH/USD', 'ETH/BTC', 'SOL/USD', 'SOL/ETH'], VENUES, 4);
    const { index, graph, instruments } = found;
    let hits = 0;
    for (let round = 0; round < 300; round++) {
      index.setCarry(random.next() * 5);
      for (let code = 0; code < graph.codes.length; code++) index.setQuarantined(code, random.next() < 0.15);
      for (const { id, symbol } of instruments) {
        const middle = {
          'BTC/USD': 100_000,
          'ETH/USD': 50_000,
          'ETH/BTC': 50,
          'SOL/USD': 20_000,
          'SOL/ETH': 40,
        }[symbol] as number;
        const price = Math.round(middle * (1 + (random.next() - 0.5) * 0.02));
        if (random.next() < 0.05) index.clearTop(id);
        else index.setTop(id, price, price + 1);
      }
      const changed = Math.floor(random.next() * instruments.length);
      index.scan(changed);
      const seen = hitsOf(found);
      hits += seen.length;
      const expected = bestByForce(found, changed);
      expect(seen.map(({ yields }) => yields.toFixed(9)).toSorted()).toEqual(
        expected.map((yields) => yields.toFixed(9)).toSorted(),
      );
    }
    expect(hits).toBeGreaterThan(300);
  });
});

/** For each walk and each side of the instrument the best product above one, over every choice of venues. */
function bestByForce({ index, graph, instruments }: Found, changed: number): number[] {
  const found: number[] = [];
  for (const own of [changed * 2, changed * 2 + 1])
    for (const [walk, { edges }] of graph.walks.entries()) {
      let choices: number[][] = [[]];
      for (const edge of edges)
        choices = choices.flatMap((slots) =>
          (graph.edges[edge]?.slots ?? []).map((slot) => [...slots, slot]),
        );
      const products = choices
        .filter((slots) => slots.includes(own))
        .filter((slots) => new Set(slots.map((slot) => instruments[slot >> 1]?.venue)).size > 1)
        .map((slots) => index.product(walk, slots));
      const best = Math.max(0, ...products);
      if (best > 1) found.push(best);
    }
  return found;
}
