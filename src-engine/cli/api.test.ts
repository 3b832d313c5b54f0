/** The API of a running engine as its users meet it: the README's commands, keys made by the command line, both clients. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Parallax, ParallaxError } from '../../clients/typescript/parallax.ts';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { connectEngine } from '../testing/patient-client.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { until } from '../testing/until.ts';
import { parallaxHere } from './testing/in-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const runs = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

let home: string;
let dataDir: string;
let exchange: LocalExchange;
let running: RunningEngine;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'parallax-api-'));
  dataDir = join(home, 'parallax');
  exchange = await startLocalExchange({ seed: 5, updatesPerSecond: 200, edgeSeconds: 0.5 });
  running = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 5,
    profile: 'demo',
    note: () => undefined,
  });
  await until(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200));
});
afterAll(async () => {
  await running?.stop();
  await exchange?.stop();
  rmSync(home, { recursive: true, force: true });
});

const command = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await parallaxHere('api-key', ...args, '--data-dir', dataDir, '--json');
  return JSON.parse(stdout) as Record<string, unknown>;
};
const keyOf = async (...args: string[]): Promise<string> => String((await command('add', ...args))['key']);

/** What a shell writes, by the way the README's block is typed. */
function shell(
  script: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const path = `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, XDG_DATA_HOME: home, PATH: path };
  return new Promise((resolve) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

it('a key is shown once, opens what its scope allows, and nothing once it is revoked', async () => {
  const key = await keyOf('bot', '--scope', 'read', '--days', '1');
  expect(key).toMatch(/^plx_[\w-]{43}$/);
  const client = new Parallax(running.url, key);
  expect((await client.get('status', {})).profile).toBe('demo');
  await expect(client.call('pauseTrading', {})).rejects.toMatchObject({
    problem: { status: 403, code: 'forbidden', field: 'op', value: 'pauseTrading' },
  });
  const listed = await command('list');
  expect(listed).toMatchObject({ keys: [{ name: 'bot', scope: 'read', revokedUs: null }] });
  expect(JSON.stringify(listed)).not.toContain(key.slice(4));
  expect(await command('add', 'bot')).toMatchObject({ error: { code: 'name-in-use', value: 'bot' } });
  await command('revoke', 'bot');
  await expect(client.get('status', {})).rejects.toBeInstanceOf(ParallaxError);
  expect(await command('revoke', 'bot')).toMatchObject({ error: { code: 'no-such-key' } });
  // The name is free again; each change has its row.
  await keyOf('bot');
  await command('revoke', 'bot');
  const engine = connectEngine(dataDir, 'test');
  const { entries } = await engine.call('listAudit', {});
  const rows = entries
    .filter(({ action }) => action.endsWith('ApiKey'))
    .map((one) => [one.action, one.outcome]);
  expect(rows).toContainEqual(['addApiKey', 'ok']);
  expect(rows).toContainEqual(['revokeApiKey', 'ok']);
  expect(JSON.stringify(entries)).not.toContain(key.slice(4));
});

it('the TypeScript client pages through all fills, and its stream gives the journal as the database has it', async () => {
  const client = new Parallax(running.url, await keyOf('typescript'));
  const engine = connectEngine(dataDir, 'test');
  await until(async () => expect((await engine.call('getStatus', {})).counters.fills).toBeGreaterThan(8));
  const paged: string[] = [];
  for await (const { fills } of client.pages('fills', { limit: 3 }))
    paged.push(...fills.map((one) => one.fillId));
  expect(new Set(paged).size).toBe(paged.length);
  expect(paged.length).toBeGreaterThan(8);
  const stop = new AbortController();
  const ids: string[] = [];
  for await (const { id } of client.events({ after: 'demo:0', signal: stop.signal })) {
    ids.push(id);
    if (ids.length === 450) stop.abort();
  }
  // Gathered behind the history: no number is missing, none comes twice.
  expect(ids).toEqual(Array.from({ length: 450 }, (_, n) => `demo:${n + 1}`));
});

it.skipIf(!runs('python3'))(
  'the Python client runs from the OpenAPI document alone (needs python3)',
  async () => {
    const key = await keyOf('python');
    const { code, out, err } = await shell(
      `PARALLAX_KEY=${key} python3 clients/python/parallax.py ${running.url}`,
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^demo \S+: trading, 1 feeds$/m);
    expect(out.match(/^demo:\d+ \w+$/gm)?.length).toBe(3);
  },
);

it.skipIf(!runs('curl'))('the commands of the README work as they stand there (needs curl)', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const block = /## API[^]*?```sh\n([^]*?)```/.exec(readme)?.[1] ?? '';
  expect(block.split('\n').filter((line) => line.startsWith('curl ')).length).toBeGreaterThan(6);
  // The engine of this test has another port than the README's.
  const { code, out, err } = await shell(block.replaceAll('127.0.0.1:4777', new URL(running.url).host));
  expect([code, err]).toEqual([0, 'added: research with the scope trade. The key is shown this once:\n']);
  for (const part of [
    '"profile":"demo"',
    '"next":',
    '"positions":',
    '{"paused":true}',
    '{"paused":false}',
    '"killed":true',
    '{"ready":true,"missing":[]}',
  ]) {
    expect(out).toContain(part);
  }
  expect(out).toContain('id: demo:1\nevent: runStarted\n');
});
