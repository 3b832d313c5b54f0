/** The distance of two distributions by the counts of their bins. */
import { expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import {
  benjaminiHochberg,
  binCounts,
  deciles,
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCounts,
} from './drift.ts';

const sample = (random: SeededRandom, count: number, shift = 0): Float64Array =>
  Float64Array.from({ length: count }, () => random.next() + shift);

it('is at most that of the values themselves, and near it', () => {
  const random = new SeededRandom(5);
  const [trained, live] = [sample(random, 2_000), sample(random, 1_000, 0.15)];
  const cuts = deciles(trained);
  const counted = kolmogorovSmirnovOfCounts(binCounts(trained, cuts), binCounts(live, cuts), {
    expected: 2_000,
    observed: 1_000,
  });
  const whole = kolmogorovSmirnov(trained, live);
  expect(counted.statistic).toBeLessThanOrEqual(whole.statistic);
  expect(counted.statistic).toBeGreaterThan(whole.statistic * 0.6);
  expect(counted.p).toBeLessThan(1e-6);
});

it('of 83 features of one law finds none after the correction, and the one that was shifted', () => {
  const random = new SeededRandom(11);
  const pOf = (shift: number): number => {
    const trained = sample(random, 1_000);
    const cuts = deciles(trained);
    const counts = binCounts(sample(random, 600, shift), cuts);
    return kolmogorovSmirnovOfCounts(binCounts(trained, cuts), counts, { expected: 1_000, observed: 600 }).p;
  };
  const p = Array.from({ length: 83 }, () => pOf(0));
  expect(benjaminiHochberg(p).filter((each) => each < 0.05)).toEqual([]);
  expect(benjaminiHochberg([...p, pOf(0.15)]).filter((each) => each < 0.01)).toHaveLength(1);
});

it('has no answer of bins that are others, or empty', () => {
  const rows = { expected: 10, observed: 10 };
  expect(() => kolmogorovSmirnovOfCounts([1, 2], [1], rows)).toThrow(/no counts/);
  expect(() => kolmogorovSmirnovOfCounts([1, 2], [0, 0], rows)).toThrow(/no counts/);
});
