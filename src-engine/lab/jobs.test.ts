/** Long work beyond one engine: what a restart ends is reported and taken up, what was tried before counts, others compute. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../backtest/sweep/remote/testing/redis-server.ts';
import { header, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import type { JobRecord } from '../contract/lab-records.ts';
import { type OperationInput, type OperationName, operations } from '../contract/operations.ts';
import { Hold } from '../domain/hold.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { cliEntry } from '../testing/cli-entry.ts';
import { SPARING } from '../testing/sparing.ts';
import { Lab, type LabHandlers, type MeasuredLatency } from './lab.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-jobs-'));
const recordings = join(root, 'recordings');
const labs = new Set<Lab>();
const CALLER = { role: 'operator', via: 'test' } as const;

function labIn(name: string, measured: MeasuredLatency = async () => [], hold = new Hold()): Lab {
  const lab = new Lab({ recordings, lab: join(root, name) }, new SystemClock(), hold, measured);
  labs.add(lab);
  return lab;
}

async function ask<N extends OperationName & keyof LabHandlers>(lab: Lab, op: N, input: OperationInput<N>) {
  const handler = lab.handlers[op] as (given: unknown, caller: typeof CALLER) => unknown;
  const answer: unknown = await handler(operations[op].input.parse(input), CALLER);
  return operations[op].output.parse(answer) as Awaited<ReturnType<LabHandlers[N]>>;
}

const jobOf = (lab: Lab, jobId: string): JobRecord => {
  const found = lab.jobs().find((job) => job.jobId === jobId);
  if (found === undefined) throw new Error(`no job ${jobId}`);
  return found;
};

async function ended(lab: Lab, jobId: string): Promise<JobRecord> {
  await expect.poll(() => jobOf(lab, jobId).finishedUs).not.toBeNull();
  return jobOf(lab, jobId);
}

const plan = {
  parameters: { 'detection.minNetBps': { values: [1, 5, 20] } },
  base: { 'capital.USD': 1_000 },
  folds: 2,
  blocks: 4,
};
const LONG = {
  ...plan,
  parameters: { 'detection.cooldownMs': { from: 0, to: 290, step: 20 } },
};
const TRIALS = 15;
/** Of the market of every job: enough to trade on, and a trial of it is far longer than a look at the list of jobs. */
const EVENTS = 400;

function trialsIn(name: string): string[] {
  const { sweepId } = JSON.parse(readFileSync(join(root, name, 'resumed.json'), 'utf8')) as {
    sweepId: string;
  };
  const path = join(root, name, 'sweeps', `${sweepId}.jsonl`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { readonly trialId: string }).trialId);
}

beforeAll(() => {
  mkdirSync(recordings, { recursive: true });
  const lines = [header(TRIANGLE), ...triangleEvents(7, EVENTS).events].map((line) => JSON.stringify(line));
  writeFileSync(join(recordings, 'made.jsonl'), `${lines.join('\n')}\n`);
});

afterEach(async () => {
  for (const lab of labs) await lab.stop();
  labs.clear();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a training', () => {
  test('is a job that registers a model with its verdict; what is at fault is said before', async () => {
    const hold = new Hold();
    const lab = labIn('training/lab', undefined, hold);
    const imports = join(root, 'training', 'imports');
    mkdirSync(imports, { recursive: true });
    // One bar up, one down, a little more each time.
    const bars = Array.from({ length: 400 }, (_, at) => {
      const price = (100 + (at % 2) + at / 1_000).toFixed(3);
      return `${1_700_000_000 + at * 60},${price},${price},${price},${price},1`;
    });
    writeFileSync(join(imports, 'eth.csv'), `time,open,high,low,close,volume\n${bars.join('\n')}\n`);
    const input = {
      place: 'imports' as const,
      file: 'eth.csv',
      name: 'eth-logistic',
      kind: 'logistic' as const,
      features: ['return:1'],
      horizonBars: 1,
      folds: 2,
    };
    expect((await ask(lab, 'listTrainingSources', {})).sources).toMatchObject([
      { place: 'recordings', file: 'made.jsonl' },
      { place: 'imports', file: 'eth.csv', markets: [] },
    ]);
    hold.set(true);
    await expect(ask(lab, 'startTraining', input)).rejects.toThrow(/another version of Parallax/);
    expect(lab.jobs()).toEqual([]);
    hold.set(false);
    const job = await ended(lab, (await ask(lab, 'startTraining', input)).jobId);
    expect(job).toMatchObject({
      kind: 'training',
      state: 'done',
      model: { name: 'eth-logistic', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), verdict: 'earns' },
    });
    expect((await ask(lab, 'listTrainingSources', {})).models).toEqual(['eth-logistic']);
    for (const [change, message] of [
      [{ file: '../secret.csv' }, /file: "\.\.\/secret\.csv" is not a plain file of the imports folder/],
      [{ place: 'recordings', file: '../made.jsonl' }, /is not a file of the recordings folder/],
      [{ name: 'Eth' }, /name: .*must be lower case/],
      [{ features: ['nothing'] }, /features: "nothing" is not a feature/],
      [{ more: { lstm: { units: 0 } } }, /lstm\.units: "0" must be at least 1/],
    ] satisfies [Partial<OperationInput<'startTraining'>>, RegExp][]) {
      await expect(ask(lab, 'startTraining', { ...input, ...change })).rejects.toThrow(message);
    }
  });
});

