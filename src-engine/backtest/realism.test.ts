/** What a run assumes of the venue: how long orders travel, who is faster, what is refused; and what comes of it. */
import { afterAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { LatencyModel } from '../venues/simulated/latency-model.ts';
import { runMeasuredBacktest } from './measured-backtest.ts';
import type { BacktestOptions } from './options.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const PERIOD_US = 1_000_000;
const folder = logFolder();
afterAll(() => folder.remove());
const made = folder.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 3_000).events]);

const run = (options: Partial<BacktestOptions> = {}) =>
  runMeasuredBacktest({ logs: [made], capital: { USD: '10000' }, ...options }, PERIOD_US);

describe('hardships', () => {
  test('none, said or not, is the same run to the last byte', async () => {
    const plain = await run();
    const said = await run({ hardship: { competitorPct: 0, rejectPct: 0 } });
    expect(said.report.digest).toBe(plain.report.digest);
    expect(plain.report.fills).toBeGreaterThan(20);
    expect(plain.report.settings.hardship).toEqual({ competitorPct: 0, rejectPct: 0 });
  });

  test('a competitor who is always faster leaves no fill, and one who is so half of the time costs some', async () => {
    const plain = await run();
    const always = await run({ hardship: { competitorPct: 100 } });
    expect(always.report.fills).toBe(0);
    expect(always.report.executions.missed).toBeGreaterThan(10);
    expect(always.report.pnl).toBe('0');
    const half = await run({ hardship: { competitorPct: 50 } });
    expect(half.report.executions.missed).toBeGreaterThan(0);
    expect(half.report.executions.completed).toBeGreaterThan(0);
    expect(Number(half.report.pnl)).toBeLessThan(Number(plain.report.pnl));
    expect((await run({ hardship: { competitorPct: 50 } })).report.digest).toBe(half.report.digest);
  });

  test('rejections are counted by their reason', async () => {
    const { report } = await run({ hardship: { rejectPct: 100 } });
    expect(report.fills).toBe(0);
    expect(Object.keys(report.rejections)).toEqual(['rejected by the venue (assumed by this run)']);
  });

  test.each([
    [{ hardship: { competitorPct: 101 } }, /competitor-pct.*"101"/],
    [{ hardship: { rejectPct: -1 } }, /reject-pct.*"-1"/],
    [{ latency: { minUs: 0, tailUs: 0, quantilesUs: [5] } }, /latency quantiles.*"1 values"/],
    [{ latency: { minUs: 0, tailUs: 0, quantilesUs: [5, 4] } }, /latency quantiles/],
  ])('%j is refused', async (options, problem) => {
    await expect(run(options)).rejects.toThrow(problem);
  });
});

describe('orders that rest', () => {
  test('are described on the first page: how they would be filled, and that the strategies send none', async () => {
    const { report } = await run();
    expect(report.settings.fills).toEqual({ queue: 'behind' });
    const chosen = await run({ fills: { queue: 'pro-rata' } });
    expect(chosen.report.settings.fills).toEqual({ queue: 'pro-rata' });
    const words = (assumptions: readonly string[]) => assumptions.find((each) => each.includes('none rests'));
    expect(words(report.assumptions)).toContain('behind it in the queue (fills.queue behind)');
    expect(words(chosen.report.assumptions)).toContain('in proportion (fills.queue pro-rata)');
    // Nothing rests, so nothing changes.
    expect(chosen.report.digest).toBe(report.digest);
    await expect(run({ fills: { queue: 'front' as 'behind' } })).rejects.toThrow(
      /fills\.queue: "front" is not a queue model\. Choose among behind, pro-rata/,
    );
  });
});

describe('latency', () => {
  test('drawn from what was measured has its quantiles', () => {
    const quantilesUs = [1_000, 2_000, 10_000];
    const model = new LatencyModel({ minUs: 99, tailUs: 99, quantilesUs }, new SeededRandom(3));
    const drawn = Array.from({ length: 20_000 }, () => model.sampleUs()).sort((a, b) => a - b);
    const at = (share: number): number => drawn[Math.floor(share * drawn.length)] ?? 0;
    expect(at(0)).toBeGreaterThanOrEqual(1_000);
    expect(drawn.at(-1)).toBeLessThanOrEqual(10_000);
    expect(at(0.25)).toBeCloseTo(1_500, -2);
    expect(at(0.5)).toBeGreaterThan(1_900);
    expect(at(0.5)).toBeLessThan(2_200);
    expect(at(0.75)).toBeGreaterThan(5_600);
    expect(at(0.75)).toBeLessThan(6_400);
  });

  test('that is longer leaves less of the edge', async () => {
    const quick = await run({ latency: { minUs: 1_000, tailUs: 0 } });
    const slow = await run({ latency: { minUs: 900_000, tailUs: 0 } });
    expect(Number(slow.report.pnl)).toBeLessThan(Number(quick.report.pnl));
  });
});

test('a run reports the captured share of the detected edge, and where the rest went', async () => {
  const { capture } = await run({ hardship: { competitorPct: 30 } });
  expect(capture.detected).toBeGreaterThan(0);
  const lost = capture.lost.reduce((sum, { home }) => sum + home, 0);
  expect(capture.captured + lost).toBeCloseTo(capture.detected, 6);
  expect(capture.share).toBeCloseTo(capture.captured / capture.detected, 12);
  expect(capture.lost.map(({ reason }) => reason)).toContain('missed');
  // Who is never beaten to it captures more.
  const { capture: easy } = await run();
  expect(easy.share ?? 0).toBeGreaterThan(capture.share ?? 1);
});

test('a run is reported with its figures', async () => {
  const { report, metrics } = await run();
  expect(metrics?.homeAsset).toBe('USD');
  expect(metrics?.trades.trades).toBe(
    report.executions.completed + report.executions.unwound + report.executions.stranded,
  );
  // The report values what is held at the very end; the figures rest on the last sample of the equity.
  expect(Number(metrics?.netPnl)).toBeCloseTo(Number(report.pnl), 2);
  expect(metrics?.periodUs).toBe(PERIOD_US);
});

describe('fees by tier', () => {
  const onKraken = folder.write('kraken.jsonl', [
    header(
      TRIANGLE.map((spec) => ({ ...spec, takerFee: '0.004' })),
      { venue: 'kraken' },
    ),
    ...triangleEvents(7, 200).events,
  ]);

  test('are those of the volume that was traded, and stand in the settings of the run', async () => {
    const fees = async (options: Partial<BacktestOptions>) =>
      (await run({ logs: [onKraken], ...options })).report.settings.takerFeesBps;
    expect(await fees({})).toEqual({ 40: 3 });
    expect(await fees({ feeVolumeUsd: 60_000 })).toEqual({ 24: 3 });
    expect(await fees({ feeVolumeUsd: 10_000_000 })).toEqual({ 10: 3 });
  });

  test('are refused where the schedule is not known, and beside a fee that is set', async () => {
    await expect(run({ feeVolumeUsd: 60_000 })).rejects.toThrow(
      /fee-volume: .* is not the first tier of a known fee schedule/,
    );
    await expect(run({ logs: [onKraken], feeVolumeUsd: 1, feeBps: 1 })).rejects.toThrow(
      /combined with fee-bps/,
    );
  });
});
