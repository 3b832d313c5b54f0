import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { drawdownsOf, shortened } from '../../domain/equity-curve.ts';
import type { EquitySample } from '../../domain/event.ts';
import { type EquityFigures, EquityRecorder, MAX_PERIODS } from './equity-recorder.ts';

const SECOND = 1_000_000;

/** A sample of an account whose capital is what its equity is less its profit. */
function sample(atUs: number, equity: number | string, pnl: number | string = 0, fees = '0'): EquitySample {
  const realizedPnl = String(pnl);
  return { atUs, homeAsset: 'USD', equity: String(equity), realizedPnl, unrealizedPnl: '0', fees };
}

function figures(
  samples: readonly EquitySample[],
  toUs: number,
  fromUs = 0,
  periodUs = SECOND,
): EquityFigures {
  const recorder = new EquityRecorder(fromUs, periodUs);
  for (const each of samples) recorder.add(each);
  const result = recorder.finish(toUs);
  if (result === null) throw new Error('there were samples');
  return result;
}

describe('a coin without a price', () => {
  const partial = (atUs: number, equity: number, pnl = 0): EquitySample => ({
    ...sample(atUs, equity, pnl),
    withoutPrice: 1,
  });

  test('is a gap: no low, no fall, no return, no capital', () => {
    const whole = [sample(0, 1000), sample(1 * SECOND, 1100, 100), sample(4 * SECOND, 1155, 155)];
    const [first, second, last] = whole as [EquitySample, EquitySample, EquitySample];
    const gap = [partial(2 * SECOND, 300, -20), partial(3 * SECOND, 310, -10)];
    const without = figures(whole, 4 * SECOND);
    expect(figures([first, second, ...gap, last], 4 * SECOND)).toEqual({ ...without, leftOut: 2 });
    expect(without).toMatchObject({ leftOut: 0, maxDrawdown: null, endsBefore: null });
  });

  test('up to the end leaves the figures at the last sample that had it, and says so', () => {
    const all = figures([sample(0, 1000), sample(SECOND, 1100, 100), partial(2 * SECOND, 300, -20)], 3e6);
    expect(all).toMatchObject({
      endEquity: '1100',
      netPnl: '100',
      maxDrawdown: null,
      leftOut: 1,
      endsBefore: { coins: 1, atUs: SECOND },
    });
    expect([...all.returns]).toEqual([0.1, 0, 0]);
  });

  test('from the first sample on is capital that comes in later', () => {
    const all = figures([partial(0, 400), sample(SECOND, 1000), sample(2 * SECOND, 1100, 100)], 2e6);
    expect(all).toMatchObject({ leftOut: 0, maxDrawdown: null, netPnl: '100' });
    expect([...all.returns]).toEqual([0, 0.1]);
  });
});

