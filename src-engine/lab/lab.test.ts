import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { header, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { makeTape } from '../backtest/tape-maker.ts';
import { type OperationInput, type OperationName, operations } from '../contract/operations.ts';
import type { JobRecord } from '../contract/lab-records.ts';
import { decimal, ZERO } from '../domain/decimal.ts';
import { Hold } from '../domain/hold.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { Lab, type LabHandlers } from './lab.ts';
import { csvCell } from '../lib/csv-cell.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-lab-'));
const recordings = join(root, 'recordings');
const lab = new Lab({ recordings, lab: join(root, 'lab') }, new SystemClock(), new Hold(), async () => []);
const CALLER = { role: 'operator', via: 'test' } as const;

/** Asks as a window does: defaults filled in, and the answer of the shape that the contract promises. */
async function ask<N extends OperationName & keyof LabHandlers>(op: N, input: OperationInput<N>) {
  const handler = lab.handlers[op] as (given: unknown, caller: typeof CALLER) => unknown;
  const answer: unknown = await handler(operations[op].input.parse(input), CALLER);
  return operations[op].output.parse(answer) as Awaited<ReturnType<LabHandlers[N]>>;
}

async function ended(jobId: string): Promise<JobRecord> {
  let found: JobRecord | undefined;
  await expect
    .poll(() => {
      found = lab.jobs().find((job) => job.jobId === jobId);
      return found?.finishedUs ?? null;
    })
    .not.toBeNull();
  if (found === undefined) throw new Error('no such job');
  return found;
}

const SETTINGS = { capital: { USD: '1000' }, latency: { minUs: 20_000, tailUs: 20_000 } };