describe('jobs across a restart of the engine', () => {
  test('a sweep that ran is reported as ended by it, and goes on from its ledger when it is resumed', async () => {
    const first = labIn('restart');
    const { jobId } = await ask(first, 'startSweep', {
      recordings: ['made.jsonl'],
      name: 'long',
      plan: LONG,
    });
    const waits = await ask(first, 'startBacktest', { recordings: ['made.jsonl'], name: 'behind it' });
    await expect.poll(() => jobOf(first, jobId).done).toBeGreaterThan(2);
    // The list as a killed engine leaves it.
    const list = join(root, 'restart', 'jobs.json');
    await expect.poll(() => readFileSync(list, 'utf8')).toContain('"running"');
    copyFileSync(list, `${list}.killed`);
    await first.stop();
    copyFileSync(`${list}.killed`, list);

    const second = labIn('restart');
    const { problem, ...rest } = jobOf(second, jobId);
    expect(rest).toMatchObject({
      state: 'interrupted',
      name: 'long',
      kind: 'sweep',
      finishedUs: expect.any(Number),
    });
    expect(problem?.message).toMatch(
      /^The engine ended while it ran\. .*kept: resume it to continue from there\.$/,
    );
    expect(jobOf(second, waits.jobId).problem?.message).toBe(
      'The engine ended while it waited. Resume it to run it from the start.',
    );
    const again = await ended(second, (await ask(second, 'resumeJob', { jobId })).jobId);
    expect([again.state, again.problem, again.total]).toEqual(['done', null, TRIALS]);
    writeFileSync(join(root, 'restart', 'resumed.json'), JSON.stringify({ sweepId: again.sweepId }));
    const ran = trialsIn('restart');
    expect(ran).toHaveLength(TRIALS);
    expect(new Set(ran).size).toBe(TRIALS);
    await expect(ask(second, 'resumeJob', { jobId: again.jobId })).rejects.toThrow(
      /jobId: "job-\w+" cannot be resumed/,
    );
    expect((await ended(second, (await ask(second, 'resumeJob', { jobId: waits.jobId })).jobId)).state).toBe(
      'done',
    );
  });

  test('an engine that is stopped in good order leaves no other list', async () => {
    const first = labIn('stopped');
    const done = await ask(first, 'startBacktest', { recordings: ['made.jsonl'], name: 'short' });
    await ended(first, done.jobId);
    const { jobId } = await ask(first, 'startSweep', {
      recordings: ['made.jsonl'],
      name: 'long',
      plan: LONG,
    });
    await expect.poll(() => jobOf(first, jobId).state).toBe('running');
    await first.stop();
    const second = labIn('stopped');
    expect(second.jobs().map(({ name, state }) => [name, state])).toEqual([
      ['long', 'interrupted'],
      ['short', 'done'],
    ]);
    expect(jobOf(second, done.jobId).runId).toMatch(/^run-/);
  });

  test('a damaged list is set aside and reported; what was stored is still there', async () => {
    const first = labIn('damaged');
    const { jobId } = await ask(first, 'startBacktest', { recordings: ['made.jsonl'], name: 'kept' });
    // Its thread has said nothing yet.
    expect(jobOf(first, jobId)).toMatchObject({ state: 'running', phase: 'loading the program' });
    const { runId } = await ended(first, jobId);
    await first.stop();
    const list = join(root, 'damaged', 'jobs.json');
    writeFileSync(list, readFileSync(list, 'utf8').slice(0, -20));
    const second = labIn('damaged');
    expect(second.jobs()).toMatchObject([
      {
        state: 'failed',
        problem: { message: expect.stringContaining(`was damaged and was moved to ${list}.damaged`) },
      },
    ]);
    expect(existsSync(`${list}.damaged`)).toBe(true);
    expect((await ask(second, 'listRuns', {})).runs.map((run) => run.runId)).toEqual([runId]);
  });
});

