import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { bootstrap, LEAST_ROUNDS, median, quantile, sortedOf } from './statistics.ts';

describe('the arithmetic of the bench', () => {
  it('takes quantiles of what was measured, the largest at the end, and none of nothing', () => {
    const sorted = sortedOf([5, 1, 4, 2, 3]);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(sorted, share))).toEqual([1, 3, 5, 5]);
    expect(median([10, 30, 20])).toBe(20);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('says of rounds that agree that the ratio is sure', () => {
    expect(bootstrap(5, () => 2)).toEqual([2, 2]);
  });

  it('gives no interval of fewer rounds than show how they differ', () => {
    expect(bootstrap(LEAST_ROUNDS - 1, () => 2)).toBeUndefined();
  });

  it('draws rounds with replacement, as many as there were, and the same ones each time', () => {
    const seen: (readonly number[])[] = [];
    const take = (drawn: readonly number[]): number => (seen.push(drawn), median(drawn));
    const first = bootstrap(7, take);
    expect(bootstrap(7, take)).toEqual(first);
    expect(seen.every((drawn) => drawn.length === 7 && drawn.every((at) => at >= 0 && at < 7))).toBe(true);
    expect(seen.some((drawn) => new Set(drawn).size < 7)).toBe(true);
  });

  it('holds the true ratio in its interval about as often as it claims, and is wider for noisier rounds', () => {
    const random = new SeededRandom(3);
    const width = { calm: 0, wild: 0 };
    let held = 0;
    const trials = 40;
    for (let trial = 0; trial < trials; trial++) {
      for (const [kind, noise] of [
        ['calm', 0.02],
        ['wild', 0.2],
      ] as const) {
        const rounds = Array.from({ length: 25 }, () => 2 * Math.exp(noise * random.normal()));
        const [low, high] = bootstrap(25, (drawn) => median(drawn.map((at) => rounds[at] ?? 0))) ?? [0, 0];
        width[kind] += high - low;
        if (kind === 'wild' && low <= 2 && 2 <= high) held++;
      }
    }
    expect(width.wild).toBeGreaterThan(3 * width.calm);
    expect(held / trials).toBeGreaterThan(0.8);
  });
});
