import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

describe('LatencyHistogram', () => {
  it('gives quantiles that are never too small, and at most a thirty-second too large', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(durations, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.record(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
        const found = histogram.quantile(share);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact + Math.ceil(exact / 32));
        expect(histogram.countUpTo(found)).toBeGreaterThanOrEqual(
          sorted.filter((value) => value <= exact - exact / 32).length,
        );
        expect(histogram.countUpTo(2 ** 32)).toBe(values.length);
      }),
    );
  });

  it('keeps the longest as it was, however long, and takes what lies before zero as zero', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.quantile(0.5), histogram.maxNs]).toEqual([0, 0]);
    for (const value of [-5, 3.7, 90e9]) histogram.record(value);
    expect([histogram.quantile(0.3), histogram.quantile(0.6), histogram.maxNs]).toEqual([0, 3, 90e9]);
    expect([histogram.count, histogram.sumNs]).toEqual([3, 90e9 + 3.7]);
  });

  it('adds up as if one had counted all, and is empty once cleared', () => {
    const all = new LatencyHistogram();
    const parts = [new LatencyHistogram(), new LatencyHistogram()];
    for (let i = 0; i < 1_000; i++) {
      all.record(i * i);
      parts[i % 2]?.record(i * i);
    }
    const sum = new LatencyHistogram();
    for (const part of parts) sum.add(part);
    for (const share of [0.1, 0.5, 0.99, 1]) expect(sum.quantile(share)).toBe(all.quantile(share));
    expect([sum.count, sum.sumNs, sum.maxNs]).toEqual([all.count, all.sumNs, all.maxNs]);
    sum.clear();
    expect([sum.count, sum.quantile(0.9), sum.countUpTo(2 ** 32)]).toEqual([0, 0, 0]);
  });
});
