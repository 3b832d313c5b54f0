/** An alert of a whole engine on its way to a webhook: once, signed, with its secrets nowhere else. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { setSetting } from '../storage/settings.ts';
import { until } from '../testing/until.ts';
import { Outsiders } from './outsiders.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';

const SIGNING = 'CANARY-signing-secret-0123456789';
const PATH = '/CANARY-path-of-the-webhook-0123456789';

let dataDir: string;
let exchange: LocalExchange;
let receiver: Server;
let running: RunningEngine | undefined;
const secrets = new Map<string, string>();
const received: { readonly headers: IncomingHttpHeaders; readonly text: string; readonly url: string }[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-outsiders-'));
  exchange = await startLocalExchange({ seed: 9, updatesPerSecond: 20 });
  received.length = 0;
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    request.on('end', () => {
      received.push({ headers: request.headers, text, url: request.url ?? '' });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${PATH}`;
  secrets.set('notify-desk', `${address}\n${SIGNING}`);
});
afterEach(async () => {
  await running?.stop();
  receiver.close();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  running = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 9,
    profile: 'demo',
    note: () => undefined,
    secrets: {
      get: (name) => Promise.resolve(secrets.get(name)),
      set: (name, secret) => Promise.resolve(void secrets.set(name, secret)),
      delete: (name) => Promise.resolve(secrets.delete(name)),
    },
  });
  const client = connectEngine(dataDir, 'test');
  await until(async () =>
    expect((await client.call('getStatus', {})).feeds[0]?.booksLive).toBeGreaterThan(5),
  );
  return client;
}

const titles = (): string[] => received.map(({ text }) => (JSON.parse(text) as { title: string }).title);

/** Every file of the data folder as one text. */
function written(): string {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

it('service levels that cannot be read begin anew, and keep no engine from starting', async () => {
  const database = await openDatabase({ dataDir });
  await setSetting(database, 'serviceLevels', { hours: 'none' });
  const lines: string[] = [];
  const outsiders = await Outsiders.open(
    {
      database,
      clock: new SystemClock(),
      secrets: { get: () => Promise.resolve(undefined), delete: () => Promise.resolve(false) },
      log: { say: (_level, _source, text) => void lines.push(text) },
      recordingsDir: join(dataDir, 'recordings'),
    },
    () => {
      throw new Error('is not asked yet');
    },
  );
  expect(outsiders.slos.read().sinceUs).toBeNull();
  expect(lines).toEqual([expect.stringContaining('the service levels begin anew')]);
  await outsiders.stop();
  await database.close();
});

it('a kill reaches the webhook once, signed, through a restart; address and secret are in no file', async () => {
  const client = await start();
  const added = await client.call('saveChannel', {
    name: 'desk',
    kind: 'webhook',
    severity: 'critical',
    allowsPrivate: true,
  });
  expect(added.channels).toMatchObject([{ name: 'desk', secret: 'present', problem: '' }]);
  expect(await client.call('testChannel', { name: 'desk' })).toEqual({ delivered: true, detail: '' });
  await client.call('kill', { reason: 'drill' });
  await until(() => received.length === 2);
  const [, { headers, text, url } = { headers: {}, text: '', url: '' }] = received;
  expect(url).toBe(PATH);
  const hash = createHmac('sha256', SIGNING)
    .update(`${String(headers['x-parallax-timestamp'])}.${text}`)
    .digest('hex');
  expect(headers['x-parallax-signature']).toBe(`sha256=${hash}`);
  expect(JSON.parse(text)).toMatchObject({ severity: 'critical', profile: 'demo', isSimulated: true });
  const { channels } = await client.call('listChannels', {});
  expect(channels).toMatchObject([{ sent: 1, failed: 0, waiting: 0 }]);
  await running?.stop();
  const again = await start();
  await again.call('rearm', { confirm: 'REARM' });
  await again.call('kill', { reason: 'second drill' });
  await until(() => received.length >= 3);
  expect(new Set(received.map(({ headers: { 'x-parallax-id': id } }) => id)).size).toBe(received.length);
  const { entries } = await again.call('listAudit', {});
  const { lines } = await again.call('listLogs', {});
  await running?.stop();
  running = undefined;
  expect(titles().filter((title) => title === 'Test of Parallax')).toHaveLength(1);
  expect(written() + JSON.stringify([channels, entries, lines])).not.toContain('CANARY');
});
