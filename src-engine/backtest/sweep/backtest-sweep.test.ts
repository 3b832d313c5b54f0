/** A sweep of real backtests, from spec to verdict: what a worker does, in one process. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Decimal } from '../../domain/decimal.ts';
import { runBacktest } from '../backtest.ts';
import { RunMetricsRecorder } from '../metrics/run-metrics.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import { SweepLedger } from './sweep-ledger.ts';
import { planSweep, type SweepPlan, type Trial, trialOptions } from './sweep-plan.ts';
import { parseSweepSpec } from './sweep-spec.ts';
import { summarise } from './sweep-summary.ts';
import { failedResult, scoredResult, type TrialResult } from './trial-result.ts';

const folder = logFolder();
afterAll(() => folder.remove());

const { events, mids } = triangleEvents(7, 3_000);
const log = folder.write('triangle.jsonl', [header(TRIANGLE), ...events]);
const SYMBOLS = ['BTC/USD', 'ETH/BTC', 'ETH/USD'];

async function runTrial(plan: SweepPlan, trial: Trial): Promise<TrialResult> {
  const { fromUs, toUs, periodUs } = plan;
  const recorder = new RunMetricsRecorder({
    fromUs,
    periodUs,
    instruments: SYMBOLS.map((symbol) => {
      const [base = '', quote = ''] = symbol.split('/');
      return { venue: 'made', symbol, base, quote };
    }),
    priceOf: (asset) => (asset === 'USD' ? new Decimal(1) : new Decimal(mids.get(`${asset}/USD`) ?? 0)),
  });
  try {
    const options = trialOptions(plan.spec, trial, [log]);
    await runBacktest({ ...options, onEvents: (facts) => recorder.onEvents(facts) });
    const metrics = recorder.metrics(toUs);
    if (metrics === null) throw new Error('the run reported no equity');
    return scoredResult(trial, metrics, recorder.series(toUs), plan.score);
  } catch (error) {
    return failedResult(trial, error);
  }
}

test('the same result in any order; more is asked of an edge, less is traded', async () => {
  const report = await runBacktest({ logs: [log] });
  const spec = parseSweepSpec({
    logs: ['triangle.jsonl'],
    base: { 'capital.USD': 1_000, 'latency.minUs': 1_000, 'latency.tailUs': 0 },
    parameters: {
      'detection.minNetBps': { values: [1, 10, 10_000] },
      'detection.cooldownMs': { values: [0, 2_000] },
    },
    search: { method: 'grid' },
    periodMs: 100,
    blocks: 4,
    split: { kind: 'walk-forward', folds: 2 },
  });
  const data = {
    digests: [createHash('sha256').update(readFileSync(log)).digest('hex')],
    fromUs: Date.parse(report.from) * 1_000,
    toUs: Date.parse(report.to) * 1_000,
  };
  const plan = planSweep(spec, data, 'test');
  const [forward, backward] = [new SweepLedger(plan), new SweepLedger(plan)];
  for (const trial of plan.trials) forward.record(await runTrial(plan, trial));
  for (const trial of plan.trials.toReversed()) backward.record(await runTrial(plan, trial));
  const summary = summarise(plan, forward);
  expect(JSON.stringify(summarise(plan, backward))).toBe(JSON.stringify(summary));
  expect(summary).toMatchObject({ planned: 6, trials: 6, failed: 0, failures: [] });
  const tradesOf = (minNetBps: string): number =>
    summary.ranking
      .filter(({ params }) => params['detection.minNetBps'] === minNetBps)
      .reduce((sum, { figures }) => sum + figures.trades, 0);
  expect(tradesOf('1')).toBeGreaterThan(0);
  expect(tradesOf('10')).toBeLessThanOrEqual(tradesOf('1'));
  expect(tradesOf('10000')).toBe(0);
  const idle = summary.ranking.slice(-2).map(({ params }) => params['detection.minNetBps']);
  expect(idle).toEqual(['10000', '10000']);
});
