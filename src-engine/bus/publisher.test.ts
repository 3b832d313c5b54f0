import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busSettings } from '../contract/bus-operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import type { Database } from '../storage/database-types.ts';
import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { sampleEquity } from '../testing/sample-events.ts';
import { until } from '../testing/until.ts';
import { busAddress, isBareAcross } from './bus-address.ts';
import { inTime, reasonOf } from './broker.ts';
import type { BusMessage } from './bus-message.ts';
import { journalReader } from './journal-reader.ts';
import { IDLE_US, LONGEST_PAUSE_US, type Places, Publisher } from './publisher.ts';

const T = 1_700_000_000_000_000;
const SETTINGS = busSettings.parse({ name: 'desk', kind: 'redis' });

let folder: string;
let database: Database;
const journals = new Map<string, Journal>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-bus-'));
  database = await openDatabase({ dataDir: folder });
});
afterAll(async () => {
  for (const journal of journals.values()) await journal.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Facts of a profile at these times. */
async function happens(profile: string, ...times: readonly number[]): Promise<void> {
  const journal = journals.get(profile) ?? (await Journal.open(database, { profile, runId: 'run-1' }));
  if (!journals.has(profile)) {
    journals.set(profile, journal);
    await database.db
      .insertInto('runs')
      .values({
        runId: 'run-1',
        profile,
        mode: 'paper',
        startedUs: T,
        seed: 1,
        simulatedMarket: 1,
        homeAsset: 'USD',
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await journal.append(times.map((atUs) => sampleEquity(atUs)));
}

/** A bus whose broker is an array; `refuse` decides of each page whether it arrives, is refused, or arrives without a confirmation. */
function bus(places: Places = {}, refuse: () => 'take' | 'lose' | 'take-silently' | 'away' = () => 'take') {
  const clock = new ManualClock();
  const got: BusMessage[] = [];
  const moved: Places[] = [];
  let opened = 0;
  const publisher = new Publisher({
    settings: SETTINGS,
    url: 'redis://x',
    sinceUs: T + 10,
    places,
    clock,
    journal: journalReader(database),
    connect: () => {
      if (refuse() === 'away')
        return Promise.reject(Object.assign(new Error('secret-host'), { code: 'ECONNREFUSED' }));
      opened += 1;
      return Promise.resolve({
        publish: (messages) => {
          const outcome = refuse();
          if (outcome !== 'lose') got.push(...messages);
          return outcome === 'take' ? Promise.resolve() : Promise.reject(new Error('cut'));
        },
        close: () => undefined,
      });
    },
    onMoved: (now) => moved.push(now),
  });
  publisher.start();
  const round = async (us = IDLE_US): Promise<void> => {
    await until(() => clock.pending === 1);
    clock.advanceMs(us / 1_000);
    await until(() => clock.pending === 1);
  };
  return { publisher, clock, got, moved, round, opened: () => opened };
}

describe('a bus', () => {
  it('publishes each fact once and in order, of every profile, from its beginning on and page after page', async () => {
    await happens('demo', T, T + 9, ...Array.from({ length: 450 }, (_, n) => T + 10 + n));
    await happens('paper', T + 12);
    const { got, publisher, round, moved } = bus();
    for (let n = 0; n < 5; n++) await round();
    const ids = got.map(({ id }) => id).filter((id) => id.startsWith('demo'));
    expect(ids).toEqual(Array.from({ length: 450 }, (_, n) => `demo:${n + 3}:run-1`));
    expect(got.filter(({ id }) => id === 'paper:1:run-1')).toHaveLength(1);
    expect(moved.at(-1)).toEqual({ demo: 452, paper: 1 });
    expect(publisher.counts).toMatchObject({ published: 451, failed: 0, backlog: 0, lastError: '' });
    const { key, type, atUs, body } = got.find(({ id }) => id === 'demo:3:run-1') ?? {
      key: '',
      type: '',
      atUs: 0,
      body: '{}',
    };
    expect([key, type, atUs]).toEqual(['demo.equitySampled', 'equitySampled', T + 10]);
    expect(JSON.parse(body)).toMatchObject({
      version: 1,
      id: 'demo:3:run-1',
      profile: 'demo',
      seq: 3,
      runId: 'run-1',
    });
    await happens('demo', T + 9_000);
    await round();
    expect(got.at(-1)?.id).toBe('demo:453:run-1');
    publisher.stop();
  });

  it('goes on where it was confirmed, after a broker that was away, lost a page, or took one and did not say so', async () => {
    const outcomes: ('take' | 'lose' | 'take-silently' | 'away')[] = [
      'away',
      'away',
      'take',
      'lose',
      'take',
      'take-silently',
    ];
    const { got, publisher, round, moved, opened } = bus(
      { demo: 450, paper: 1 },
      () => outcomes.shift() ?? 'take',
    );
    await round(0);
    expect(publisher.counts).toMatchObject({
      failed: 1,
      lastError: 'the connection failed (ECONNREFUSED)',
      backlog: 3,
    });
    for (let n = 0; n < 8; n++) await round(LONGEST_PAUSE_US);
    // Twice after the page that was taken without a word; never not at all.
    expect(got.map(({ id }) => id)).toEqual([
      'demo:451:run-1',
      'demo:452:run-1',
      'demo:453:run-1',
      'demo:451:run-1',
      'demo:452:run-1',
      'demo:453:run-1',
    ]);
    expect(moved).toEqual([{ demo: 453, paper: 1 }]);
    expect(publisher.counts).toMatchObject({ published: 3, failed: 4, backlog: 0, lastError: '' });
    expect(opened()).toBe(3);
    publisher.stop();
  });

  it('publishes what this version cannot read as it is stored, and leaves no row out', async () => {
    const row = { profile: 'later', runId: 'run-2', atUs: T + 20, hash: null };
    await database.db
      .insertInto('runs')
      .values({
        runId: 'run-2',
        profile: 'later',
        mode: 'paper',
        startedUs: T,
        seed: 1,
        simulatedMarket: 1,
        homeAsset: 'USD',
      })
      .execute();
    await database.db
      .insertInto('events')
      .values([
        { ...row, seq: 1, type: 'ofTomorrow', json: `{"type":"ofTomorrow","atUs":${T + 20},"more":[1]}` },
        { ...row, seq: 2, type: 'killed', json: '{"type":"kil' },
      ])
      .execute();
    const { got, publisher, round, moved } = bus({ demo: 453, paper: 1, later: 0 });
    await round(0);
    expect(got.map(({ key, body }) => [key, JSON.parse(body)])).toMatchObject([
      ['later.ofTomorrow', { id: 'later:1:run-2', event: { type: 'ofTomorrow', more: [1] } }],
      ['later.killed', { id: 'later:2:run-2', event: { type: 'killed', unread: '{"type":"kil' } }],
    ]);
    expect(moved.at(-1)).toMatchObject({ later: 2 });
    publisher.stop();
  });

  it('rests ever longer while its broker is away, a minute at most', async () => {
    const { publisher, clock, round } = bus({ demo: 0 }, () => 'away');
    const pauses: number[] = [];
    await round(0);
    for (let n = 0; n < 8; n++) {
      const before = publisher.counts.failed;
      const startUs = clock.nowUs();
      while (publisher.counts.failed === before) await round(500_000);
      pauses.push((clock.nowUs() - startUs) / 1_000_000);
    }
    expect(pauses.map(Math.round)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    publisher.stop();
    clock.advanceMs(120_000);
    expect(publisher.counts.failed).toBe(9);
  });
});

describe('a broker', () => {
  it.each([
    ['redis', 'redis://127.0.0.1:6379', true],
    ['redis', ' rediss://user:pass@host/0\n', true],
    ['redis', 'amqp://host', false],
    ['redis', 'redis://h/abc', false],
    ['redis', 'redis://h:0', false],
    ['rabbitmq', 'amqp://h:0', false],
    ['rabbitmq', 'amqp://h/%zz', false],
    ['rabbitmq', 'amqp://a..b', false],
    ['rabbitmq', 'amqp://h/a%2Fb?heartbeat=10', true],
    ['rabbitmq', 'amqps://user:p%40ss@host/vhost', true],
    ['rabbitmq', 'host:5672', false],
    ['rabbitmq', `amqp://${'x'.repeat(3_000)}`, false],
  ] as const)('of the kind %s has the address %s: %s', (kind, text, fits) => {
    expect(busAddress(kind, text) !== undefined).toBe(fits);
  });

  it.each([
    ['redis://user:pass@redis.example:6379', true],
    ['amqp://10.0.0.5', true],
    ['redis://127.0.0.1.example', true],
    ['rediss://redis.example', false],
    ['redis://localhost:6379', false],
    ['amqp://[::1]:5672', false],
  ])('at %s is another machine without TLS: %s', (text, isBare) => {
    expect(isBareAcross(text)).toBe(isBare);
  });

  it('that does not answer costs its time, and what it says shows no part of its address', async () => {
    await expect(inTime(new Promise(() => undefined), 1)).rejects.toThrow('no answer within 0.001 s');
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND secret-host'), { code: 'ENOTFOUND' });
    expect(reasonOf(error)).toBe('the connection failed (ENOTFOUND)');
    expect(reasonOf(new Error('user secret refused'))).toBe('the connection failed');
  });
});
