import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CurveShortener, drawdownsOf, FEWEST_POINTS, shortened } from './equity-curve.ts';
import type { EquitySample } from './event.ts';
import { wholeFlags } from './whole-samples.ts';

const sample = (atUs: number, equity: number, capital = 1_000): EquitySample => ({
  atUs,
  homeAsset: 'USD',
  equity: String(equity),
  realizedPnl: String(equity - capital),
  unrealizedPnl: '0',
  fees: '0',
});

const curveOf = (values: readonly number[]): EquitySample[] =>
  values.map((equity, at) => sample(at * 1_000_000, equity));

/** The deepest fall of the equity itself, as computed from the points that are shown. */
function deepest(samples: readonly EquitySample[]): number {
  let peak = 0;
  let depth = 0;
  for (const { equity } of samples) {
    peak = Math.max(peak, Number(equity));
    depth = Math.min(depth, Number(equity) / peak - 1);
  }
  return depth;
}

describe('a shortened equity curve', () => {
  test('keeps a fall to 800 and a peak of 1100 that lie between two points of the picture', () => {
    const values = Array.from({ length: 1_000 }, () => 1_000);
    values[500] = 1_100;
    values[501] = 800;
    const kept = shortened(curveOf(values), 20).map(({ equity }) => Number(equity));
    expect(kept.length).toBeLessThanOrEqual(20);
    expect([Math.min(...kept), Math.max(...kept)]).toEqual([800, 1_100]);
    expect(kept.indexOf(1_100)).toBeLessThan(kept.indexOf(800));
  });

  test('falls as deep as the whole one, by its equity, its growth and its profit, whatever it did', () => {
    const step = fc.record({
      afterUs: fc.integer({ min: 0, max: 5_000_000 }),
      change: fc.integer({ min: -90, max: 90 }),
      paidIn: fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5_000 })),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: FEWEST_POINTS, max: 120 }),
        (steps, most) => {
          let [atUs, profit, capital] = [0, 0, 50_000];
          const all = steps.map(({ afterUs, change, paidIn }) => {
            atUs += afterUs;
            profit += change;
            capital += paidIn;
            return sample(atUs, capital + profit, capital);
          });
          const kept = shortened(all, most);
          expect(kept.length).toBeLessThanOrEqual(most);
          expect(deepest(kept)).toBe(deepest(all));
          expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
          expect(all.filter((each) => kept.includes(each))).toEqual(kept);
          const fall = (list: readonly EquitySample[]) => Math.max(...fallsOfProfit(list));
          expect(fall(kept)).toBe(fall(all));
          // Each payment needs a point of its own; curves with more payments than points are not compared.
          if (steps.filter(({ paidIn }) => paidIn > 0).length <= (most - 8) / 8) {
            expect(Math.min(...drawdownsOf(kept))).toBeCloseTo(Math.min(...drawdownsOf(all)), 12);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('can be shortened while it grows, again and again', () => {
    let ring: EquitySample[] = [];
    const all: EquitySample[] = [];
    let equity = 1_000;
    for (let at = 0; at < 3_000; at++) {
      equity += ((at * 7_919) % 41) - 20;
      const next = sample(at * 1_000, equity);
      all.push(next);
      ring.push(next);
      if (ring.length > 200) ring = shortened(ring, 100);
    }
    expect(deepest(ring)).toBe(deepest(all));
  });

  test('draws the spans of a quiet and of a busy time alike', () => {
    const shortener = new CurveShortener({ firstUs: 0, lastUs: 999_000 }, 68);
    for (let at = 0; at < 1_000; at++)
      shortener.add(sample(at < 500 ? at * 1_800 : 900_000 + (at - 500) * 198, 1_000 + (at % 7)));
    const times = shortener.kept().map(({ atUs }) => atUs);
    expect(times.length).toBeLessThanOrEqual(68);
    expect(Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)))).toBeLessThan(
      2 * (999_000 / 17),
    );
  });

  test('a payment is not a gain: the fall after it is measured from what was earned', () => {
    const samples = [sample(0, 1_000), sample(1, 900), sample(2, 10_900, 11_000), sample(3, 10_355, 11_000)];
    expect(drawdownsOf(samples).map((each) => Number(each.toFixed(6)))).toEqual([0, -0.1, -0.1, -0.145]);
  });

  test('a coin without a price is no fall: 10000 of it 4000 in ETH, 6000 after a restart before ETH had a price', () => {
    const unpriced = { ...sample(500_000_000, 6_000, 6_000), withoutPrice: 1 };
    const all = [
      ...Array.from({ length: 500 }, (_, at) =>
        sample(at * 1_000_000, 10_000 - (at === 100 ? 300 : 0), 10_000),
      ),
      unpriced,
      ...Array.from({ length: 499 }, (_, at) => sample((501 + at) * 1_000_000, 10_000, 10_000)),
    ];
    expect(Math.min(...drawdownsOf(all))).toBeCloseTo(-0.03, 12);
    const kept = shortened(all, 20);
    // The real fall is kept, and the gap has its mark.
    expect(kept.map(({ equity }) => equity)).toContain('9700');
    expect(kept).toContain(unpriced);
    expect(Math.min(...drawdownsOf(kept))).toBeCloseTo(-0.03, 12);
    // Without room for marks the line has no gap, and no fall either.
    expect(shortened(all, FEWEST_POINTS)).not.toContain(unpriced);
  });

  test('a coin that came without a price, or has had none for a day, does not end the curve', () => {
    const day = 86_400_000_000;
    const left = (one: EquitySample, withoutPrice: number) => ({ ...one, withoutPrice });
    expect(wholeFlags([sample(0, 1_000), left(sample(1, 1_000), 1), left(sample(2, 900), 1)])).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      wholeFlags([
        sample(0, 1_000),
        left(sample(1, 600, 600), 1),
        left(sample(day, 590, 600), 1),
        left(sample(day + 1, 580, 600), 1),
        left(sample(day + 2, 570, 600), 1),
        sample(day + 3, 1_000),
      ]),
    ).toEqual([true, false, false, true, true, true]);
  });
});

function fallsOfProfit(samples: readonly EquitySample[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return samples.map(({ realizedPnl }) => {
    peak = Math.max(peak, Number(realizedPnl));
    return peak - Number(realizedPnl);
  });
}
