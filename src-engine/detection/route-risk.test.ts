import { describe, expect, it } from 'vitest';
import { ageRiskBps, ASSUMED_STDEV_BPS } from './route-risk.ts';

const leg = (stdevBps: number | undefined, ageUs: number, roundTripUs: number) => ({
  stdevBps,
  ageUs,
  roundTripUs,
});

describe('the risk of age and latency', () => {
  it('of one trade is the worth of an option at the money over the round trip', () => {
    // 10 bps over a second, a round trip of 250 ms: 10 × √(0.25 / 2π).
    expect(ageRiskBps([leg(10, 5, 250_000)], 1)).toBeCloseTo(10 * Math.sqrt(0.25 / (2 * Math.PI)), 12);
    expect(ageRiskBps([leg(10, 5, 250_000)], 1)).toBeCloseTo(1.994_711_402_007, 11);
  });

  it('exposes a trade for as long as its book is older than the youngest one, and adds variances', () => {
    const both = ageRiskBps([leg(3, 1_000_000, 90_000), leg(4, 400_000, 10_000)], 2);
    expect(both).toBeCloseTo(2 * Math.sqrt((9 * 0.69 + 16 * 0.01) / (2 * Math.PI)), 12);
  });

  it('is zero without time or when it is turned off, and assumes a volatility until one was measured', () => {
    expect(ageRiskBps([leg(10, 7, 0), leg(10, 7, 0)], 1)).toBe(0);
    expect(ageRiskBps([leg(10, 7, 1_000), leg(10, 9, 0)], 0)).toBe(0);
    expect(ageRiskBps([leg(undefined, 0, 1_000)], 1)).toBe(ageRiskBps([leg(ASSUMED_STDEV_BPS, 0, 1_000)], 1));
  });
});
