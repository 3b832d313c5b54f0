import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import { type Moments, momentsOf } from '../metrics/moments.ts';
import { MAX_TRIALS, overfitting } from './cscv.ts';

type Matrix = readonly (readonly number[])[];

function blocksOf(returns: Matrix, blocks: number): Moments[][] {
  return returns.map((row) => {
    const length = row.length / blocks;
    return Array.from({ length: blocks }, (_, block) => momentsOf(row, block * length, (block + 1) * length));
  });
}

function noise(seed: number, trials: number, periods: number): number[][] {
  const random = new SeededRandom(seed);
  return Array.from({ length: trials }, () => Array.from({ length: periods }, () => random.normal()));
}

/** All ways to choose k of the numbers from `from` to n − 1. */
function subsets(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  if (from >= n) return [];
  return [...subsets(n, k - 1, from + 1).map((rest) => [from, ...rest]), ...subsets(n, k, from + 1)];
}

/** The method as the paper describes it, on whole matrices and by sorting: slow, and independent. */
function byTheBook(returns: Matrix, blocks: number): { pbo: number; loss: number; logits: number[] } {
  const length = (returns[0]?.length ?? 0) / blocks;
  const sharpe = (values: readonly number[]): number => {
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    return mean / Math.sqrt(squares / (values.length - 1));
  };
  const over = (row: readonly number[], chosen: readonly number[]): number =>
    sharpe(chosen.flatMap((block) => row.slice(block * length, (block + 1) * length)));
  let losses = 0;
  const logits = subsets(blocks, blocks / 2).map((inside) => {
    const outside = Array.from({ length: blocks }, (_, block) => block).filter((b) => !inside.includes(b));
    const train = returns.map((row) => over(row, inside));
    const judged = returns.map((row) => over(row, outside));
    const best = train.indexOf(Math.max(...train));
    if ((judged[best] ?? 0) < 0) losses++;
    const rank = [...judged].sort((a, b) => a - b).indexOf(judged[best] ?? 0) + 1;
    const relative = rank / (returns.length + 1);
    return Math.log(relative / (1 - relative));
  });
  const at = logits.filter((logit) => logit <= 1e-12).length;
  return { pbo: at / logits.length, loss: losses / logits.length, logits };
}

