/**
 * Sweeps beyond one machine, as they are run: a real Redis, the commands as processes, and their sudden ends. Each test has a
 * Redis and a folder of its own: mostly they wait for what must expire, so they run side by side.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parallaxHere } from '../../../cli/testing/in-process.ts';
import { cliEntry } from '../../../testing/cli-entry.ts';
import { SPARING } from '../../../testing/sparing.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../../testing/made-log.ts';
import { type RedisServer, startRedis, until } from './testing/redis-server.ts';

const isThere = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;
const isRequired = process.env['PARALLAX_TEST_REDIS'] === 'required';

const SECRET = 'canary-of-a-redis-password';
const TRIALS = 24;
/** So many that no worker is through with all trials before the first result is seen; each trial trades. */
const EVENTS = 600;
const MARKET = [header(TRIANGLE), ...triangleEvents(7, EVENTS).events];
const SPEC = {
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
};

type Sweep = {
  readonly trials: number;
  readonly failed: number;
  readonly digest: string;
  readonly ranking: unknown;
};
type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended>; stderr(): string };
/** Of a test: what it opened is closed when it is over. */
type Closing = { readonly onTestFinished: (close: () => Promise<void>) => void };

const folders: { remove(): void }[] = [];
let local: Sweep;

/** A folder with the market, its copy under another name for workers, and the sweep. */
class Place {
  readonly path: string;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    const folder = logFolder();
    folders.push(folder);
    const log = folder.write('triangle.jsonl', MARKET);
    this.path = dirname(log);
    mkdirSync(join(this.path, 'elsewhere', 'deep'), { recursive: true });
    writeFileSync(join(this.path, 'elsewhere', 'deep', 'copied.jsonl'), readFileSync(log));
    folder.write('spec.json', [SPEC]);
  }

  parallax(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [...SPARING, cliEntry(), ...args], {
      env: { ...process.env, PARALLAX_DATA_DIR: join(this.path, 'data'), ...env },
    });
    this.#children.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => err.push(data));
    const text = (parts: Buffer[]): string => Buffer.concat(parts).toString();
    const ended = once(child, 'close').then(([code]): Ended => {
      this.#children.delete(child);
      return { code: code as number | null, stdout: text(out), stderr: text(err) };
    });
    return { child, ended, stderr: () => text(err) };
  }

  gathering(out: string, url: string): string[] {
    const paths = [join(this.path, 'spec.json'), '--redis', url, '--out', join(this.path, out)];
    return ['sweep', ...paths, '--json'];
  }

  gather(out: string, url: string, env = {}): Running {
    return this.parallax(this.gathering(out, url), env);
  }

  working(data: string, url: string): string[] {
    return ['worker', '--redis', url, '--data', join(this.path, data), '--threads', '1'];
  }

  work(data: string, url: string, env = {}): Running {
    return this.parallax(this.working(data, url), env);
  }

  results(name: string): string[] {
    const path = join(this.path, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  }

  trials(name: string): string[] {
    return this.results(name).map((line) => (JSON.parse(line) as { readonly trialId: string }).trialId);
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
  }
}

async function placeWithRedis({ onTestFinished }: Closing, options: readonly string[] = []) {
  const place = new Place();
  const redis: RedisServer = await startRedis(options);
  onTestFinished(async () => {
    await place.end();
    await redis.stop();
  });
  const { url } = redis;
  return {
    place,
    redis,
    gather: (out: string, env = {}) => place.gather(out, url, env),
    work: (data: string, env = {}) => place.work(data, url, env),
  };
}

function sweepOf({ code, stdout, stderr }: Ended): Sweep {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Sweep;
}

afterAll(() => {
  for (const folder of folders) folder.remove();
});

