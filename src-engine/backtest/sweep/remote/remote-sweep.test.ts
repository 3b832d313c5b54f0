/** Sweeps beyond one machine, as they are run: a real Redis, the commands as processes, and their sudden ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { header, logFolder, TRIANGLE, triangleEvents } from '../../testing/made-log.ts';
import { type RedisServer, startRedis, until } from './testing/redis-server.ts';

const isThere = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;
const isRequired = process.env['PARALLAX_TEST_REDIS'] === 'required';

const SECRET = 'canary-of-a-redis-password';
const TRIALS = 24;
const folder = logFolder();
let redis: RedisServer;
let place = '';
let local: Sweep;
const children = new Set<ChildProcess>();

type Sweep = {
  readonly trials: number;
  readonly failed: number;
  readonly digest: string;
  readonly ranking: unknown;
};
type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended>; stderr(): string };

function parallax(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['src-engine/entry/cli.ts', ...args], {
    env: { ...process.env, PARALLAX_DATA_DIR: join(place, 'data'), ...env },
  });
  children.add(child);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.on('data', (data: Buffer) => err.push(data));
  const text = (parts: Buffer[]): string => Buffer.concat(parts).toString();
  const ended = once(child, 'close').then(([code]): Ended => {
    children.delete(child);
    return { code: code as number | null, stdout: text(out), stderr: text(err) };
  });
  return { child, ended, stderr: () => text(err) };
}

function sweepOf({ code, stdout, stderr }: Ended): Sweep {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Sweep;
}

const resultsIn = (name: string): string[] =>
  existsSync(join(place, name)) ? readFileSync(join(place, name), 'utf8').split('\n').filter(Boolean) : [];

const trialsIn = (name: string): string[] =>
  resultsIn(name).map((line) => (JSON.parse(line) as { readonly trialId: string }).trialId);

const gather = (out: string, url = redis.url, env = {}): Running =>
  parallax(['sweep', join(place, 'spec.json'), '--redis', url, '--out', join(place, out), '--json'], env);

const work = (data: string, url = redis.url, env = {}): Running =>
  parallax(['worker', '--redis', url, '--data', join(place, data), '--threads', '1'], env);

describe.skipIf(!isThere && !isRequired)('a sweep over a real Redis (needs redis-server)', () => {
  beforeAll(async () => {
    redis = await startRedis();
    const log = folder.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 1_500).events]);
    place = dirname(log);
    // A worker's machine has the log under another name, in another folder.
    mkdirSync(join(place, 'elsewhere', 'deep'), { recursive: true });
    writeFileSync(join(place, 'elsewhere', 'deep', 'copied.jsonl'), readFileSync(log));
    folder.write('spec.json', [
      {
        logs: ['triangle.jsonl'],
        base: { 'capital.USD': 1_000, 'latency.minUs': 1_000, 'latency.tailUs': 0 },
        parameters: {
          'detection.minNetBps': { from: 0.5, to: 4, step: 0.5 },
          'detection.cooldownMs': { values: [0, 500, 1_000] },
        },
        search: { method: 'grid' },
        periodMs: 1_000,
        blocks: 4,
        split: { kind: 'walk-forward', folds: 2 },
      },
    ]);
    local = sweepOf(
      await parallax([
        'sweep',
        join(place, 'spec.json'),
        '--workers',
        '2',
        '--out',
        join(place, 'local.jsonl'),
        '--json',
      ]).ended,
    );
    expect(local.trials).toBe(TRIALS);
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
  });

  afterAll(async () => {
    await redis.stop();
    folder.remove();
  });

  test('two workers, one killed half-way: nothing lost, nothing counted twice, the result of local threads', async () => {
    const sweep = gather('two.jsonl');
    const [first, second] = [work('elsewhere'), work('elsewhere')];
    await until('both to take trials', () =>
      [first, second].every((each) => each.stderr().includes('taking trials')),
    );
    await until('some results', () => resultsIn('two.jsonl').length >= 4);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(resultsIn('two.jsonl').length).toBeLessThan(TRIALS);
    const ended = await sweep.ended;
    expect(sweepOf(ended)).toMatchObject({ trials: TRIALS, failed: 0, digest: local.digest });
    expect(sweepOf(ended).ranking).toEqual(local.ranking);
    const trials = trialsIn('two.jsonl');
    expect(new Set(trials).size).toBe(TRIALS);
    expect(trials).toHaveLength(TRIALS);
    await until('the worker to leave', () => second.stderr().includes('trials run here'));
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
    // What is left is what expires by itself.
    await until('the keys to expire', async () => (await redis.keys()).length === 0);
  });

  test('a Redis that goes away: a clear error, the finished trials are kept, and the sweep goes on from them', async () => {
    const own = await startRedis();
    const sweep = gather('gone.jsonl', own.url);
    const worker = work('elsewhere', own.url);
    await until('some results', () => resultsIn('gone.jsonl').length >= 3);
    await own.stop();
    const { code, stderr } = await sweep.ended;
    expect(code).toBe(2);
    const kept = resultsIn('gone.jsonl').length;
    expect(kept).toBeLessThan(TRIALS);
    expect(stderr).toContain(`--redis: "${own.url}" does not answer`);
    expect(stderr).toContain(`${kept} of ${TRIALS} trials are kept in ${join(place, 'gone.jsonl')}`);
    await until('the worker to say it', () => worker.stderr().includes('is away'));
    // It comes back empty: the worker is still there, and the same command goes on.
    const back = await startRedis([], own.port);
    const again = await gather('gone.jsonl', back.url).ended;
    expect(sweepOf(again)).toMatchObject({ trials: TRIALS, failed: 0, digest: local.digest });
    expect(new Set(trialsIn('gone.jsonl')).size).toBe(trialsIn('gone.jsonl').length);
    worker.child.kill('SIGINT');
    expect((await worker.ended).code).toBe(0);
    await back.stop();
  });

  test('a command that dies leaves its trials to the next one; a second one beside it is refused', async () => {
    const first = gather('dies.jsonl');
    await until('it to be announced', async () =>
      (await redis.keys()).some((key) => key.includes(':owner:')),
    );
    const beside = await gather('beside.jsonl').ended;
    expect(beside.code).toBe(2);
    expect(beside.stderr).toMatch(/sweep: "sweep-\w+" is being gathered by another command/);
    first.child.kill('SIGKILL');
    await first.ended;
    await until(
      'it to count as dead',
      async () => !(await redis.keys()).some((key) => key.includes(':owner:')),
    );
    const worker = work('elsewhere');
    const again = await gather('dies.jsonl').ended;
    expect(sweepOf(again)).toMatchObject({ trials: TRIALS, failed: 0, digest: local.digest });
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  test('Ctrl+C ends it at once and takes everything off the Redis', async () => {
    const sweep = gather('stopped.jsonl');
    const worker = work('elsewhere');
    await until('some results', () => resultsIn('stopped.jsonl').length >= 2);
    sweep.child.kill('SIGINT');
    await until(
      'the sweep to be off the Redis',
      async () => !(await redis.keys()).some((key) => /:(task|wait|completed)/.test(key)),
    );
    const { code, stdout, stderr } = await sweep.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('the same command continues');
    expect((JSON.parse(stdout) as Sweep).trials).toBeLessThan(TRIALS);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('a worker without the data says which file it lacks, on its own screen and at the sweep', async () => {
    mkdirSync(join(place, 'empty'), { recursive: true });
    const sweep = gather('lacks.jsonl');
    const worker = work('empty', redis.url, { PARALLAX_DATA_DIR: join(place, 'bare') });
    const said =
      /--data: ".*empty" has no file with the content of triangle\.jsonl \(\d+ bytes, SHA-256 \w{64}\)/;
    await until('the worker to say it', () => said.test(worker.stderr()));
    await until('the sweep to say it', () => said.test(sweep.stderr()));
    expect(sweep.stderr()).toContain('no worker has joined yet');
    sweep.child.kill('SIGINT');
    worker.child.kill('SIGINT');
    expect((await sweep.ended).code).toBe(1);
    expect((await worker.ended).code).toBe(0);
  });

  test('a password in the address, an address that is none, no server, a wrong password: refused at once, and no password is shown', async () => {
    const locked = await startRedis(['--requirepass', SECRET]);
    const wrong = { PARALLAX_REDIS_PASSWORD: `${SECRET}-wrong` };
    for (const [url, message] of [
      [`redis://:${SECRET}@127.0.0.1:1`, /--redis: "redis:\/\/:\*\*\*@127.0.0.1:1" contains a password/],
      ['http://127.0.0.1', /--redis: "http:\/\/127.0.0.1\/" is not an address of a Redis/],
      [SECRET, /--redis: "the address" is not an address/],
      [locked.url, /--redis: "redis:\/\/127\.0\.0\.1:\d+.*" does not answer \(.*WRONGPASS/],
      ['redis://127.0.0.1:1', /does not answer \(.*ECONNREFUSED/],
    ] as const) {
      for (const running of [gather('x.jsonl', url, wrong), work('.', url, wrong)]) {
        const { code, stdout, stderr } = await running.ended;
        expect(code, stderr).toBe(2);
        expect(stderr).toMatch(message);
        expect(stdout + stderr).not.toContain(SECRET);
      }
    }
    const worker = work('elsewhere', locked.url, { PARALLAX_REDIS_PASSWORD: SECRET });
    const right = await gather('right.jsonl', locked.url, { PARALLAX_REDIS_PASSWORD: SECRET }).ended;
    expect(sweepOf(right).digest).toBe(local.digest);
    expect(right.stdout + right.stderr + worker.stderr()).not.toContain(SECRET);
    worker.child.kill('SIGTERM');
    await worker.ended;
    await locked.stop();
    renameSync(join(place, 'right.jsonl'), join(place, 'done.jsonl'));
    // What is done needs no Redis.
    expect(sweepOf(await gather('done.jsonl', 'redis://127.0.0.1:1').ended).digest).toBe(local.digest);
  });
});