beforeAll(() => {
  mkdirSync(recordings, { recursive: true });
  const lines = [header(TRIANGLE), ...triangleEvents(7, 800).events].map((line) => JSON.stringify(line));
  writeFileSync(join(recordings, 'made.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(recordings, 'broken.jsonl'), 'this is not a log\n');
});

afterAll(async () => {
  await lab.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('the lab', () => {
  let runId = '';

  it('stores a run with its data, its settings, its assumptions, and every trade', async () => {
    const { jobId } = await ask('startBacktest', {
      recordings: ['made.jsonl'],
      name: 'first',
      settings: SETTINGS,
    });
    const job = await ended(jobId);
    expect([job.state, job.problem]).toEqual(['done', null]);
    runId = job.runId ?? '';
    const review = await ask('getRun', { runId });
    expect(review).toMatchObject({ name: 'first', recordings: ['made.jsonl'], homeAsset: 'USD' });
    expect(review.data).toEqual([{ name: 'made.jsonl', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(review.assumptions.join(' ')).toContain('20 ms, 40 ms on average');
    expect(review.trades).toBeGreaterThan(5);
    expect(review.figures['hitRate']).toEqual(expect.any(Number));
    const { capture } = review;
    const lost = capture.lost.reduce((sum, { home }) => sum + home, 0);
    expect(capture.captured + lost).toBeCloseTo(capture.detected, 6);
    expect((await ask('listRuns', {})).runs.map((run) => run.runId)).toEqual([runId]);
  });

  it('the same settings and data are the same run, other settings another', async () => {
    const again = await ended(
      (await ask('startBacktest', { recordings: ['made.jsonl'], name: 'again', settings: SETTINGS })).jobId,
    );
    expect(again.runId).toBe(runId);
    const other = await ended(
      (await ask('startBacktest', { recordings: ['made.jsonl'], settings: { ...SETTINGS, feeBps: 1 } }))
        .jobId,
    );
    expect(other.runId).not.toBe(runId);
    const [a, b] = [await ask('getRun', { runId }), await ask('getRun', { runId: other.runId ?? '' })];
    expect(a.dataHash).toBe(b.dataHash);
    expect(a.settingsHash).not.toBe(b.settingsHash);
  });

  it('totals of the trades are those of the figures and of the CSV, to the last digit', async () => {
    const { trades } = await ask('listRunTrades', { runId });
    const { text } = await ask('exportRun', { runId, format: 'csv' });
    const [head = '', ...rows] = text.trimEnd().split('\r\n');
    const column = head.split(',').indexOf('profit_home');
    const inCsv = rows.reduce((sum, row) => sum.plus(row.split(',')[column] ?? ''), ZERO);
    const inTable = trades.reduce((sum, { profitHome }) => sum.plus(profitHome), ZERO);
    expect(rows).toHaveLength(trades.length);
    expect(inCsv.toFixed()).toBe(inTable.toFixed());
    const atRisk = trades.filter(({ outcome }) => !['missed', 'denied', 'swept', 'late'].includes(outcome));
    const profit = atRisk.reduce((sum, { profitHome }) => sum.plus(profitHome), ZERO);
    expect(profit.toFixed()).toBe(
      decimal(String((await ask('getRun', { runId })).figures['profit'])).toFixed(),
    );
  });

  it('a trade has the books of its decision, and the chart every leg of it', async () => {
    const { trades } = await ask('listRunTrades', { runId });
    const first = trades.find(({ outcome }) => outcome === 'completed');
    const trade = await ask('getRunTrade', { runId, executionId: first?.executionId ?? '' });
    expect(trade.orders).toHaveLength(3);
    expect(trade.times?.map(({ orderId }) => orderId)).toEqual(trade.orders.map(({ orderId }) => orderId));
    expect(trade.books).toHaveLength(3);
    // The best price of the decision lies within the limit that was sent.
    const leg = trade.opportunity?.legs[0];
    const book = trade.books.find(({ symbol }) => symbol === leg?.symbol);
    const best = Number((leg?.side === 'buy' ? book?.asks : book?.bids)?.[0]?.[0]);
    expect(leg?.side === 'buy' ? best <= Number(leg.limitPrice) : best >= Number(leg?.limitPrice)).toBe(true);
    const { points, marks } = await ask('getRunPrices', { runId, symbol: leg?.symbol ?? '' });
    const own = marks.filter(({ executionId }) => executionId === first?.executionId);
    expect(own.length).toBeGreaterThan(0);
    for (const { atUs } of own) expect(points.some((point) => point.atUs === atUs)).toBe(true);
    const times = points.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('the page and the JSON need nothing else, and no text of the run becomes markup', async () => {
    const { text } = await ask('exportRun', { runId, format: 'html' });
    expect(text).not.toMatch(/<script|https?:\/\//);
    expect(text).toContain('<svg');
    const json = JSON.parse((await ask('exportRun', { runId, format: 'json' })).text) as {
      trades: unknown[];
    };
    expect(json.trades.length).toBe((await ask('listRunTrades', { runId })).trades.length);
    expect(csvCell('=1+1')).toBe("'=1+1");
    expect(csvCell('-1.5')).toBe('-1.5');
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
  });

  it('a run that trades nothing under its minimums says why on its first page', async () => {
    const job = await ended(
      (
        await ask('startBacktest', {
          recordings: ['made.jsonl'],
          settings: { minNotional: '100000' },
        })
      ).jobId,
    );
    expect([job.state, job.problem]).toEqual(['done', null]);
    const review = await ask('getRun', { runId: job.runId ?? '' });
    expect(review).toMatchObject({ trades: 0, netPnl: '0' });
    expect(review.opportunities).toBeGreaterThan(0);
    const why = /below-min-notional, for example .*USD is below the minimum of 100000 USD/;
    expect(review.explain.join('\n')).toMatch(why);
    expect(review.explain).toContain('Nothing was traded.');
    expect((await ask('exportRun', { runId: review.runId, format: 'html' })).text).toMatch(why);
  });

  it('lists recordings with what they hold, and says why one cannot be used', async () => {
    // What was not read before is read in the background.
    await expect.poll(async () => (await ask('listRecordings', {})).isReading).toBe(false);
    const { recordings: listed } = await ask('listRecordings', {});
    const made = listed.find(({ name }) => name === 'made.jsonl');
    expect(made).toMatchObject({
      venue: 'made',
      isDecoded: true,
      fault: '',
      symbols: ['BTC/USD', 'ETH/USD', 'ETH/BTC'],
    });
    expect(made?.toUs).toBeGreaterThan(made?.fromUs ?? 0);
    expect(listed.find(({ name }) => name === 'broken.jsonl')?.fault).not.toBe('');
    await ask('makeTape', { recordings: ['made.jsonl'], out: 'made.tape' });
    const fromTape = await ended((await ask('startBacktest', { recordings: ['made.tape'] })).jobId);
    expect(fromTape).toMatchObject({ state: 'done', problem: null });
    await expect(ask('startBacktest', { recordings: ['../lab/x'] })).rejects.toThrow(/recordings folder/);
    const failed = await ended((await ask('startBacktest', { recordings: ['broken.jsonl'] })).jobId);
    expect(failed).toMatchObject({
      state: 'failed',
      problem: { message: expect.stringContaining('broken.jsonl') },
    });
  });
});

describe('recordings that cannot be used', () => {
  const events = triangleEvents(3, 40).events;
  const damagedTape = async (path: string): Promise<void> => {
    await makeTape({ logs: [join(recordings, 'made.jsonl')], path });
    const bytes = readFileSync(path);
    bytes[bytes.length - 40] = (bytes.at(-40) ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  const write = (path: string, lines: readonly unknown[]): void =>
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  it.each<[string, string, (path: string) => Promise<void> | void, RegExp]>([
    ['an empty file', 'empty.jsonl', (path) => writeFileSync(path, ''), /empty\.jsonl.*is empty/],
    [
      'a log without events',
      'silent.jsonl',
      (path) => write(path, [header(TRIANGLE)]),
      /has no events\. Record for longer/,
    ],
    [
      'time running backwards',
      'back.jsonl',
      (path) => write(path, [header(TRIANGLE), ...events.toReversed()]),
      /back\.jsonl line 3, t: "\d+" is before the event above it/,
    ],
    [
      'an unknown pair',
      'pair.jsonl',
      (path) => write(path, [header(TRIANGLE), { t: 1, i: 'DOGE/USD', k: 'snapshot', b: [], a: [] }]),
      /pair\.jsonl line 2, i: "DOGE\/USD" is not an instrument/,
    ],
    ['a damaged tape', 'bad.tape', damagedTape, /tape: ".*bad\.tape" is damaged.*Make it again/],
  ])(
    '%s fails its own job by field, value and remedy; the next job runs',
    async (_, file, make, problem) => {
      await make(join(recordings, file));
      const sweep = {
        parameters: { 'detection.minNetBps': { values: [1, 5] } },
        base: { 'capital.USD': 1_000 },
        folds: 2,
        blocks: 4,
      };
      const bad = await ask('startBacktest', { recordings: [file], settings: SETTINGS });
      const badSweep = await ask('startSweep', { recordings: [file], plan: sweep });
      const good = await ask('startBacktest', { recordings: ['made.jsonl'], settings: SETTINGS });
      for (const { jobId } of [bad, badSweep]) {
        const job = await ended(jobId);
        expect([job.state, job.runId, job.sweepId]).toEqual(['failed', null, null]);
        expect(job.problem?.message).toMatch(problem);
      }
      expect((await ended(good.jobId)).state).toBe('done');
      rmSync(join(recordings, file));
    },
    120_000,
  );

  it('the lab’s own tape of a recording is made again when it is damaged', async () => {
    const [name] = readdirSync(join(root, 'lab', 'tapes'));
    const tapes = readdirSync(join(root, 'lab', 'tapes')).map((each) => join(root, 'lab', 'tapes', each));
    expect(name).toMatch(/\.tape$/);
    for (const path of tapes) truncateSync(path, 50);
    const job = await ended(
      (await ask('startBacktest', { recordings: ['made.jsonl'], settings: SETTINGS })).jobId,
    );
    expect([job.state, job.problem]).toEqual(['done', null]);
  });

  it('a range that cannot be is refused before there is a job', async () => {
    const before = lab.jobs().length;
    const parameters = { 'detection.minNetBps': { from: 5, to: 1, step: 1 } };
    const plan = { parameters, base: {}, folds: 2, blocks: 4 };
    await expect(ask('startSweep', { recordings: ['made.jsonl'], plan })).rejects.toThrow(
      /parameters\.detection\.minNetBps\.to: "1" is below "from" \(5\)\. Swap/,
    );
    expect(lab.jobs()).toHaveLength(before);
  });
});

describe('sweeps and jobs of the lab', () => {
  const plan = {
    parameters: {
      'detection.minNetBps': { values: [1, 5, 20] },
      'latency.minUs': { values: [1_000, 50_000] },
    },
    base: { 'capital.USD': 1_000 },
    folds: 2,
    blocks: 4,
  };

  it('a sweep is stored with its verdict, and a trial of it opens as a run', async () => {
    const job = await ended(
      (await ask('startSweep', { recordings: ['made.jsonl'], name: 'edges', plan: { ...plan, seed: 9 } }))
        .jobId,
    );
    expect([job.state, job.problem]).toEqual(['done', null]);
    const review = await ask('getSweep', { sweepId: job.sweepId ?? '' });
    expect(review).toMatchObject({
      planned: 6,
      trials: 6,
      parameters: ['detection.minNetBps', 'latency.minUs'],
    });
    const tests = review.ranking.filter(({ testTrades }) => testTrades > 0).map(({ test }) => test);
    expect(tests).toEqual(tests.toSorted((a, b) => b - a));
    const [best] = review.ranking;
    const opened = await ended(
      (await ask('openTrial', { sweepId: review.sweepId, trialId: best?.trialId ?? '' })).jobId,
    );
    const run = await ask('getRun', { runId: opened.runId ?? '' });
    expect(run.settings['seed']).toBe(9);
    expect(run.netPnl).toBe(best?.netPnl);
    expect(run.trades).toBe(best?.trades);
  });

  it('a cancel ends a job in the middle of its trials, and the next one runs', async () => {
    const big = {
      ...plan,
      search: { method: 'random', trials: 400 } as const,
      parameters: { ...plan.parameters, 'detection.cooldownMs': { from: 0, to: 5_000, step: 1 } },
    };
    const { jobId } = await ask('startSweep', { recordings: ['made.jsonl'], plan: big });
    const waiting = await ask('startBacktest', { recordings: ['made.jsonl'], settings: SETTINGS });
    await expect.poll(() => lab.jobs().find((job) => job.jobId === jobId)?.done ?? 0).toBeGreaterThan(2);
    expect(lab.jobs().find((job) => job.jobId === waiting.jobId)?.state).toBe('queued');
    const running = lab.jobs().find((job) => job.jobId === jobId);
    expect(running?.etaUs).toBeGreaterThan(0);
    const canceled = await ask('cancelJob', { jobId });
    expect(canceled.state).toBe('canceled');
    expect(canceled.done).toBeLessThan(400);
    expect((await ended(waiting.jobId)).state).toBe('done');
    // Not one trial more was counted while the next job ran.
    expect(lab.jobs().find((job) => job.jobId === jobId)?.done).toBe(canceled.done);
  });

  it('a recording of a few seconds is swept too, in shorter periods', async () => {
    const lines = [header(TRIANGLE), ...triangleEvents(7, 120).events].map((line) => JSON.stringify(line));
    writeFileSync(join(recordings, 'short.jsonl'), `${lines.join('\n')}\n`);
    const job = await ended((await ask('startSweep', { recordings: ['short.jsonl'], plan })).jobId);
    expect([job.state, job.problem]).toEqual(['done', null]);
    const review = await ask('getSweep', { sweepId: job.sweepId ?? '' });
    expect(review.periodUs).toBeLessThan(1_000_000);
    // Too little to believe anything, and it says so.
    expect(review.overfit.flagged).toBe(true);
    expect(review.overfit.reasons.join(' ')).toMatch(/below \d+ /);
  });

  it('says at once what is wrong with a plan', async () => {
    const bad = { ...plan, parameters: { 'detection.minNetBbs': { values: [1] } } };
    await expect(ask('startSweep', { recordings: ['made.jsonl'], plan: bad })).rejects.toThrow(/minNetBbs/);
  });
});
