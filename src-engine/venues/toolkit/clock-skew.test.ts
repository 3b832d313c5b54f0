import { describe, expect, it } from 'vitest';
import { ClockSkew } from './clock-skew.ts';

const S = 1_000_000;

/** Measures a venue that is `aheadUs` ahead, with as long a way there as back. */
function measure(skew: ClockSkew, sentUs: number, aheadUs: number, wayUs: number): void {
  const venueUs = sentUs + wayUs + aheadUs;
  skew.measure(sentUs, venueUs, venueUs, sentUs + 2 * wayUs);
}

describe('a measurement of the venue’s clock', () => {
  it('that is less exact counts at once after the venue said that the clock is off, and only the next one', () => {
    const skew = new ClockSkew();
    measure(skew, S, 0, 1_000);
    skew.doubt();
    expect(skew.skewUs).toBe(0);
    measure(skew, 2 * S, 1_500_000, 1_450_000);
    expect([skew.skewUs, skew.errorUs]).toEqual([1_500_000, 1_450_000]);
    measure(skew, 6 * S, 1_600_000, 1_460_000);
    expect(skew.skewUs).toBe(1_500_000);
  });

  it('that cannot be of the same two clocks counts, however exact: one of them was set', () => {
    const skew = new ClockSkew();
    measure(skew, S, 0, 1_000);
    measure(skew, 2 * S, 140_000, 40_000);
    expect(skew.skewUs).toBe(0);
    measure(skew, 3 * S, 142_000, 40_000);
    expect(skew.skewUs).toBe(142_000);
    measure(skew, 5 * S, -60 * S, 900_000);
    expect(skew.skewUs).toBe(-60 * S);
  });
});
