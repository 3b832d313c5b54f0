import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { runBacktest } from './backtest.ts';
import type { BacktestOptions } from './options.ts';
import type { BacktestReport } from './report.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const data = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const POLONIEX = data('poloniex/triangle-2022-08-21.market-log.jsonl.gz');
const FX = data('fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz');

const folder = logFolder();
afterAll(() => folder.remove());
const made = folder.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 3_000).events]);

function cycle(report: BacktestReport, ...path: string[]): BacktestReport['cycles'][number] {
  const found = report.cycles.find((figures) => figures.path.join() === path.join());
  if (found === undefined) throw new Error(`the report has no cycle ${path.join(' → ')}`);
  return found;
}

describe('the Poloniex triangle of 2022-08-21', () => {
  test('counts and best edge, in both directions', async () => {
    const report = await runBacktest({ logs: [POLONIEX] });
    expect(report.events).toBe(294);
    expect(report.homeAsset).toBe('USDT');
    expect(report.cycles).toHaveLength(2);
    expect(cycle(report, 'USDT', 'BTC', 'BCH')).toMatchObject({
      legs: ['buy BTC/USDT', 'buy BCH/BTC', 'sell BCH/USDT'],
      evaluations: 240,
      grossPositive: 34,
      netPositive: 34,
      bestGrossBps: 16.7942,
    });
    expect(cycle(report, 'USDT', 'BCH', 'BTC')).toMatchObject({
      evaluations: 240,
      grossPositive: 0,
      netPositive: 0,
      bestGrossBps: -41.5476,
    });
    expect(cycle(report, 'USDT', 'BTC', 'BCH')).not.toHaveProperty('freshEvaluations');
  });

  test.each([
    [5, 18],
    [10, 0],
  ])('at %d bps a leg %d evaluations are positive', async (feeBps, netPositive) => {
    const report = await runBacktest({ logs: [POLONIEX], feeBps });
    expect(cycle(report, 'USDT', 'BTC', 'BCH')).toMatchObject({ grossPositive: 34, netPositive });
    expect(report.settings.takerFeesBps).toEqual({ [feeBps]: 11 });
  });

  test.each([
    [5_000, 201, 29],
    [2_000, 106, 20],
  ])('with books no older than %d ms: %d evaluations, %d positive', async (maxAgeMs, fresh, positive) => {
    const report = await runBacktest({ logs: [POLONIEX], maxAgeMs });
    expect(cycle(report, 'USDT', 'BTC', 'BCH')).toMatchObject({
      evaluations: 240,
      grossPositive: 34,
      freshEvaluations: fresh,
      freshGrossPositive: positive,
      freshNetPositive: positive,
    });
    expect(report.settings.limits.maxBookAgeMs).toBe(maxAgeMs);
  });

  test('a minimum of 5 USDT rejects every opportunity, and the report says so', async () => {
    const report = await runBacktest({ logs: [POLONIEX], minNotional: 5 });
    expect(report.opportunities).toBeGreaterThan(0);
    expect(report).toMatchObject({ orders: 0, fills: 0, pnl: '0', endEquity: '1000' });
    expect(report.decisions['taken']).toBeUndefined();
    expect(report.decisions['below-min-notional']).toBeGreaterThan(0);
    expect(report.explain.join('\n')).toMatch(
      /below-min-notional, for example .*USDT is below the minimum of 5 USDT/,
    );
  });

  test('one lot of BCH costs more whole lots of BTC than the edge pays for, and the report says so', async () => {
    const report = await runBacktest({ logs: [POLONIEX] });
    expect(report.orders).toBe(0);
    expect(report.decisions).toEqual({ 'edge-gone-after-depth': report.opportunities });
    expect(report.explain).toContain('Nothing was traded.');
  });
});

test('the FX triangle: counts and best edge, in both directions', async () => {
  const report = await runBacktest({ logs: [FX] });
  expect(report.events).toBe(120_000);
  expect(report.homeAsset).toBe('EUR');
  expect(cycle(report, 'EUR', 'GBP', 'USD')).toMatchObject({
    evaluations: 119_998,
    grossPositive: 27,
    bestGrossBps: 1.2202,
  });
  expect(cycle(report, 'EUR', 'USD', 'GBP')).toMatchObject({
    evaluations: 119_998,
    grossPositive: 29,
    bestGrossBps: 7.3167,
  });
});

test('crumbs that find no taker halt nothing: they are kept, and swept when there is enough of them', async () => {
  const report = await runBacktest({
    logs: [FX],
    capital: { EUR: '1000000' },
    limits: {
      maxOrderNotional: '2000000',
      maxOpenNotional: '5000000',
      maxBookAgeMs: 60_000,
      maxPositionPct: 100,
      maxGrossExposurePct: 100,
    },
    detection: { maxStartNotional: '500000', minNetBps: 0.1, slippageBps: 0.1 },
  });
  expect(report.executions).toMatchObject({ completed: 2, unwound: 6, stranded: 0, swept: 2 });
  expect(report.orders).toBeLessThan(80);
  expect(report.explain.join('\n')).not.toMatch(/Trading was halted/);
});

test('limits that make no sense are refused by field', async () => {
  const limits = { cautionLossPct: 9 };
  await expect(runBacktest({ logs: [made], limits })).rejects.toThrow(/cautionLossPct: "9" must be below/);
});

describe('the digest', () => {
  const run = (options: Partial<BacktestOptions> = {}): Promise<BacktestReport> =>
    runBacktest({ logs: [made], ...options });

  test('is the same for the same logs, settings and seed; whole reports are', async () => {
    const first = await run();
    expect(first.fills).toBeGreaterThan(10);
    expect(await run()).toEqual(first);
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('another latency seed gives other fill times, hence another digest', async () => {
    const timesOf = async (seed: number): Promise<{ digest: string; times: number[] }> => {
      const times: number[] = [];
      const onEvents = (events: readonly EngineEvent[]): void => {
        for (const event of events) if (event.type === 'orderFilled') times.push(event.atUs);
      };
      const { digest } = await run({ seed, onEvents });
      return { digest, times };
    };
    const [one, two] = [await timesOf(1), await timesOf(2)];
    expect(two.digest).not.toBe(one.digest);
    expect(two.times).not.toEqual(one.times);
  });

  test('is the same in another process', async () => {
    const module = new URL('backtest.ts', import.meta.url).href;
    const script = `const { runBacktest } = await import(${JSON.stringify(module)});
      console.log((await runBacktest({ logs: [${JSON.stringify(made)}] })).digest);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe((await run()).digest);
  });
});
