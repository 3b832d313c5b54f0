import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, decimal, isDecimalText } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import type { CyclePlan } from './cycle-sizing.ts';
import { estimateText, OpportunityTracker } from './opportunity-tracker.ts';

const planOf = (netBps: number, startAmount = 100, profit = 1): CyclePlan => ({
  cycle: {
    id: 7,
    venue: 'test',
    path: ['USD', 'BTC', 'ETH'],
    legs: [{ instrumentId: 0, side: 'buy' }],
  },
  legs: [
    {
      instrumentId: 0,
      symbol: 'BTC/USD',
      side: 'buy',
      qty: decimal('0.00000001'),
      limitPrice: decimal('50000'),
    },
  ],
  startAmount,
  endAmount: startAmount + profit,
  waterfall: { grossBps: netBps, feesBps: 0, depthBps: 0, roundingBps: 0, slippageBps: 0, netBps, ageUs: 1 },
  obstacle: undefined,
});
const taken = { code: 'taken', detail: '' } as const;
const inFlight = { code: 'in-flight', detail: 'busy' } as const;
const weak = { code: 'edge-below-threshold', detail: 'weak' } as const;

function tracker() {
  const outbox = new Outbox();
  const lives = new OpportunityTracker('run', outbox);
  const closed = () =>
    outbox.events.flatMap((event) => (event.type === 'opportunityClosed' ? [event.opportunity] : []));
  return { outbox, lives, closed };
}

describe('life of an opportunity', () => {
  it('is one: opened once, closed once, with its best edge and the plan of it', () => {
    const { outbox, lives, closed } = tracker();
    lives.observe(planOf(3), weak, 10);
    lives.observe(planOf(9, 200), weak, 20);
    lives.observe(planOf(5), weak, 30);
    lives.close(7, 40);
    lives.close(7, 50);
    expect(outbox.events.map(({ type }) => type)).toEqual(['opportunityOpened', 'opportunityClosed']);
    const [life] = closed();
    expect(life).toMatchObject({ openedUs: 10, closedUs: 40, peakNetBps: 9, startAmount: '200' });
    lives.observe(planOf(3), weak, 60);
    expect(lives.open()[0]?.opportunityId).not.toBe(life?.opportunityId);
    expect(lives.count).toBe(2);
  });

  it('keeps that it was taken, and the plan that was, whatever is seen later', () => {
    const { lives, closed } = tracker();
    lives.observe(planOf(3), weak, 10);
    lives.observe(planOf(2, 50), taken, 20);
    lives.observe(planOf(9, 200), inFlight, 30);
    lives.close(7, 40);
    expect(closed()).toMatchObject([{ decision: 'taken', startAmount: '50', peakNetBps: 9 }]);
  });

  it('reports estimates as plain decimal text, however small or large', () => {
    const { lives } = tracker();
    for (const [start, profit] of [
      [1e-9, 1e-13],
      [1 / 3, -2e-7],
      [1e21, 1e5],
      [0, 0],
    ] as const) {
      lives.observe(planOf(1, start, profit), taken, 1);
      const { startAmount, expectedProfit, legs } = lives.recordOf(7);
      expect([startAmount, isDecimalText(startAmount)]).toEqual([startAmount, true]);
      expect([expectedProfit, isDecimalText(expectedProfit)]).toEqual([expectedProfit, true]);
      expect(legs[0]?.qty).toBe('0.00000001');
    }
  });

  it('an expected profit is what the net edge promises of the size: the slippage buffer is taken off', () => {
    const { lives } = tracker();
    lives.observe(planOf(6.29, 1_243), taken, 1);
    // 1,243 at 6.29 bps net: 0.7818, and not the 0.9064 that the plan yields before the buffer.
    expect(Number(lives.recordOf(7).expectedProfit)).toBeCloseTo(0.781847, 6);
  });

  it('has estimates of at most twelve digits and twelve places, and of two plans alike the first', () => {
    const { lives } = tracker();
    lives.observe(planOf(9, 1_234.567_890_123_456_7), weak, 10);
    lives.observe(planOf(9, 0.000_123_456_789_012_345), weak, 20);
    expect(lives.recordOf(7).startAmount).toBe('1234.56789012');
    lives.observe(planOf(10, 0.000_123_456_789_012_345), weak, 30);
    expect(lives.recordOf(7).startAmount).toBe('0.000123456789');
  });

  it('is the open one of its cycle until it closes', () => {
    const { lives } = tracker();
    expect(lives.isOpen(7, 'run-o1')).toBe(false);
    lives.observe(planOf(3), weak, 10);
    expect([lives.isOpen(7, 'run-o1'), lives.isOpen(7, 'run-o2'), lives.isOpen(8, 'run-o1')]).toEqual([
      true,
      false,
      false,
    ]);
    lives.close(7, 20);
    expect(lives.isOpen(7, 'run-o1')).toBe(false);
  });

  it('names the venue of each leg where a plan has several venues', () => {
    const { lives } = tracker();
    const plan = planOf(3);
    lives.observe({ ...plan, legs: plan.legs.map((leg) => ({ ...leg, venue: 'east' })) }, weak, 10);
    expect(lives.recordOf(7).legs).toMatchObject([{ venue: 'east' }]);
    lives.observe(planOf(4), weak, 20);
    expect(lives.recordOf(7).legs[0]).not.toHaveProperty('venue');
  });

  it('ends for all when a run does', () => {
    const { lives, closed } = tracker();
    lives.observe(planOf(3), weak, 10);
    lives.closeAll(40);
    expect(closed()).toMatchObject([{ openedUs: 10, closedUs: 40 }]);
    expect(lives.open()).toEqual([]);
  });
});

describe('an estimate as text', () => {
  it('has no zeros behind its last digit, and no point behind which nothing is left', () => {
    expect([0.1000000000004, 1_234_567.000_001, -7.25, 0, 100].map(estimateText)).toEqual([
      '0.1',
      '1234567',
      '-7.25',
      '0',
      '100',
    ]);
  });

  it('is cut to 12 digits and 12 places as decimals cut it', () => {
    const short = fc
      .tuple(fc.integer(), fc.integer({ min: -14, max: 3 }))
      .map(([n, e]) => Number(`${n}e${e}`));
    const tiny = fc.double({ min: -1e-3, max: 1e-3, noNaN: true });
    const large = fc.double({ min: -1e25, max: 1e25, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(short, tiny, large), (value) => {
        const exact = new Decimal(value).toSignificantDigits(12).toDecimalPlaces(12).toString();
        expect(estimateText(value)).toBe(exact);
      }),
      { numRuns: 500 },
    );
  });
});