describe('probability of backtest overfitting', () => {
  test('is what the method by the book finds, for any matrix', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 2, max: 9 }), fc.constantFrom(2, 4, 6), fc.integer({ min: 2, max: 6 }))
      .chain(([trials, blocks, each]) =>
        fc.record({
          blocks: fc.constant(blocks),
          seed: fc.nat(1_000_000),
          trials: fc.constant(trials),
          each: fc.constant(each),
        }),
      );
    fc.assert(
      fc.property(matrix, ({ blocks, seed, trials, each }) => {
        const returns = noise(seed, trials, blocks * each);
        const result = overfitting(blocksOf(returns, blocks), 'sharpe');
        const book = byTheBook(returns, blocks);
        expect(result.combinations).toBe(book.logits.length);
        expect(result.pbo).toBeCloseTo(book.pbo, 12);
        expect(result.probabilityOfLoss).toBeCloseTo(book.loss, 12);
        const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
        const expected = sorted(book.logits);
        sorted(result.logits).forEach((logit, at) => expect(logit).toBeCloseTo(expected[at] ?? 0, 9));
      }),
    );
  });

  test('is 1 where what is good in one half is bad in the other, 0 where the best is always the best', () => {
    const good = [3, 1, 3, 1];
    const bad = [-3, -1, -3, -1];
    const turning = overfitting(
      blocksOf(
        [
          [...good, ...bad],
          [...bad, ...good],
        ],
        2,
      ),
      'sharpe',
    );
    expect(turning).toMatchObject({ pbo: 1, probabilityOfLoss: 1, combinations: 2 });
    const steady = overfitting(
      blocksOf(
        [
          [...good, ...good],
          [...bad, ...bad],
        ],
        2,
      ),
      'sharpe',
    );
    expect(steady).toMatchObject({ pbo: 0, probabilityOfLoss: 0 });
  });

  test('is one half on average where all is noise, and near nothing with one real edge', () => {
    const seeds = Array.from({ length: 60 }, (_, index) => index + 1);
    const mean = (edge: number): number =>
      seeds.reduce((sum, seed) => {
        const returns = noise(seed, 30, 320).map((row, trial) =>
          trial === 7 ? row.map((value) => value + edge) : row,
        );
        return sum + (overfitting(blocksOf(returns, 8), 'sharpe').pbo ?? 1) / seeds.length;
      }, 0);
    expect(mean(0)).toBeGreaterThan(0.42);
    expect(mean(0)).toBeLessThan(0.58);
    expect(mean(0.4)).toBeLessThan(0.02);
  });

  test('16 blocks are 12,870 combinations; the slope of what is left of noise is not above zero', () => {
    const result = overfitting(blocksOf(noise(3, 20, 320), 16), 'sharpe');
    expect(result.combinations).toBe(12_870);
    expect(result.logits).toHaveLength(12_870);
    // With the whole fixed, what one half has the other lacks: choosing on noise pays back.
    expect(result.degradation?.slope).toBeLessThan(0);
  });

  test('the line through what was chosen and what came of it is the least-squares line', () => {
    // Chosen on the first block: 3 inside, 1 outside. On the second: 2 inside, 0 outside. The line is y = x − 2.
    const two = overfitting(
      blocksOf(
        [
          [3, 1],
          [0, 2],
        ],
        2,
      ),
      'return',
    );
    expect(two.degradation?.slope).toBeCloseTo(1, 12);
    expect(two.degradation?.intercept).toBeCloseTo(-2, 12);

    // Six combinations of four blocks, summed by hand.
    const returns = [
      [5, 1, 0, -2],
      [1, 2, 4, 1],
      [-1, 3, 2, 6],
    ];
    const mean = (row: readonly number[], chosen: readonly number[]): number =>
      chosen.reduce((sum, block) => sum + (row[block] ?? 0), 0) / chosen.length;
    const points = subsets(4, 2).map((inside) => {
      const outside = [0, 1, 2, 3].filter((block) => !inside.includes(block));
      const best = returns.toSorted((a, b) => mean(b, inside) - mean(a, inside))[0] ?? [];
      return [mean(best, inside), mean(best, outside)] as const;
    });
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / 6;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / 6;
    const slope =
      points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
      points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    const four = overfitting(blocksOf(returns, 4), 'return');
    expect(four.degradation?.slope).toBeCloseTo(slope, 12);
    expect(four.degradation?.intercept).toBeCloseTo(meanY - slope * meanX, 12);
    expect(Math.abs(slope)).toBeGreaterThan(0.01);
  });

  test('neither order nor scale of the trials matters', () => {
    const returns = noise(9, 12, 64);
    const result = overfitting(blocksOf(returns, 8), 'sharpe');
    const turned = overfitting(blocksOf(returns.toReversed(), 8), 'sharpe');
    const scaled = overfitting(
      blocksOf(
        returns.map((row) => row.map((value) => value * 1e-6)),
        8,
      ),
      'sharpe',
    );
    expect(turned.pbo).toBe(result.pbo);
    expect(scaled.pbo).toBe(result.pbo);
    expect(turned.probabilityOfLoss).toBe(result.probabilityOfLoss);
  });

  test('by return, the widest swing may be chosen where by ratio the steadiest is', () => {
    const wild = [9, -7, 9, -7, 9, -7, 9, -7];
    const calm = [0.5, 0.4, 0.5, 0.4, 0.5, 0.4, 0.5, 0.4];
    const lost = [-1, -2, -1, -2, -1, -2, -1, -2];
    const byRatio = overfitting(blocksOf([wild, calm, lost], 4), 'sharpe');
    const byReturn = overfitting(blocksOf([wild, calm, lost], 4), 'return');
    expect([byRatio.pbo, byReturn.pbo]).toEqual([0, 0]);
    expect(byReturn.degradation).toBeNull();
  });

  test('those that do equally well in the other half share their rank', () => {
    const same = [2, -1];
    const result = overfitting(
      blocksOf(
        [
          [3, 2, ...same],
          [1, -1, ...same],
          [-2, -3, ...same],
        ],
        2,
      ),
      'sharpe',
    );
    // Best of the first half, in the middle of three that are alike in the second; there the first is taken.
    expect([...result.logits].map((logit) => Math.round(logit * 1e9))).toEqual([
      0,
      Math.round(Math.log(3) * 1e9),
    ]);
    expect(result.pbo).toBe(0.5);
  });

  test('settings that make no difference are reported as that, and so are trials that never traded', () => {
    const row = noise(1, 1, 32)[0] ?? [];
    expect(overfitting(blocksOf([row, row, row], 4), 'sharpe').pbo).toBeNull();
    const idle = Array.from({ length: 32 }, () => 0);
    expect(overfitting(blocksOf([idle, idle], 4), 'sharpe')).toMatchObject({
      pbo: null,
      probabilityOfLoss: 0,
    });
    expect(overfitting(blocksOf([idle, row.map((value) => value + 5)], 4), 'sharpe').pbo).toBe(0);
  });

  test('trials and blocks are bounded, by name', () => {
    const row = [momentsOf([1, 2]), momentsOf([2, 4])];
    expect(() => overfitting([row], 'sharpe')).toThrow(/trials: "1" are not from 2 to 10000/);
    const many = Array.from({ length: MAX_TRIALS + 1 }, () => row);
    expect(() => overfitting(many, 'sharpe')).toThrow(/trials: "10001"/);
    for (const blocks of [3, 18]) {
      const wide = Array.from({ length: blocks }, () => momentsOf([1, 2]));
      expect(() => overfitting([wide, wide], 'sharpe')).toThrow(/blocks: .* even number from 2 to 16/);
    }
    expect(() => overfitting([row, row.slice(1)], 'sharpe')).toThrow(RangeError);
  });
});
