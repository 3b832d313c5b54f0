/** Whole backtests of a simulated demo behind a scorer's gate, and the figures of paired runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runBacktest } from '../backtest/backtest.ts';
import { CAPTURE_FEATURES } from '../detection/capture-features.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import type { EngineEvent } from '../domain/event.ts';
import { DEMO_MARKET_START_US, recordDemoMarket } from './demo-market.ts';
import { trialText } from './scorer-trial.ts';
import { differenceOfShares, meanDifference } from './trial-figures.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-scorer-trial-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Finds net edges below 4 bps unlikely. */
const MODEL: CaptureModel = {
  name: 'scorer-demo',
  sha256: 'abcdef0123456789'.repeat(4),
  means: CAPTURE_FEATURES.map(() => 0),
  deviations: CAPTURE_FEATURES.map(() => 1),
  weights: CAPTURE_FEATURES.map((feature) => (feature === 'net edge' ? 1 : 0)),
  intercept: -4,
  calibrator: { kind: 'platt', a: -1, b: 0 },
  threshold: 0.5,
  fittedToUs: DEMO_MARKET_START_US,
  mayGate: true,
};

it('records the same market for the same seed, and decides the same behind a gate in each replay of it', async () => {
  const paths = ['one', 'two', 'again'].map((name) => join(folder, `${name}.tape`));
  const [first = '', second = '', again = ''] = paths;
  await recordDemoMarket({ seed: 3, seconds: 90, paths: [first, second] });
  await recordDemoMarket({ seed: 3, seconds: 90, paths: [again] });
  expect(readFileSync(again).equals(readFileSync(first))).toBe(true);
  const run = async (log: string, scorer?: CaptureModel) => {
    const events: EngineEvent[] = [];
    const report = await runBacktest({
      logs: [log],
      capital: { USD: '25000' },
      cycleFigures: false,
      ...(scorer && { scorer, detection: { scoreOpportunities: true, scorerGate: true } }),
      onEvents: (more) => events.push(...more),
    });
    const started = events.flatMap((event) => (event.type === 'executionStarted' ? [event.opportunity] : []));
    return { report, started };
  };
  const all = await run(second);
  const gated = await run(second, MODEL);
  const replayed = await run(second, JSON.parse(JSON.stringify(MODEL)) as CaptureModel);
  expect(replayed.report.digest).toBe(gated.report.digest);
  expect(gated.report.digest).not.toBe(all.report.digest);
  expect(gated.report.decisions['capture-unlikely']).toBeGreaterThan(4);
  expect(gated.started.length).toBeLessThan(all.started.length);
  const verdicts = gated.started.map(({ capture }) => capture?.verdict);
  expect(new Set(verdicts)).toEqual(new Set(['above', 'control']));
  for (const { capture, waterfall } of gated.started)
    expect(waterfall.netBps < 4).toBe(capture?.verdict === 'control');
  expect(all.started.every(({ capture }) => capture === undefined)).toBe(true);
  expect(all.report.bookFaults).toEqual({ checksumMismatches: 0, sequenceGaps: 0, unreadableFrames: 0 });
});

it('knows the difference of paired runs with its interval, by Student’s t over stretches', () => {
  const runs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((gain) => ({
    promised: 100,
    all: 50,
    other: 50 + gain,
  }));
  // Mean 6, standard deviation √11, t of 10 degrees of freedom 2.228139.
  const half = 2.228139 * Math.sqrt(11 / 11);
  const mean = meanDifference(runs);
  expect(mean?.value).toBe(6);
  expect(mean?.low).toBeCloseTo(6 - half, 3);
  expect(mean?.high).toBeCloseTo(6 + half, 3);
  const share = differenceOfShares(runs);
  expect(share?.value).toBeCloseTo(0.06, 12);
  expect(share?.low).toBeCloseTo(0.06 - half / 100, 5);
  // What promises more weighs more.
  expect(
    differenceOfShares([
      { promised: 300, all: 0, other: 30 },
      { promised: 100, all: 0, other: 30 },
    ])?.value,
  ).toBeCloseTo(0.15, 12);
  expect(differenceOfShares(runs.slice(0, 1))).toBeUndefined();
  expect(differenceOfShares(runs.map((run) => ({ ...run, promised: 0 })))).toBeUndefined();
});

it('says what the gate for comparison left, that luck is drawn anew behind it, and how small a difference could be seen', () => {
  const interval = { value: 0.0111, low: -0.14, high: 0.16 };
  const text = trialText(
    {
      profile: 'demo',
      homeAsset: 'USD',
      seed: 1,
      trainHours: 3,
      judgeHours: 6,
      competitorPct: 20,
      records: 3_586,
      taken: 7_000,
      refused: 0,
      threshold: 0,
      verdict: 'does-not-raise',
      takeAll: 0.512,
      gated: 0.512,
      difference: { value: 0, low: 0, high: 0 },
      profitPerHour: null,
      leastLikely: { share: 0.1, difference: interval },
      walkForward: '',
    },
    { left: 812, taken: 6_400 },
  );
  expect(text).toContain('10 % of those it was trained on left 812 opportunities here, took 6400 executions');
  expect(text).toContain(
    'is drawn anew: a difference of less than 15.00 percentage points would not be seen',
  );
});
