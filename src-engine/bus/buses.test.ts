/** Event buses as an engine has them: a thread of their own, a real broker, and a place in the journal that outlives both. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedis } from '../backtest/sweep/remote/testing/redis-server.ts';
import { type BusKind, busSettings } from '../contract/bus-operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { SystemClock } from '../lib/system-clock.ts';
import type { Database } from '../storage/database-types.ts';
import { readOnly } from '../secrets/read-only.ts';
import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { sampleEquity } from '../testing/sample-events.ts';
import { until } from '../testing/until.ts';
import { Buses, type StoredBus } from './buses.ts';
import { connectRabbit } from './rabbit-broker.ts';
import { hasRabbit, startDoor, startRabbit } from './testing/rabbit-server.ts';

const CALLER = { role: 'operator', via: 'test' } as const;
const isRequired = process.env['PARALLAX_TEST_ALL'] === '1';
const hasRedis = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;

let folder: string;
let database: Database;
let journal: Journal;
let stored: readonly StoredBus[];
let buses: Buses | undefined;
const secrets = new Map<string, string>();
let count: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-buses-'));
  database = await openDatabase({ dataDir: folder });
  journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
  const run = {
    runId: 'run-1',
    profile: 'demo',
    mode: 'paper',
    startedUs: 1,
    seed: 1,
    simulatedMarket: 1,
    homeAsset: 'USD',
  } as const;
  await database.db.insertInto('runs').values(run).execute();
  [stored, count, isFull] = [[], 0, false];
  notes.length = 0;
  secrets.clear();
});
afterEach(async () => {
  await buses?.stop();
  await journal.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Refuses what is to be stored, as a full disk does. */
let isFull = false;
const notes: string[] = [];
/** Long pauses pass fifty times as fast. */
class HastyClock extends SystemClock {
  override schedule(atUs: number, callback: () => void): () => void {
    const waitUs = atUs - this.nowUs();
    return super.schedule(waitUs < 5e6 ? atUs : this.nowUs() + waitUs / 50, callback);
  }
}

/** Of buses and facts: a fact by another clock could be older than the bus that is to publish it. */
const clock = new HastyClock();

function open(): Buses {
  buses = new Buses({
    clock,
    source: database.source,
    secrets: {
      get: (name) => Promise.resolve(secrets.get(name)),
      delete: (name) => Promise.resolve(secrets.delete(name)),
    },
    stored,
    save: (all) => {
      if (isFull) return Promise.reject(new Error('full'));
      stored = structuredClone(all);
      return Promise.resolve();
    },
    note: (text) => notes.push(text),
  });
  return buses;
}

const add = (name: string, kind: BusKind) =>
  buses?.handlers.saveBus(busSettings.parse({ name, kind, keep: 1_000 }), CALLER);
const standing = async () => (await buses?.handlers.listBuses({}, CALLER))?.buses[0];

async function happens(times: number): Promise<void> {
  const nowUs = clock.nowUs();
  await journal.append(Array.from({ length: times }, () => sampleEquity(nowUs)));
  count += times;
}
const all = (): string[] => Array.from({ length: count }, (_, n) => `demo:${n + 1}:run-1`);

it('a bus whose address Parallax cannot write is removed, and its address stays', async () => {
  buses = new Buses({
    clock: new SystemClock(),
    source: database.source,
    secrets: { get: () => Promise.resolve(undefined), ...readOnly('a place', 'Look there.') },
    stored,
    save: (all) => Promise.resolve(void (stored = structuredClone(all))),
    note: (text) => notes.push(text),
  });
  await add('desk', 'redis');
  expect(await buses.handlers.removeBus({ name: 'desk' }, CALLER)).toEqual({ buses: [] });
  expect([stored, notes]).toEqual([[], [expect.stringContaining('bus desk stays where it is')]]);
});

it('a locked keychain is asked once for the looks of a window within 30 seconds, and so is one where nothing can be published', async () => {
  const manual = new ManualClock();
  const settings = busSettings.parse({ name: 'desk', kind: 'redis', keep: 1_000 });
  const bus: StoredBus = { settings, sinceUs: 0, places: {} };
  for (const [source, secret, answer] of [
    [database.source, 'unreadable', Promise.reject(new Error('the owner said no'))],
    [database.source, 'unreadable', Promise.resolve('no address')],
    [{ kind: 'memory' }, 'present', Promise.resolve('redis://127.0.0.1:1')],
  ] as const) {
    answer.catch(() => undefined);
    let asked = 0;
    const get = (): Promise<string> => {
      asked++;
      return answer;
    };
    buses = new Buses({
      clock: manual,
      source,
      secrets: { get, delete: () => Promise.resolve(false) },
      stored: [bus],
      save: () => Promise.resolve(),
      note: () => undefined,
    });
    for (let look = 0; look < 10; look++) expect((await standing())?.secret).toBe(secret);
    expect(asked).toBe(1);
    manual.advanceMs(31_000);
    await standing();
    // The look of a list, and the engine's own.
    expect(asked).toBeGreaterThan(1);
    await buses.stop();
  }
});

