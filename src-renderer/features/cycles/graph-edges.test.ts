import { expect, test } from 'vitest';
import { ageOf, edgesOf, worthOf } from './graph-edges.ts';
import type { Valued } from './triangles.ts';

const valued = (netBps: number, ...symbols: string[]): Valued =>
  ({
    netBps,
    steps: symbols.map((symbol, k) => ({
      leg: { instrument: { symbol, base: symbol.slice(0, 3), quote: symbol.slice(4) }, side: 'buy' },
      ageMs: k * 3_000,
    })),
  }) as unknown as Valued;

test('an instrument is worth the best of its cycles, as old as its own book, and what matters is drawn last', () => {
  const edges = edgesOf([valued(2, 'BTC/USD', 'ETH/BTC', 'ETH/USD'), valued(-3, 'BTC/USD', 'BTC/EUR')]);
  expect(edges.map(({ symbol, bestBps, worth, age }) => [symbol, bestBps, worth, age])).toEqual([
    ['BTC/EUR', -3, 'near', 'ageing'],
    ['BTC/USD', 2, 'pays', 'fresh'],
    ['ETH/BTC', 2, 'pays', 'ageing'],
    ['ETH/USD', 2, 'pays', 'old'],
  ]);
});

test('what was never heard of is old, and an edge of nothing does not pay', () => {
  expect([ageOf(null), ageOf(0), ageOf(1_000), ageOf(1_001), ageOf(5_001)]).toEqual([
    'old',
    'fresh',
    'fresh',
    'ageing',
    'old',
  ]);
  expect([worthOf(0.01), worthOf(0), worthOf(-5), worthOf(-5.01)]).toEqual(['pays', 'near', 'near', 'far']);
});
