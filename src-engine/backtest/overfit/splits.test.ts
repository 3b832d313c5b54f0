import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neighbourSensitivity } from './neighbours.ts';
import { holdout, walkForward } from './splits.ts';

const NO_GAPS = { purge: 0, embargo: 0 };

describe('splits', () => {
  test('a holdout keeps the end, with gaps on both sides of the border', () => {
    expect(holdout({ from: 0, to: 100 }, 0.3, NO_GAPS)).toEqual({
      train: { from: 0, to: 70 },
      test: { from: 70, to: 100 },
    });
    expect(holdout({ from: 0, to: 100 }, 0.3, { purge: 5, embargo: 2 })).toEqual({
      train: { from: 0, to: 65 },
      test: { from: 72, to: 100 },
    });
  });

  test('walking forward trains on all that lies before, or on the last parts of it', () => {
    const span = { from: 0, to: 60 };
    expect(walkForward(span, 2, NO_GAPS)).toEqual([
      { train: { from: 0, to: 20 }, test: { from: 20, to: 40 } },
      { train: { from: 0, to: 40 }, test: { from: 40, to: 60 } },
    ]);
    expect(walkForward(span, 3, { purge: 1, embargo: 2 }, 3)).toEqual([
      { train: { from: 0, to: 29 }, test: { from: 32, to: 40 } },
      { train: { from: 10, to: 39 }, test: { from: 42, to: 50 } },
      { train: { from: 20, to: 49 }, test: { from: 52, to: 60 } },
    ]);
  });

  test('no train ever touches its test; tests never meet and reach to the end', () => {
    const settings = fc.record({
      from: fc.integer({ min: 0, max: 1_000 }),
      length: fc.integer({ min: 400, max: 5_000 }),
      folds: fc.integer({ min: 1, max: 8 }),
      purge: fc.integer({ min: 0, max: 10 }),
      embargo: fc.integer({ min: 0, max: 10 }),
      trainParts: fc.constantFrom<number | 'all'>('all', 1, 2, 4),
    });
    fc.assert(
      fc.property(settings, ({ from, length, folds, purge, embargo, trainParts }) => {
        const splits = walkForward({ from, to: from + length }, folds, { purge, embargo }, trainParts);
        expect(splits).toHaveLength(folds);
        splits.forEach(({ train, test: judged }, fold) => {
          expect(train.to).toBeGreaterThan(train.from);
          expect(judged.to).toBeGreaterThan(judged.from);
          expect(train.from).toBeGreaterThanOrEqual(from);
          expect(judged.from - train.to).toBe(purge + embargo);
          const next = splits[fold + 1];
          expect(judged.to).toBe(next === undefined ? from + length : next.test.from - embargo);
          if (trainParts === 'all') expect(train.from).toBe(from);
        });
      }),
    );
  });

  test('what cannot be split is refused by name', () => {
    const span = { from: 0, to: 10 };
    for (const share of [0, 1, Number.NaN]) {
      expect(() => holdout(span, share, NO_GAPS)).toThrow(/split\.testShare: .* is not between 0 and 1/);
    }
    expect(() => walkForward(span, 0, NO_GAPS)).toThrow(/split\.folds: "0"/);
    expect(() => walkForward(span, 2, NO_GAPS, 0.5)).toThrow(/split\.trainParts: "0.5"/);
    expect(() => walkForward(span, 4, { purge: 2, embargo: 0 })).toThrow(
      /leave nothing to train on, 2 purged/,
    );
    expect(() => walkForward(span, 4, { purge: 0, embargo: 2 })).toThrow(/nothing to test on, 2 embargoed/);
    expect(() => walkForward(span, 20, NO_GAPS)).toThrow(/nothing to t/);
    expect(() => holdout(span, 0.3, { purge: -1, embargo: 0 })).toThrow(/split\.purge: "-1" is below zero/);
    expect(() => holdout(span, 0.3, { purge: 0, embargo: Number.NaN })).toThrow(/split\.embargo/);
  });
});

describe('the neighbours of the best', () => {
  const grid = (score: (x: number, y: number) => number) =>
    Array.from({ length: 25 }, (_, index) => {
      const [x, y] = [index % 5, Math.floor(index / 5)];
      return { coordinates: [x, y], group: '', score: score(x, y) };
    });

  test('on a hill keep most of its height, around a needle nothing', () => {
    const hill = grid((x, y) => 10 - (x - 2) ** 2 - (y - 2) ** 2);
    expect(neighbourSensitivity(hill, 12)).toEqual({
      neighbours: 4,
      bestScore: 10,
      medianScore: 9,
      retention: 0.9,
    });
    const needle = grid((x, y) => (x === 2 && y === 2 ? 10 : -1));
    expect(neighbourSensitivity(needle, 12)?.retention).toBe(-0.1);
  });

  test('have the same words, and are the nearest of all wherever the best lies', () => {
    const points = [
      { coordinates: [0], group: 'a', score: 5 },
      { coordinates: [1], group: 'b', score: 100 },
      { coordinates: [1], group: 'a', score: 4 },
      { coordinates: [2], group: 'a', score: 2 },
      { coordinates: [3], group: 'a', score: -9 },
    ];
    expect(neighbourSensitivity(points, 0)).toMatchObject({ neighbours: 2, medianScore: 3 });
  });

  test('there are none of a best that stands alone, has no order, or earned nothing', () => {
    expect(neighbourSensitivity([{ coordinates: [1], group: '', score: 1 }], 0)).toBeNull();
    const words = [
      { coordinates: [], group: 'a', score: 1 },
      { coordinates: [], group: 'a', score: 2 },
    ];
    expect(neighbourSensitivity(words, 1)).toBeNull();
    expect(
      neighbourSensitivity(
        grid(() => 0),
        3,
      ),
    ).toBeNull();
    expect(neighbourSensitivity([], 0)).toBeNull();
  });
});