describe('a stored file that changed in one character', () => {
  const change = (path: string, from: RegExp, to: string): void => {
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(path, changed);
  };

  test('gives no other figure: a run and a sweep are refused by name, and the next verdict says what is missing', async () => {
    const lab = labIn('changed');
    const backtest = await ask(lab, 'startBacktest', { recordings: ['made.jsonl'], settings: {} });
    const runId = (await ended(lab, backtest.jobId)).runId ?? '';
    const folder = join(root, 'changed', 'runs', runId);
    change(join(folder, 'review.json'), /"netPnl":"(-?)\d/, '"netPnl":"$17');
    await expect(ask(lab, 'getRun', { runId })).rejects.toThrow(/review\.json" is damaged/);
    expect(await ask(lab, 'listRuns', {})).toEqual({ runs: [], damaged: [runId] });
    change(join(folder, 'equity.json'), /"equity":"\d/, '"equity":"0');
    await expect(ask(lab, 'getRunEquity', { runId })).rejects.toThrow(/equity\.json" is damaged/);
    await expect(ask(lab, 'exportRun', { runId, format: 'html' })).rejects.toThrow(/is damaged/);

    const sweep = async (name: string, values: readonly number[]) => {
      const parameters = { 'detection.minNetBps': { values: [...values] } };
      const input = { recordings: ['made.jsonl'], name, plan: { ...plan, parameters } };
      return (await ended(lab, (await ask(lab, 'startSweep', input)).jobId)).sweepId ?? '';
    };
    const first = await sweep('first', [1, 5]);
    change(join(root, 'changed', 'sweeps', `${first}.json`), /"testTrades":\d/, '"testTrades":9');
    await expect(ask(lab, 'getSweep', { sweepId: first })).rejects.toThrow(/is damaged/);
    expect(await ask(lab, 'listSweeps', {})).toEqual({ sweeps: [], damaged: [`${first}.json`] });
    const next = await ask(lab, 'getSweep', { sweepId: await sweep('next', [2, 3]) });
    expect(next.overfit.cautions.join(' ')).toContain(`Stored sweeps are damaged (${first}.json)`);
  });
});

describe('settings that were tried before', () => {
  test('on the same data count, each once, and are named in words', async () => {
    const lab = labIn('tried');
    const run = async (name: string, values: readonly number[], from = 'made.jsonl') => {
      const parameters = { 'detection.minNetBps': { values: [...values] } };
      const input = { recordings: [from], name, plan: { ...plan, parameters } };
      const job = await ended(lab, (await ask(lab, 'startSweep', input)).jobId);
      expect(job.problem).toBeNull();
      return (await ask(lab, 'getSweep', { sweepId: job.sweepId ?? '' })).overfit;
    };
    expect((await run('first', [1, 5])).triedBefore).toBe(0);
    const second = await run('second', [5, 20, 40]);
    expect(second.triedBefore).toBe(1);
    expect(second.cautions.join(' ')).toContain(
      '1 other setting was tested on the same data before: the best is compared with the luck of 4 trials.',
    );
    expect((await run('third', [2])).triedBefore).toBe(4);
    // The very same sweep again is no other look.
    expect((await run('first', [1, 5])).triedBefore).toBe(3);
    const write = (name: string, lines: readonly object[]) =>
      writeFileSync(
        join(recordings, name),
        `${[header(TRIANGLE), ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`,
      );
    // A part of the same recording: another file of the same market and time.
    const events = triangleEvents(7, EVENTS).events as { readonly t: number }[];
    write('shorter.jsonl', events.slice(0, -5));
    const shorter = await run('elsewhere', [1, 7], 'shorter.jsonl');
    expect(shorter.triedBefore).toBe(4);
    expect(shorter.cautions.join(' ')).toContain(
      '4 of the settings that were tested before were tested on other recordings, which have a market and at least 10 % of the shorter time in common',
    );
    const lengthUs = (events.at(-1)?.t ?? 0) - (events[0]?.t ?? 0) + 1_000_000;
    write(
      'later.jsonl',
      events.map((event) => ({ ...event, t: event.t + lengthUs })),
    );
    expect((await run('later', [1, 5], 'later.jsonl')).triedBefore).toBe(0);
  });
});

describe('latency as a profile was measured', () => {
  test('is pinned to the run, refused beside another one, and for a profile that never traded', async () => {
    const lab = labIn('measured', async (profile) => {
      if (profile === 'paper') return [1_000, 2_000, 3_000];
      throw new Error(`latencyOf: "${profile}" has 0 accepted orders`);
    });
    const start = (settings: OperationInput<'startBacktest'>['settings']) =>
      ask(lab, 'startBacktest', { recordings: ['made.jsonl'], settings });
    const { runId } = await ended(lab, (await start({ latencyOf: 'paper' })).jobId);
    const review = await ask(lab, 'getRun', { runId: runId ?? '' });
    expect(review.settings['latency']).toEqual({ minUs: 0, tailUs: 0, quantilesUs: [1_000, 2_000, 3_000] });
    expect(review.assumptions.join(' ')).toContain('as measured: 1 ms to 3 ms, median 2 ms');
    await expect(start({ latencyOf: 'live' })).rejects.toThrow(/latencyOf: "live"/);
    await expect(start({ latencyOf: 'paper', latency: { minUs: 1, tailUs: 0 } })).rejects.toThrow(
      /latencyOf: "paper" cannot be combined with a latency/,
    );
    await expect(start({ feeBps: 1, feeVolumeUsd: 1 })).rejects.toThrow(/combined with fee-bps/);
  });
});

const hasRedis = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;
const isRequired = process.env['PARALLAX_TEST_REDIS'] === 'required';

describe.skipIf(!hasRedis && !isRequired)('a sweep of the lab on the workers of a Redis', () => {
  const children = new Set<ChildProcess>();
  const work = (url: string): ChildProcess => {
    const args = [...SPARING, cliEntry(), 'worker', '--redis', url, '--data', recordings, '--threads', '1'];
    const env = { ...process.env, PARALLAX_DATA_DIR: join(root, 'worker') };
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    children.add(child);
    return child;
  };
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    children.clear();
  });

  test('a Redis that goes away: a clear error, what is done is kept, and it goes on when it is resumed', async () => {
    const lab = labIn('remote');
    const redis: RedisServer = await startRedis();
    const input = { recordings: ['made.jsonl'], name: 'far', plan: LONG, redis: redis.url };
    const { jobId } = await ask(lab, 'startSweep', input);
    await expect.poll(() => jobOf(lab, jobId).phase).toContain('no worker has joined yet');
    work(redis.url);
    await expect.poll(() => jobOf(lab, jobId).done).toBeGreaterThan(1);
    await redis.stop();
    const failed = await ended(lab, jobId);
    expect(failed.state).toBe('failed');
    expect(failed.problem?.message).toMatch(
      new RegExp(
        `--redis: "${redis.url}.* does not answer .* of ${TRIALS} trials are kept in .*continue from there`,
      ),
    );
    const back = await startRedis([], redis.port);
    const resumed = await ended(lab, (await ask(lab, 'resumeJob', { jobId })).jobId);
    expect([resumed.state, resumed.problem]).toEqual(['done', null]);
    await back.stop();
    const here = labIn('here');
    const local = await ended(here, (await ask(here, 'startSweep', { ...input, redis: '' })).jobId);
    expect(local.sweepId).toBe(resumed.sweepId);
    const of = (from: Lab) => ask(from, 'getSweep', { sweepId: local.sweepId ?? '' });
    expect((await of(lab)).ranking).toEqual((await of(here)).ranking);
  });

  test('an address that is none, or holds a password, is refused at once and not shown', async () => {
    const lab = labIn('refused');
    const start = (redis: string) => ask(lab, 'startSweep', { recordings: ['made.jsonl'], plan, redis });
    await expect(start('http://127.0.0.1')).rejects.toThrow(
      /--redis: "http:\/\/127\.0\.0\.1\/" is not an address/,
    );
    const secret = start('redis://:canary@127.0.0.1:6379');
    await expect(secret).rejects.toThrow(/--redis: "redis:\/\/127\.0\.0\.1:6379" contains a password/);
    await expect(secret).rejects.not.toThrow(/canary/);
    expect(lab.jobs()).toEqual([]);
  });
});