describe.skipIf(!hasRedis && !isRequired)('on a real Redis (needs redis-server)', () => {
  it('every fact is in the stream, through a broker that was killed and an engine that was started again', async () => {
    const disk = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder];
    let server = await startRedis(disk);
    const { port, url } = server;
    const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    const ids = async (): Promise<string[]> =>
      (await client.xrange('parallax.events', '-', '+')).map(([, fields]) => fields[1] ?? '');
    try {
      open();
      await add('desk', 'redis');
      expect(await standing()).toMatchObject({
        secret: 'absent',
        setWith: expect.stringContaining('bus set desk'),
      });
      await happens(5);
      // An address that is set while the engine runs holds from then on, and nothing since the bus was added is missing.
      secrets.set('bus-desk', url);
      await standing();
      isFull = true;
      await until(async () => expect(await ids()).toEqual(all()));
      // Places that a disk refused are stored once it takes them, and it is said once.
      await until(() => notes.length > 0);
      isFull = false;
      await until(() => expect(stored[0]?.places).toEqual({ demo: 5 }));
      expect(notes).toEqual(['the places of the event buses could not be stored: Error: full']);
      await server.stop('SIGKILL');
      await happens(300);
      await until(async () => expect((await standing())?.lastError).not.toBe(''));
      expect(await standing()).toMatchObject({ backlog: 300, secret: 'present' });
      server = await startRedis(disk, port);
      await until(async () => expect([...new Set(await ids())]).toEqual(all()));
      await until(async () =>
        expect(await standing()).toMatchObject({ backlog: 0, lastError: '', published: 305 }),
      );
      await buses?.stop();
      expect(stored[0]?.places).toEqual({ demo: 305 });
      await happens(2);
      open();
      await until(async () => expect((await ids()).slice(-2)).toEqual(all().slice(-2)));
      expect((await ids()).filter((id) => id === 'demo:305:run-1')).toHaveLength(1);
      await buses?.handlers.removeBus({ name: 'desk' }, CALLER);
      expect([stored, secrets.size]).toEqual([[], 0]);
    } finally {
      client.disconnect();
      await server.stop();
    }
  });
});

describe.skipIf(!hasRabbit() && !isRequired)('on a real RabbitMQ (needs rabbitmq-server)', () => {
  it('every fact is confirmed by a quorum queue, through a broker that was away, and keeps its id and type', async () => {
    const server = await startRabbit();
    const door = await startDoor(server.port);
    const consumer = await connect(server.url);
    try {
      secrets.set('bus-desk', `amqp://guest:guest@127.0.0.1:${door.port}`);
      open();
      await add('desk', 'rabbitmq');
      await happens(250);
      const channel = await consumer.createChannel();
      await until(async () => expect(await standing()).toMatchObject({ published: 250, lastError: '' }));
      // Of a queue that is there with another bound it is said what to do.
      const other = busSettings.parse({ name: 'other', kind: 'rabbitmq', keep: 2_000 });
      await expect(connectRabbit(other, server.url)).rejects.toThrow('give the bus the --keep');
      door.shut();
      await happens(40);
      await until(async () => expect((await standing())?.lastError).not.toBe(''));
      door.open();
      await until(async () => expect(await standing()).toMatchObject({ backlog: 0, lastError: '' }));
      const got: {
        id: string;
        type: string;
        mode: unknown;
        body: { id: string; event: { type: string } };
      }[] = [];
      await channel.consume('parallax.events', (message) => {
        if (message === null) return;
        const { messageId: id, type, deliveryMode: mode } = message.properties;
        got.push({ id, type, mode, body: JSON.parse(message.content.toString()) });
        channel.ack(message);
      });
      await until(() => new Set(got.map(({ id }) => id)).size === count);
      expect([...new Set(got.map(({ id }) => id))]).toEqual(all());
      expect(got[0]).toMatchObject({
        type: 'equitySampled',
        mode: 2,
        body: { id: 'demo:1:run-1', event: { type: 'equitySampled' } },
      });
    } finally {
      await consumer.close().catch(() => undefined);
      await buses?.stop();
      door.close();
      await server.stop();
    }
  });
});
