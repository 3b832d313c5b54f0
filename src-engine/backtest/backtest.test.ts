import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import type { EngineEvent } from '../domain/event.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { assembleRun, openSource, runBacktest, settingsOf } from './backtest.ts';
import { DigestJournal } from './digest-journal.ts';
import type { BacktestOptions } from './options.ts';
import type { BacktestReport } from './report.ts';
import { coarseTriangle, header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const POLONIEX = sharedFile('poloniex/triangle-2022-08-21.market-log.jsonl.gz');
const FX = sharedFile('fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz');

type MadeEvent = {
  readonly t: number;
  readonly i: string;
  readonly b: readonly [[price: string, qty: string]];
  readonly a: readonly [[price: string, qty: string]];
};

const folder = logFolder();
afterAll(() => folder.remove());
const madeEvents = triangleEvents(7, 3_000).events as readonly MadeEvent[];
const made = folder.write('triangle.jsonl', [header(TRIANGLE), ...madeEvents]);

function cycle(report: BacktestReport, ...path: string[]): BacktestReport['cycles'][number] {
  const found = report.cycles.find((figures) => figures.path.join() === path.join());
  if (found === undefined) throw new Error(`the report has no cycle ${path.join(' → ')}`);
  return found;
}

/** The figures of a cycle by the plainest reckoning there is: every event, the best prices as they stand, multiplied. */
function reckon(events: readonly MadeEvent[], legs: readonly string[], feeBps: number, maxAgeMs: number) {
  const latest = new Map<string, MadeEvent>();
  const products: { readonly gross: number; readonly isFresh: boolean }[] = [];
  for (const event of events) {
    latest.set(event.i, event);
    const books = legs.map((leg) => latest.get(leg.split(' ')[1] ?? ''));
    if (books.includes(undefined)) continue;
    const gross = legs.reduce((product, leg, index) => {
      const [side, book] = [leg.split(' ')[0], books[index] as MadeEvent];
      return side === 'sell' ? product * Number(book.b[0][0]) : product / Number(book.a[0][0]);
    }, 1);
    products.push({ gross, isFresh: books.every((book) => event.t - (book?.t ?? 0) <= maxAgeMs * 1_000) });
  }
  const sells = legs.filter((leg) => leg.startsWith('sell')).length;
  const fees = (1 - feeBps / 10_000) ** sells / (1 + feeBps / 10_000) ** (legs.length - sells);
  const fresh = products.filter(({ isFresh }) => isFresh);
  return {
    evaluations: products.length,
    grossPositive: products.filter(({ gross }) => gross > 1).length,
    netPositive: products.filter(({ gross }) => gross * fees > 1).length,
    bestGrossBps: Number(((Math.max(...products.map(({ gross }) => gross)) - 1) * 10_000).toFixed(4)),
    freshEvaluations: fresh.length,
    freshGrossPositive: fresh.filter(({ gross }) => gross > 1).length,
    freshNetPositive: fresh.filter(({ gross }) => gross * fees > 1).length,
  };
}

describe('a made triangle', () => {
  test.each([
    [0, 60_000],
    [5, 300],
    [10, 150],
  ])('at %d bps a leg, with books no older than %d ms: counts and best edge, both ways', async (fee, age) => {
    const report = await runBacktest({ logs: [made], feeBps: fee, maxAgeMs: age });
    expect(report.events).toBe(3_000);
    expect(report.settings.takerFeesBps).toEqual({ [fee]: 3 });
    expect(report.settings.limits.maxBookAgeMs).toBe(age);
    expect(report.cycles).toHaveLength(2);
    for (const { legs, ...figures } of report.cycles) {
      expect(figures).toMatchObject(reckon(madeEvents, legs, fee, age));
      expect(figures.grossPositive).toBeGreaterThan(1_000);
    }
    const [{ netPositive, freshEvaluations = 0 } = { netPositive: 0 }] = report.cycles;
    if (fee > 0) expect(netPositive).toBeLessThan(1_000);
    if (age < 1_000) expect(freshEvaluations).toBeLessThan(2_500);
  });

  test('figures of fresh books are given where an age was asked for', async () => {
    const [first] = (await runBacktest({ logs: [made] })).cycles;
    expect(first?.evaluations).toBe(2_998);
    expect(first).not.toHaveProperty('freshEvaluations');
  });

  test('a minimum beyond all depth rejects every opportunity, and the report says so', async () => {
    const report = await runBacktest({ logs: [made], minNotional: 100_000 });
    expect(report.opportunities).toBeGreaterThan(0);
    expect(report).toMatchObject({ orders: 0, fills: 0, pnl: '0', endEquity: DEFAULT_CAPITAL });
    expect(report.decisions['taken']).toBeUndefined();
    expect(report.decisions['below-min-notional']).toBeGreaterThan(0);
    expect(report.explain.join('\n')).toMatch(
      /below-min-notional, for example .*USD is below the minimum of 100000 USD/,
    );
  });

  test('a lot that costs more than the edge pays for is not traded, and the report says so', async () => {
    const log = folder.write('coarse.jsonl', coarseTriangle());
    const report = await runBacktest({ logs: [log], capital: { USD: '1000' } });
    expect(report.orders).toBe(0);
    expect(report.opportunities).toBeGreaterThan(0);
    expect(report.decisions).toEqual({ 'edge-gone-after-depth': report.opportunities });
    expect(report.explain).toContain('Nothing was traded.');
  });

  test('remainders that find no taker halt nothing: they are kept, and swept when there is enough of them', async () => {
    const report = await runBacktest({ logs: [made] });
    expect(report.executions).toMatchObject({ stranded: 0 });
    expect(report.executions.unwound).toBeGreaterThan(10);
    expect(report.executions.swept).toBeGreaterThan(0);
    expect(report.explain.join('\n')).not.toMatch(/Trading was halted/);
  });
});

describe.runIf(HAS_SHARED_DATA)('the recorded Poloniex triangle of 2022-08-21', () => {
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
    expect(report).toMatchObject({ orders: 0, fills: 0, pnl: '0', endEquity: DEFAULT_CAPITAL });
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

test.runIf(HAS_SHARED_DATA)(
  'the recorded FX triangle: counts and best edge, in both directions',
  async () => {
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
  },
);

test.runIf(HAS_SHARED_DATA)('remainders of the recorded FX triangle are swept as well', async () => {
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
  expect(report.executions).toMatchObject({ completed: 4, unwound: 6, stranded: 0, swept: 3 });
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

  test('goes on after its last event, and over a silence, for a fill of a quote that waits for its hedge', async () => {
    const source = await openSource({ logs: [made] });
    const { kernel, runner, clock, time } = assembleRun(
      source,
      settingsOf({ logs: [made] }, source),
      new DigestJournal(() => undefined),
    );
    runner.begin();
    const waits = vi.spyOn(kernel.desk.maker, 'isUnderWay', 'get').mockReturnValue(true);
    expect(time.drain(1_000_000)).toBe(false);
    const fromUs = clock.nowUs();
    let ticks = 0;
    waits.mockImplementation(() => ++ticks < 600);
    time.advanceTo(fromUs + 60_000_000);
    expect(ticks).toBeGreaterThan(300);
    waits.mockRestore();
    expect(time.drain(1_000_000)).toBe(true);
  });

  test('is the same in another process', async () => {
    const module = new URL('backtest.ts', import.meta.url).href;
    const script = `const { runBacktest } = await import(${JSON.stringify(module)});
      console.log((await runBacktest({ logs: [${JSON.stringify(made)}] })).digest);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe((await run()).digest);
  });
});
