/** The figures of a real run: they must follow from its events and agree with its report. */
import { afterAll, describe, expect, test } from 'vitest';
import { Decimal, decimal } from '../../domain/decimal.ts';
import type { EngineEvent, EquitySample, ExecutionRecord, FillRecord } from '../../domain/event.ts';
import { sampleExecution, sampleFill, sampleOpportunity, sampleOrder } from '../../testing/sample-events.ts';
import { runBacktest } from '../backtest.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import { periodFor, type RunMetrics, RunMetricsRecorder } from './run-metrics.ts';

const folder = logFolder();
afterAll(() => folder.remove());

const INSTRUMENTS = [
  { venue: 'test', symbol: 'BTC/USD', base: 'BTC', quote: 'USD' },
  { venue: 'test', symbol: 'ETH/BTC', base: 'ETH', quote: 'BTC' },
  { venue: 'test', symbol: 'ETH/USD', base: 'ETH', quote: 'USD' },
];

describe('a backtest', () => {
  test('its metrics agree with its report, its fills and its executions', async () => {
    const { events, mids } = triangleEvents(7, 3_000);
    const path = folder.write('triangle.jsonl', [header(TRIANGLE), ...events]);
    const facts: EngineEvent[] = [];
    const report = await runBacktest({
      logs: [path],
      capital: { USD: '1000' },
      onEvents: (some) => facts.push(...some),
    });
    const venue = facts.find((event) => event.type === 'orderFilled')?.fill.venue ?? '';
    const [fromUs, toUs] = [Date.parse(report.from) * 1_000, Date.parse(report.to) * 1_000];
    const recorder = new RunMetricsRecorder({
      fromUs,
      periodUs: periodFor(toUs - fromUs),
      instruments: INSTRUMENTS.map((each) => ({ ...each, venue })),
      priceOf: (asset) => (asset === 'USD' ? new Decimal(1) : new Decimal(mids.get(`${asset}/USD`) ?? 0)),
    });
    for (const event of facts) recorder.onEvents([event]);
    const metrics = recorder.metrics(toUs) as RunMetrics;

    expect(report.fills).toBeGreaterThan(10);
    expect(metrics.homeAsset).toBe('USD');
    // The report books all of the drain; its PnL is at the marks of its end, as the last sample may not be.
    const samples = facts.filter((event) => event.type === 'equitySampled').map(({ sample }) => sample);
    const [first, last] = [samples[0] as EquitySample, samples.at(-1) as EquitySample];
    const pnl = (sample: EquitySample): Decimal => decimal(sample.realizedPnl).plus(sample.unrealizedPnl);
    expect(metrics.netPnl).toBe(pnl(last).minus(pnl(first)).toFixed());
    expect(metrics.fees).toBe(decimal(last.fees).minus(first.fees).toFixed());
    expect(decimal(metrics.fees).minus(report.fees).abs().toNumber()).toBeLessThan(1e-7);
    const { completed, unwound, stranded, missed, denied } = report.executions;
    expect(metrics.trades.trades).toBe(completed + unwound + stranded);
    expect(metrics.trades.outcomes.missed ?? 0).toBe(missed);
    expect(metrics.trades.outcomes.denied ?? 0).toBe(denied);
    const groups = (all: RunMetrics['byCycle']): number =>
      all.reduce((sum, { figures }) => sum + figures.trades, 0);
    for (const all of [metrics.byCycle, metrics.byVenue, metrics.byHour, metrics.byHourOfDay]) {
      expect(groups(all)).toBe(metrics.trades.trades);
    }
    expect(metrics.excursions.trades).toBe(metrics.trades.trades);
    expect(metrics.exposure).toBeGreaterThan(0);
    expect(metrics.exposure).toBeLessThan(1);
    expect(metrics.turnover).toBeGreaterThan(0);
    expect(metrics.periods).toBe(Math.floor((toUs - fromUs) / metrics.periodUs));
    expect([metrics.cagr, metrics.calmar]).toEqual([null, null]);
    expect(metrics.remarks.join(' ')).toMatch(/shorter than a day/);
    expect(JSON.stringify(metrics)).not.toMatch(/NaN|Infinity/);
  });
});