describe('equity', () => {
  test('of a period is that of the last sample at or before its end', () => {
    const all = figures(
      [
        sample(0, 1000),
        sample(0.4 * SECOND, 1010, 10),
        sample(SECOND, 1100, 100),
        sample(3.5 * SECOND, 990, -10, '2.5'),
      ],
      4.2 * SECOND,
    );
    // 1000 → 1100 at the very end of the first second; two without news; then 1100 → 990.
    expect([...all.returns]).toEqual([0.1, 0, 0, -0.1]);
    expect(all).toMatchObject({ netPnl: '-10', fees: '2.5', startEquity: '1000', endEquity: '990' });
    expect(all.totalReturn).toBe(-0.01);
    expect(all.maxDrawdown).toMatchObject({ peakUs: SECOND, troughUs: 3.5 * SECOND, recoveredUs: null });
    expect(all.maxDrawdown?.depth).toBeCloseTo(-0.1, 15);
    expect(all.maxDrawdownHome).toBe('110');
    expect(all.longestUnderwaterUs).toBe(2.5 * SECOND);
    expect(all.meanEquity).toBeCloseTo((0.4 * 1000 + 0.6 * 1010 + 2.5 * 1100) / 3.5, 9);
  });

  test('a steady growth has returns without any spread: they are divided as decimals', () => {
    const all = figures(
      [sample(0, '100'), sample(SECOND, '101', 1), sample(2 * SECOND, '102.01', '2.01')],
      2e6,
    );
    expect(new Set(all.returns)).toEqual(new Set([0.01]));
  });

  test('capital that gets its first price is paid in, not earned', () => {
    const all = figures(
      [
        sample(0, 100),
        sample(SECOND, 110, 10),
        // Half a second later 1000 of foreign capital has a mark; 11 of profit are made besides.
        sample(1.5 * SECOND, 1121, 21),
        sample(2 * SECOND, 1121, 21),
        sample(3 * SECOND, '1232.1', '132.1'),
      ],
      3 * SECOND,
    );
    const [first, second, third] = all.returns;
    expect([first, second]).toEqual([0.1, 0.1]);
    expect(third).toBeCloseTo(111.1 / 1121, 15);
    expect(all.totalReturn).toBeCloseTo(1.1 * 1.1 * (1232.1 / 1121) - 1, 14);
    expect(all.netPnl).toBe('132.1');
    expect(all.maxDrawdown).toBeNull();
  });

  test('an account that is worth nothing yet has no return', () => {
    const all = figures([sample(0, 0), sample(SECOND, 500), sample(2 * SECOND, 550, 50)], 2 * SECOND);
    expect([...all.returns]).toEqual([0, 0.1]);
    expect(all.totalReturn).toBe(0.1);
  });

  test('runs over the same data have the same periods, also one that lasted longer or knew its equity later', () => {
    const late = figures([sample(2.5 * SECOND, 100), sample(9 * SECOND, 200, 100)], 5 * SECOND);
    expect([...late.returns]).toEqual([0, 0, 0, 0, 0]);
    expect(late.netPnl).toBe('100');
    expect(figures([sample(0, 100)], 5 * SECOND).returns).toHaveLength(5);
  });

  test('periods compound to the total return, whatever the samples', () => {
    const step = fc.record({
      afterUs: fc.integer({ min: 0, max: 3 * SECOND }),
      change: fc.integer({ min: -900, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        let atUs = 0;
        let pnl = 0;
        const samples = [sample(0, 100_000)];
        for (const { afterUs, change } of steps) {
          atUs += afterUs;
          pnl += change;
          samples.push(sample(atUs, 100_000 + pnl, pnl));
        }
        const all = figures(samples, Math.ceil((atUs + 1) / SECOND) * SECOND);
        const wealth = all.returns.reduce((product, each) => product * (1 + each), 1);
        expect(wealth - 1).toBeCloseTo(all.totalReturn, 12);
        expect(all.netPnl).toBe(String(pnl));
        expect(all.totalReturn).toBeCloseTo(pnl / 100_000, 12);
      }),
    );
  });

  test('the deepest drawdown is that of the curve that is shown, however short it was made', () => {
    const step = fc.record({ change: fc.integer({ min: -900, max: 900 }), paidIn: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
        let [pnl, capital, payments] = [0, 100_000, 0];
        const samples = steps.map(({ change, paidIn }, at) => {
          pnl += change;
          if (paidIn && payments++ < 4) capital += 7_000;
          return sample(at * SECOND, capital + pnl, pnl);
        });
        const { maxDrawdown } = figures(samples, samples.length * SECOND);
        expect(Math.min(0, ...drawdownsOf(shortened(samples, 60)))).toBeCloseTo(maxDrawdown?.depth ?? 0, 12);
      }),
    );
  });

  test('without a sample there are no figures; too many periods are refused by name', () => {
    expect(new EquityRecorder(0, SECOND).finish(SECOND)).toBeNull();
    const recorder = new EquityRecorder(0, 1);
    recorder.add(sample(0, 100));
    const tooLate = sample(MAX_PERIODS + 2, 100);
    expect(() => recorder.add(tooLate)).toThrow(UserError);
    expect(() => recorder.add(tooLate)).toThrow(/periodMs: "0.001" makes more than 1000000 periods/);
  });
});