describe.skipIf(!isThere && !isRequired).concurrent('a sweep over a real Redis (needs redis-server)', () => {
  beforeAll(async () => {
    const place = new Place();
    const [spec, out] = [join(place.path, 'spec.json'), join(place.path, 'local.jsonl')];
    local = sweepOf(await place.parallax(['sweep', spec, '--workers', '2', '--out', out, '--json']).ended);
    expect(local.trials).toBe(TRIALS);
  });

  test('two workers, one killed half-way: nothing lost, nothing counted twice, the result of local threads', async (test) => {
    const { place, redis, gather, work } = await placeWithRedis(test);
    const sweep = gather('two.jsonl');
    const [first, second] = [work('elsewhere'), work('elsewhere')];
    await until('both to take trials', () =>
      [first, second].every((each) => each.stderr().includes('taking trials')),
    );
    await until('some results', () => place.results('two.jsonl').length >= 4);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(place.results('two.jsonl').length).toBeLessThan(TRIALS);
    const ended = await sweep.ended;
    expect(sweepOf(ended)).toMatchObject({ trials: TRIALS, failed: 0, digest: local.digest });
    expect(sweepOf(ended).ranking).toEqual(local.ranking);
    const trials = place.trials('two.jsonl');
    expect(new Set(trials).size).toBe(TRIALS);
    expect(trials).toHaveLength(TRIALS);
    await until('the worker to leave', () => second.stderr().includes('trials run here'));
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
    // What is left is what expires by itself.
    await until('the keys to expire', async () => (await redis.keys()).length === 0);
  });

  test('a Redis that goes away: a clear error, the finished trials are kept, and the sweep goes on from them', async (test) => {
    const { place, redis, gather, work } = await placeWithRedis(test);
    const sweep = gather('gone.jsonl');
    const worker = work('elsewhere');
    await until('some results', () => place.results('gone.jsonl').length >= 3);
    await redis.stop();
    const { code, stderr } = await sweep.ended;
    expect(code).toBe(2);
    const kept = place.results('gone.jsonl').length;
    expect(kept).toBeLessThan(TRIALS);
    expect(stderr).toContain(`--redis: "${redis.url}" does not answer`);
    expect(stderr).toContain(`${kept} of ${TRIALS} trials are kept in ${join(place.path, 'gone.jsonl')}`);
    await until('the worker to say it', () => worker.stderr().includes('is away'));
    // It comes back empty: the worker is still there, and the same command goes on.
    const back = await startRedis([], redis.port);
    test.onTestFinished(() => back.stop());
    const again = await gather('gone.jsonl').ended;
    expect(sweepOf(again)).toMatchObject({ trials: TRIALS, failed: 0, digest: local.digest });
    expect(new Set(place.trials('gone.jsonl')).size).toBe(place.trials('gone.jsonl').length);
    worker.child.kill('SIGINT');
    expect((await worker.ended).code).toBe(0);
  });

  test('a command that dies leaves its trials to the next one; a second one beside it is refused', async (test) => {
    const { redis, gather, work } = await placeWithRedis(test);
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

  test('Ctrl+C ends it at once and takes everything off the Redis', async (test) => {
    const { place, redis, gather, work } = await placeWithRedis(test);
    const sweep = gather('stopped.jsonl');
    const worker = work('elsewhere');
    await until('some results', () => place.results('stopped.jsonl').length >= 2);
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

  test('a worker without the data says which file it lacks, on its own screen and at the sweep', async (test) => {
    const { place, gather, work } = await placeWithRedis(test);
    mkdirSync(join(place.path, 'empty'), { recursive: true });
    const sweep = gather('lacks.jsonl');
    const worker = work('empty', { PARALLAX_DATA_DIR: join(place.path, 'bare') });
    const said =
      /--data: ".*empty" has no file with the content of triangle\.jsonl \(\d+ bytes, SHA-256 \w{64}\)/;
    await until('the worker to say it', () => said.test(worker.stderr()));
    await until('the sweep to say it', () => said.test(sweep.stderr()));
    await until('the sweep to miss a worker', () => sweep.stderr().includes('no worker has joined yet'));
    sweep.child.kill('SIGINT');
    worker.child.kill('SIGINT');
    expect((await sweep.ended).code).toBe(1);
    expect((await worker.ended).code).toBe(0);
  });

  test('a password of the environment opens a locked Redis, and is not shown; what is done needs no Redis', async (test) => {
    const locked = await placeWithRedis(test, ['--requirepass', SECRET]);
    const { place } = locked;
    const worker = locked.work('elsewhere', { PARALLAX_REDIS_PASSWORD: SECRET });
    const right = await locked.gather('right.jsonl', { PARALLAX_REDIS_PASSWORD: SECRET }).ended;
    expect(sweepOf(right).digest).toBe(local.digest);
    expect(right.stdout + right.stderr + worker.stderr()).not.toContain(SECRET);
    worker.child.kill('SIGTERM');
    await worker.ended;
    await locked.redis.stop();
    renameSync(join(place.path, 'right.jsonl'), join(place.path, 'done.jsonl'));
    // What is done needs no Redis.
    expect(sweepOf(await place.gather('done.jsonl', 'redis://127.0.0.1:1').ended).digest).toBe(local.digest);
  });
});

/** In this process, as nothing is begun: one after the other, since each takes what the process writes. */
describe.skipIf(!isThere && !isRequired)('what is refused at once (needs redis-server)', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('a password in the address, an address that is none, no server, a wrong password; and no password is shown', async (test) => {
    const { place, redis } = await placeWithRedis(test, ['--requirepass', SECRET]);
    vi.stubEnv('PARALLAX_REDIS_PASSWORD', `${SECRET}-wrong`);
    vi.stubEnv('PARALLAX_DATA_DIR', join(place.path, 'data'));
    for (const [url, message] of [
      [`redis://:${SECRET}@127.0.0.1:1`, /--redis: "redis:\/\/:\*\*\*@127.0.0.1:1" contains a password/],
      ['http://127.0.0.1', /--redis: "http:\/\/127.0.0.1\/" is not an address of a Redis/],
      [SECRET, /--redis: is not an address of a Redis\. Write/],
      [redis.url, /--redis: "redis:\/\/127\.0\.0\.1:\d+.*" does not answer \(.*WRONGPASS/],
      ['redis://127.0.0.1:1', /does not answer \(.*ECONNREFUSED/],
    ] as const) {
      for (const words of [place.gathering('x.jsonl', url), place.working('.', url)]) {
        const { code, stdout, stderr } = await parallaxHere(...words);
        expect(code, stderr).toBe(2);
        expect(stderr).toMatch(message);
        expect(stdout + stderr).not.toContain(SECRET);
      }
    }
  });
});
