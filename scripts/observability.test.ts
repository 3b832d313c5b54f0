/**
 * Metrics, rules and dashboards against the real Prometheus and Alertmanager: what they say of the files, and an engine that is
 * scraped, killed, and reported to a receiver.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../src-engine/assemble.ts';
import { connectEngine } from '../src-engine/testing/patient-client.ts';
import { readRuntimeFile } from '../src-engine/gateway/runtime-file.ts';
import { until } from '../src-engine/testing/until.ts';
import {
  type LocalExchange,
  startLocalExchange,
} from '../src-engine/venues/local-exchange/local-exchange.ts';
import { DASHBOARD_FOLDER, DASHBOARDS, dashboardText } from './dashboards.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FILES = join(ROOT, 'resources/prometheus');
const RULES = join(FILES, 'parallax.rules.yml');
const runs = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
const isThere = runs('promtool') && runs('prometheus') && runs('prometheus-alertmanager');
const isRequired = process.env['PARALLAX_TEST_ALL'] === '1';

it('the dashboards are those of the table', () => {
  for (const [name, panels] of Object.entries(DASHBOARDS)) {
    expect(readFileSync(`${DASHBOARD_FOLDER}${name}.json`, 'utf8')).toBe(dashboardText(name, panels));
  }
});

it('every alert names a page of the runbooks that is there', () => {
  const pages = [...readFileSync(RULES, 'utf8').matchAll(/runbook: (\S+)/g)].map(([, page]) => page ?? '');
  expect(pages.length).toBe(readFileSync(RULES, 'utf8').match(/- alert:/g)?.length);
  expect(pages.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
});

const name = 'with Prometheus and Alertmanager (needs prometheus and prometheus-alertmanager)';
describe.skipIf(!isThere && !isRequired)(name, () => {
  let folder: string;
  let exchange: LocalExchange;
  let running: RunningEngine;
  let receiver: Server;
  const received: { alerts: { status: string; labels: Record<string, string>; annotations: object }[] }[] =
    [];
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-prometheus-'));
    exchange = await startLocalExchange({ seed: 3, updatesPerSecond: 50 });
    const dataDir = join(folder, 'data');
    running = await createEngine({
      dataDir,
      exchangeUrl: exchange.url,
      seed: 3,
      profile: 'demo',
      note: () => undefined,
    });
    await until(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200));
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      request.on('end', () => {
        received.push(JSON.parse(text) as (typeof received)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    receiver?.close();
    await running?.stop();
    await exchange?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const token = (): string => readRuntimeFile(join(folder, 'data'))?.token ?? '';
  const metrics = async (): Promise<string> =>
    (await fetch(`${running.url}/metrics`, { headers: { authorization: `Bearer ${token()}` } })).text();

  it('the rules pass their check and their own tests, and Alertmanager takes its example', () => {
    execFileSync('promtool', ['check', 'rules', RULES]);
    execFileSync('promtool', ['test', 'rules', 'parallax.test.yml'], { cwd: FILES });
    execFileSync('promtool', ['check', 'config', '--syntax-only', join(FILES, 'prometheus.example.yml')]);
    execFileSync('amtool', ['check-config', join(FILES, 'alertmanager.example.yml')]);
  });

  it('the figures of a running engine pass the linter, and rules and dashboards ask for no others', async () => {
    const text = await metrics();
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    const given = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, metric]) => metric ?? ''));
    // Known to a run with an account and its ghost alone, or once an hour was counted.
    for (const late of ['parallax_tracking_error_bps', 'parallax_tracking_pairs', 'parallax_slo_burn_rate'])
      given.add(late);
    given.add('parallax_order_ends_total');
    // Once it is on and has asked.
    for (const late of ['parallax_intelligence_results_total', 'parallax_intelligence_reading_age_seconds'])
      given.add(late);
    const panels = Object.values(DASHBOARDS).flat();
    const queries = panels.flatMap(({ lines }) => lines.map(([expr]) => expr));
    const asked = [readFileSync(RULES, 'utf8'), ...queries].join('\n').matchAll(/\bparallax_\w+/g);
    const unknown = [...asked].map(([metric]) => metric.replace(/_(bucket|count|sum)$/, ''));
    expect(unknown.filter((metric) => !given.has(metric))).toEqual([]);
    const rules = queries.map((expr, n) => ({
      record: `panel:${n}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    writeFileSync(join(folder, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    execFileSync('promtool', ['check', 'rules', join(folder, 'panels.yml')]);
  });

  it('a kill is scraped, fires, and reaches the receiver with its runbook; it ends with the re-arming', async () => {
    const [web, manager] = [await freePort(), await freePort()];
    const alertmanager = readFileSync(join(FILES, 'alertmanager.example.yml'), 'utf8')
      .replaceAll('127.0.0.1:9095', `127.0.0.1:${(receiver.address() as AddressInfo).port}`)
      .replace('group_wait: 10s', 'group_wait: 0s')
      .replace('group_interval: 1m', 'group_interval: 1s');
    const prometheus = readFileSync(join(FILES, 'prometheus.example.yml'), 'utf8')
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:9093', `127.0.0.1:${manager}`)
      .replace('127.0.0.1:4777', new URL(running.url).host)
      .replace('[parallax.rules.yml]', `[${RULES}]`);
    writeFileSync(join(folder, 'alertmanager.yml'), alertmanager);
    writeFileSync(join(folder, 'prometheus.yml'), prometheus);
    writeFileSync(join(folder, 'parallax.key'), token(), { mode: 0o600 });
    const start = (command: string, args: readonly string[]): void => {
      started.push(spawn(command, args, { cwd: folder, stdio: 'ignore' }));
    };
    start('prometheus-alertmanager', [
      '--config.file=alertmanager.yml',
      '--storage.path=alertmanager',
      `--web.listen-address=127.0.0.1:${manager}`,
      '--cluster.listen-address=',
    ]);
    start('prometheus', [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=tsdb',
      `--web.listen-address=127.0.0.1:${web}`,
    ]);
    const all = () => received.flatMap(({ alerts }) => alerts);
    // The one that always fires shows that the whole way works before anything is wrong.
    await until(() => all().some(({ labels }) => labels['alertname'] === 'ParallaxWatching'));
    expect(all().filter(({ labels }) => labels['alertname'] === 'ParallaxKilled')).toEqual([]);
    const engine = connectEngine(join(folder, 'data'), 'test');
    await engine.call('kill', { reason: 'drill' });
    const killed = (status: string) =>
      all().find((alert) => alert.labels['alertname'] === 'ParallaxKilled' && alert.status === status);
    await until(() => killed('firing') !== undefined);
    expect(killed('firing')).toMatchObject({
      labels: { severity: 'critical', instance: new URL(running.url).host },
      annotations: { summary: 'The kill switch is on', runbook: 'docs/runbooks/kill.md' },
    });
    await engine.call('rearm', { confirm: 'REARM' });
    await until(() => killed('resolved') !== undefined);
  });
});

async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
