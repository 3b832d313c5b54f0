import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { geometryOf } from '../detection/costs.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Leg } from '../domain/opportunity.ts';
import { cheapestWayHome, legRate, pairsByAsset, type TradableBooks } from './way-home.ts';

const SYMBOLS = ['A/H', 'B/H', 'A/B', 'C/A', 'C/B', 'C/H', 'D/C'];
const instruments = SYMBOLS.map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  const sizes = { tickSize: '0.01', lotSize: '0.01', minQty: '0', minNotional: '0', takerFee: '0.001' };
  return createInstrument({ symbol, base, quote, ...sizes }, id, 'test');
});
const pairs = pairsByAsset(instruments);
const all = (): boolean => true;

/** A market with these bids (the ask is one tick above); 0: an empty book. */
function marketOf(bids: readonly number[], dead: readonly number[] = []): TradableBooks {
  const store = new BookStore(instruments, { depth: 5 });
  bids.forEach((bid, id) => {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    if (bid > 0) {
      update.pushBid(bid, 100);
      update.pushAsk(bid + 1, 100);
    }
    store.apply(update);
  });
  const geometries = instruments.map(geometryOf);
  return { instruments, books: store.books, geometries, isLive: (id) => !dead.includes(id) };
}

/** Every walk of at most three legs, by brute force over all triples. */
function bestYield(market: TradableBooks, from: string, to: string): number {
  const legs: Leg[] = instruments.flatMap(({ id }) => [
    { instrumentId: id, side: 'sell' as const },
    { instrumentId: id, side: 'buy' as const },
  ]);
  const ends = (leg: Leg): [string, string] => {
    const { base, quote } = instruments[leg.instrumentId] as Instrument;
    return leg.side === 'sell' ? [base, quote] : [quote, base];
  };
  let best = 0;
  const extend = (asset: string, visited: readonly string[], total: number): void => {
    if (asset === to) best = Math.max(best, total);
    else if (visited.length <= 3)
      for (const leg of legs) {
        const [start, next] = ends(leg);
        if (start === asset && !visited.includes(next))
          extend(next, [...visited, next], total * legRate(market, leg));
      }
  };
  extend(from, [from], 1);
  return best;
}

describe('cheapest way home', () => {
  it('yields what the best of all walks of at most three legs yields', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 7, maxLength: 7 }),
        fc.constantFrom('A', 'B', 'C', 'D'),
        fc.subarray([0, 1, 2, 3, 4, 5, 6]),
        (bids, from, dead) => {
          const market = marketOf(bids, dead);
          const way = cheapestWayHome(market, pairs, from, 'H', [], all);
          const total = (way ?? []).reduce((product, leg) => product * legRate(market, leg), 1);
          expect(way === undefined ? 0 : total).toBeCloseTo(bestYield(market, from, 'H'), 9);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('uses no instrument that is to be avoided, and no first leg that takes no such amount', () => {
    const market = marketOf([200, 200, 100, 100, 100, 200, 100]);
    const ids = (way: Leg[] | undefined) => way?.map(({ instrumentId }) => instrumentId);
    expect(ids(cheapestWayHome(market, pairs, 'C', 'H', [], all))).toEqual([5]);
    expect(ids(cheapestWayHome(market, pairs, 'C', 'H', [5, 4, 1], all))).toEqual([3, 0]);
    const notStraight = (leg: Leg): boolean => leg.instrumentId !== 5 && leg.instrumentId !== 3;
    expect(ids(cheapestWayHome(market, pairs, 'C', 'H', [], notStraight))).toEqual([4, 1]);
    expect(cheapestWayHome(market, pairs, 'C', 'H', [], () => false)).toBeUndefined();
    expect(ids(cheapestWayHome(market, pairs, 'D', 'H', [], all))).toEqual([6, 5]);
  });
});
