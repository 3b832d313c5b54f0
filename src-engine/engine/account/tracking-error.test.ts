import { describe, expect, it } from 'vitest';
import type { ExecutionRecord } from '../../domain/event.ts';
import { TrackingError } from './tracking-error.ts';

const SECOND = 1_000_000;

function execution(
  atS: number,
  realizedNetBps: number,
  more: Partial<ExecutionRecord> = {},
): ExecutionRecord {
  return {
    executionId: `x${atS}`,
    opportunityId: 'o',
    venue: 'kraken',
    path: ['USD', 'BTC', 'ETH'],
    startAmount: '100',
    profit: '0',
    profitHome: '0',
    expectedNetBps: 10,
    realizedNetBps,
    dust: [],
    outcome: 'completed',
    detail: '',
    startedUs: atS * SECOND,
    finishedUs: atS * SECOND,
    ...more,
  };
}

describe('the tracking error', () => {
  it('is the standard deviation of live minus ghost over the cycles that both have traded', () => {
    const tracking = new TrackingError();
    // Differences of −1, 1 and 3 bps: mean 1, sample standard deviation 2.
    for (const [k, [live, ghost]] of (
      [
        [4, 5],
        [6, 5],
        [8, 5],
      ] as const
    ).entries()) {
      tracking.onLive(execution(k * 10, live));
      tracking.onGhost(execution(k * 10 + 1, ghost));
    }
    const { pairs, meanDifferenceBps, trackingErrorBps } = tracking.figures();
    expect(pairs).toBe(3);
    expect(meanDifferenceBps).toBeCloseTo(1, 12);
    expect(trackingErrorBps).toBeCloseTo(2, 12);
  });

  it('counts what only one of them has traded, and does not pair other ways or other moments', () => {
    const tracking = new TrackingError();
    tracking.onGhost(execution(0, 5));
    tracking.onLive(execution(3, 5));
    tracking.onLive(execution(0, 5, { path: ['USD', 'ETH', 'BTC'] }));
    tracking.onLive(execution(0, 0, { outcome: 'denied' }));
    tracking.onLive(execution(0, 0, { outcome: 'swept' }));
    expect(tracking.figures()).toMatchObject({
      pairs: 0,
      liveOnly: 2,
      ghostOnly: 1,
      meanDifferenceBps: null,
      trackingErrorBps: null,
    });
  });

  it('pairs each try once, and remembers a bounded number of cycles', () => {
    const tracking = new TrackingError();
    tracking.onGhost(execution(0, 5));
    tracking.onLive(execution(0, 5));
    tracking.onLive(execution(1, 5));
    expect(tracking.figures()).toMatchObject({ pairs: 1, liveOnly: 1, ghostOnly: 0 });
    for (let k = 10; k < 1_000; k += 10) for (let j = 0; j < 3; j++) tracking.onGhost(execution(k + j, 1));
    expect(tracking.figures().recent).toHaveLength(200);
    expect(tracking.figures().ghostOnly).toBe(297);
  });
});
