import { describe, expect, it } from 'vitest';
import { US_PER_SECOND } from '../../domain/time.ts';
import { BarCloser, type ClosedBar, MAX_BARS, pairBars } from './closed-bars.ts';

const MINUTE = 60 * US_PER_SECOND;
const BASE = 1_700_000_040 * US_PER_SECOND;

function closed(points: readonly (readonly [seconds: number, price: number])[]): readonly ClosedBar[] {
  const closer = new BarCloser('A', MINUTE);
  for (const [seconds, price] of points) closer.take(BASE + seconds * US_PER_SECOND, price);
  return closer.finish();
}
const bars = (...minutes: readonly number[]): ClosedBar[] =>
  minutes.map((minute) => ({ endUs: BASE + minute * MINUTE, close: 100 + minute }));

describe('closed bars', () => {
  it('take the last price of each stretch; what comes at its very end still belongs to it', () => {
    expect(
      closed([
        [1, 10],
        [59, 11],
        [60, 12],
        [61, 13],
        [180, 14],
      ]),
    ).toEqual([
      { endUs: BASE + MINUTE, close: 12 },
      { endUs: BASE + 2 * MINUTE, close: 13 },
      { endUs: BASE + 3 * MINUTE, close: 14 },
    ]);
  });

  it('leave out a stretch that is not over, and one without a price', () => {
    expect(
      closed([
        [1, 10],
        [200, 11],
        [230, 12],
      ]),
    ).toEqual([{ endUs: BASE + MINUTE, close: 10 }]);
    expect(closed([])).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuse %d as a price', (price) => {
    expect(() => closed([[1, price]])).toThrow(/^A: "\S+" is not a price above zero, at 2023-11-14/);
  });

  it('are bounded', () => {
    const closer = new BarCloser('A', MINUTE);
    expect(() => {
      for (let at = 0; at <= MAX_BARS + 1; at++) closer.take(BASE + at * MINUTE, 1);
    }).toThrow(/^A: has more than 100000 bars of 60 s\. Take longer bars, such as --bar 300\./);
  });
});

describe('bars of two markets', () => {
  it('are those that both have, with what is missing counted', () => {
    const paired = pairBars(bars(1, 2, 3, 5, 6, 9), bars(2, 3, 4, 6, 9, 10));
    expect([...paired.a]).toEqual([102, 103, 106, 109]);
    expect([...paired.b]).toEqual([...paired.a]);
    expect(paired).toMatchObject({ unpaired: 2, stepUs: 3 * MINUTE, gaps: 0 });
    expect(pairBars(bars(1, 2, 3, 4, 8), bars(1, 2, 3, 4, 8))).toMatchObject({ stepUs: MINUTE, gaps: 1 });
  });

  it('are refused where there are none', () => {
    expect(() => pairBars(bars(1, 2, 3), bars(4, 5))).toThrow(
      /FILE_B: has 0 closed bars at the times of FILE_A: A has 3 from/,
    );
    expect(() => pairBars([], bars(4, 5))).toThrow(/A has none, B has 2 from/);
  });
});