describe('a run', () => {
  const sampleAt = (day: number, pnl: number): EngineEvent => ({
    type: 'equitySampled',
    atUs: day * 86_400_000_000,
    sample: {
      atUs: day * 86_400_000_000,
      homeAsset: 'USD',
      equity: String(1_000 + pnl),
      realizedPnl: String(pnl),
      unrealizedPnl: '0',
      fees: '0',
    },
  });

  test('of a year grows by its return; Calmar divides it by the deepest fall', () => {
    const recorder = new RunMetricsRecorder({
      fromUs: 0,
      periodUs: 86_400_000_000,
      instruments: [],
      priceOf: () => undefined,
    });
    recorder.onEvents([sampleAt(0, 0), sampleAt(100, 200), sampleAt(200, 80), sampleAt(365, 100)]);
    const metrics = recorder.metrics(365 * 86_400_000_000) as RunMetrics;
    expect(metrics.cagr).toBeCloseTo(0.1, 12);
    expect(metrics.maxDrawdown?.depth).toBeCloseTo(-0.1, 12);
    expect(metrics.calmar).toBeCloseTo(1, 11);
    expect(metrics.maxDrawdownDurationUs).toBe(265 * 86_400_000_000);
    expect(metrics.periods).toBe(365);
    expect(metrics.remarks).toEqual([]);
  });

  test('counts its trades, its time and its turnover from the events', () => {
    let btc = '100';
    const recorder = new RunMetricsRecorder({
      fromUs: 0,
      periodUs: 1_000_000,
      instruments: [{ venue: 'kraken', symbol: 'BTC/USD', base: 'BTC', quote: 'USD' }],
      priceOf: (asset) => (asset === 'USD' ? new Decimal(1) : asset === 'BTC' ? new Decimal(btc) : undefined),
    });
    const venue = 'kraken';
    const started = (executionId: string, atUs: number): EngineEvent => ({
      type: 'executionStarted',
      atUs,
      executionId,
      opportunity: sampleOpportunity(),
    });
    const fill = (executionId: string, atUs: number, change: Partial<FillRecord>): EngineEvent => {
      const one = sampleFill({ executionId, venue, fee: '0', atUs, ...change });
      return { type: 'orderFilled', atUs, order: sampleOrder(), fill: one };
    };
    const finished = (executionId: string, change: Partial<ExecutionRecord>): EngineEvent => {
      const execution = sampleExecution({ executionId, venue, ...change });
      return { type: 'executionFinished', atUs: execution.finishedUs, execution };
    };
    recorder.onEvents([sampleAt(0, 0), started('a', 1_000_000)]);
    btc = '88';
    recorder.onEvents([fill('a', 1_100_000, { price: '100', qty: '2' })]);
    btc = '90';
    recorder.onMarket();
    btc = '130';
    recorder.onMarket();
    recorder.onEvents([fill('a', 1_900_000, { side: 'sell', price: '105', qty: '2' })]);
    recorder.onEvents([
      finished('a', { outcome: 'completed', profitHome: '10', startedUs: 1_000_000, finishedUs: 2_000_000 }),
    ]);
    // Found nothing; then one that was begun before this run was watched.
    recorder.onEvents([
      started('b', 5_000_000),
      finished('b', { outcome: 'missed', profitHome: '0', startedUs: 5_000_000, finishedUs: 6_500_000 }),
      finished('c', { outcome: 'unwound', profitHome: '-1', startedUs: 100, finishedUs: 8_000_000 }),
    ]);
    const metrics = recorder.metrics(10_000_000) as RunMetrics;
    expect(metrics.trades).toMatchObject({ trades: 2, wins: 1, losses: 1, profit: '9' });
    expect(metrics.exposure).toBe(0.25);
    expect(metrics.traded).toBe('410');
    expect(metrics.turnover).toBe(0.41);
    expect(metrics.excursions).toMatchObject({ trades: 1, worstMae: -24, bestMfe: 60 });
    expect([...recorder.series(10_000_000).tradesPerPeriod]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    expect(recorder.series(10_000_000).returns).toHaveLength(10);
  });

  test('without an equity sample has no metrics', () => {
    const parts = { fromUs: 0, periodUs: 1_000_000, instruments: [], priceOf: () => undefined };
    expect(new RunMetricsRecorder(parts).metrics(1_000_000)).toBeNull();
  });
});

test('a period is one that a person would choose, and makes hundreds of most runs', () => {
  const seconds = (span: number): number => periodFor(span * 1_000_000) / 1_000_000;
  expect([30, 600, 3_600, 86_400, 30 * 86_400, 3 * 365 * 86_400].map(seconds)).toEqual([
    1, 1, 5, 60, 3_600, 86_400,
  ]);
});
