import { expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import type { EngineEvent, ExecutionOutcome } from '../../domain/event.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { sampleExecution, sampleOpportunity } from '../../testing/sample-events.ts';
import { DAY_US, dayOf, DayTally } from './day-tally.ts';

const MIDNIGHT = dayOf(1_700_000_000_000_000);
const NOON = MIDNIGHT + DAY_US / 2;

function tallyOf(before: readonly { outcome: ExecutionOutcome; profitHome: string }[] = []) {
  const kernel = {
    portfolio: { valueOf: (_asset: string, amount: unknown) => amount },
    risk: {
      escalation: { level: 'normal', lossPct: decimal('0.25') },
      exposure: { gross: () => decimal('12.5') },
      equityHome: decimal('100'),
    },
    config: { homeAsset: 'USD' },
  };
  return new DayTally(kernel as never, before, NOON);
}

const finished = (atUs: number, outcome: ExecutionOutcome, profitHome: string): EngineEvent => ({
  type: 'executionFinished',
  atUs,
  execution: sampleExecution({ outcome, profitHome, finishedUs: atUs }),
});
const opened = (atUs: number): EngineEvent => ({
  type: 'opportunityOpened',
  atUs,
  opportunity: sampleOpportunity(),
});
const closed = (decision: 'no-balance' | 'edge-below-threshold', expectedProfit: string): EngineEvent => ({
  type: 'opportunityClosed',
  atUs: NOON,
  opportunity: sampleOpportunity({ decision, expectedProfit, closedUs: NOON }),
});

test('the day is what the database held of it and every fact since, to the last digit', () => {
  const tally = tallyOf([
    { outcome: 'completed', profitHome: '0.000000000000000001' },
    { outcome: 'unwound', profitHome: '-2' },
  ]);
  tally.take(finished(NOON, 'completed', '1.5'));
  tally.take(finished(NOON, 'missed', '0'));
  // An unwind that earned is no cost.
  tally.take(finished(NOON, 'unwound', '0.5'));
  tally.take(finished(NOON, 'stranded', '-1.25'));
  expect(tally.figures(NOON)).toMatchObject({
    homeAsset: 'USD',
    dayUs: MIDNIGHT,
    profit: '-1.249999999999999999',
    executions: 6,
    attempts: 6,
    completed: 2,
    missed: 1,
    unwindCost: '-3.25',
    exposure: '12.5',
    riskLevel: 'normal',
    lossPct: 0.25,
  });
});

test('what was missed is ranked by money, and its sum with what was booked is what was promised', () => {
  const tally = tallyOf();
  for (let n = 0; n < 3; n++) tally.take(closed('edge-below-threshold', '0.5'));
  tally.take(closed('no-balance', '4'));
  const { edges, edgesSinceUs } = tally.figures(NOON);
  expect(edgesSinceUs).toBe(NOON);
  expect(edges).toEqual({
    detected: 5.5,
    captured: 0,
    share: 0,
    lost: [
      { reason: 'no-balance', opportunities: 1, home: 4 },
      { reason: 'edge-below-threshold', opportunities: 3, home: 1.5 },
    ],
  });
});

test('edges a minute are those of the last minute', () => {
  const tally = tallyOf();
  for (let n = 0; n < 5; n++) tally.take(opened(NOON + n * US_PER_SECOND));
  expect(tally.figures(NOON + 10 * US_PER_SECOND).edgesPerMinute).toBe(5);
  expect(tally.figures(NOON + 62 * US_PER_SECOND).edgesPerMinute).toBe(2);
  expect(tally.figures(NOON + 600 * US_PER_SECOND).edgesPerMinute).toBe(0);
});

test('at midnight UTC the next day begins with nothing', () => {
  const tally = tallyOf([{ outcome: 'unwound', profitHome: '-2' }]);
  tally.take(closed('no-balance', '4'));
  const next = tally.figures(MIDNIGHT + DAY_US + 1);
  expect(next).toMatchObject({ profit: '0', executions: 0, unwindCost: '0', dayUs: MIDNIGHT + DAY_US });
  expect(next.edges).toEqual({ detected: 0, captured: 0, share: null, lost: [] });
  expect(next.edgesSinceUs).toBe(MIDNIGHT + DAY_US);
});

test('what sent no order for an opportunity is no attempt', () => {
  const tally = tallyOf([{ outcome: 'denied', profitHome: '0' }]);
  for (let n = 0; n < 9; n++) tally.take(finished(NOON, 'denied', '0'));
  tally.take(finished(NOON, 'swept', '1'));
  tally.take(finished(NOON, 'late', '1'));
  expect(tally.figures(NOON)).toMatchObject({ executions: 12, attempts: 0, missed: 0 });
  tally.take(finished(NOON, 'missed', '0'));
  tally.take(finished(NOON, 'stranded', '-1'));
  expect(tally.figures(NOON)).toMatchObject({ attempts: 2, missed: 1 });
});

test('a cycle over midnight counts with its promise for the day of its end, and what ended before midnight not for the day after', () => {
  const next = MIDNIGHT + DAY_US;
  const begun = (executionId: string, atUs: number): EngineEvent => ({
    type: 'executionStarted',
    atUs,
    executionId,
    opportunity: sampleOpportunity({ expectedProfit: '2' }),
  });
  const ended = (executionId: string, finishedUs: number): EngineEvent => ({
    type: 'executionFinished',
    atUs: finishedUs,
    execution: sampleExecution({ executionId, outcome: 'completed', profitHome: '1', finishedUs }),
  });
  const tally = tallyOf();
  tally.take(begun('over', next - 20));
  tally.take(begun('before', next - 20));
  expect(tally.figures(next + 1).dayUs).toBe(next);
  // Durable after midnight.
  tally.take(begun('late to begin', next - 10));
  tally.take(ended('before', next - 5));
  tally.take({ ...closed('no-balance', '4'), atUs: next - 5 });
  expect(tally.figures(next + 2)).toMatchObject({ profit: '0', executions: 0, edges: { detected: 0 } });
  tally.take(ended('over', next + 10));
  tally.take(ended('late to begin', next + 10));
  expect(tally.figures(next + 20)).toMatchObject({
    profit: '2',
    attempts: 2,
    edges: { detected: 4, captured: 2, share: 0.5 },
  });
});
