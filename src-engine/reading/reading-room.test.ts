import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../contract/operations.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { listAudit } from '../storage/queries/history.ts';
import { startTestPostgres } from '../testing/postgres.ts';
import { until } from '../testing/until.ts';
import { MAX_HELD, ReadingRoom } from './reading-room.ts';
import { isReadingOperation } from './readings.ts';

const ABOUT = { profile: 'demo', homeAsset: 'USD', nowUs: 0 };
const OPERATOR = { role: 'operator', via: 'test' } as const;
const root = mkdtempSync(join(tmpdir(), 'parallax-reading-'));
const folders = { recordings: join(root, 'recordings'), lab: join(root, 'lab') };
const opened: Database[] = [];
const rooms: ReadingRoom[] = [];

/** A room over a database of which this thread can no longer read: whatever is answered is read elsewhere. */
function roomOver(database: Database): ReadingRoom {
  const blind = new Proxy(database, {
    get: (target, key) => {
      if (key === 'db') throw new Error('the thread that trades was asked to read');
      return Reflect.get(target, key) as unknown;
    },
  });
  const room = new ReadingRoom(blind, folders);
  rooms.push(room);
  return room;
}

async function openIn(name: string): Promise<Database> {
  const database = await openDatabase({ dataDir: join(root, name) });
  opened.push(database);
  return database;
}

beforeAll(() => mkdirSync(folders.recordings, { recursive: true }));
afterAll(async () => {
  for (const room of rooms) await room.close();
  for (const database of opened) await database.close();
  rmSync(root, { recursive: true, force: true });
});

async function writesAreRead(database: Database): Promise<void> {
  const room = roomOver(database);
  const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
  for (let k = 1; k <= 20; k++) {
    await journal.appendAudit({ atUs: k, actor: 'operator', action: `a${k}`, outcome: 'ok', detail: '' });
    const input = operations.listAudit.input.parse({});
    const { entries } = operations.listAudit.output.parse(
      JSON.parse((await room.bytes('listAudit', input, OPERATOR, ABOUT)).takeText()),
    );
    expect(entries).toEqual(await listAudit(database, 'demo', input));
    expect(entries[0]?.action).toBe(`a${k}`);
  }
  await journal.close();
}

it('reads on another thread what was written a moment before, the same rows as before', async () => {
  await writesAreRead(await openIn('sqlite'));
});

it('the same from PostgreSQL, over connections of its own', async ({ skip }) => {
  const server = await startTestPostgres();
  if ('missing' in server) return skip(server.missing);
  const database = await openDatabase({ url: await server.createDatabase() });
  try {
    await writesAreRead(database);
    await rooms.pop()?.close();
  } finally {
    await database.close();
  }
});

it('every query of the contract that reads tables or files is read there', () => {
  const queries = Object.keys(operations).filter((name) => isReadingOperation(name));
  expect(queries.toSorted().join(' ')).toBe(
    'exportRun getDayReport getEdges getExecution getPnlReport getRun getRunEquity getRunPrices ' +
      'getRunTrade getScorer getSweep getTrace getVenueComparison listAudit listEquity listEvents ' +
      'listExecutions listFills listLimitChanges listNews listNotes listOpportunities listOrders ' +
      'listRunTrades listRuns listStrategyEvents listSweeps',
  );
});

it('a refusal of a reading crosses threads as it is, and what fell over is started again', async () => {
  const room = roomOver(await openIn('refusals'));
  const ask = () => room.bytes('getRun', { runId: 'run-00' }, OPERATOR, ABOUT);
  await expect(ask()).rejects.toMatchObject({ problem: { code: 'unknown-run', field: 'runId' } });
  // A run whose file is deeper than any reader's stack.
  mkdirSync(join(folders.lab, 'runs', 'run-00'), { recursive: true });
  writeFileSync(join(folders.lab, 'runs', 'run-00', 'review.json'), '['.repeat(100_000));
  await expect(ask()).rejects.toMatchObject({ problem: { code: 'damaged-file' } });
  expect(JSON.parse((await room.bytes('listRuns', {}, OPERATOR, ABOUT)).takeText())).toEqual({
    runs: [],
    damaged: ['run-00'],
  });
});

it('more questions than may wait are answered with busy, and the others with their rows', async () => {
  const room = roomOver(await openIn('busy'));
  const input = operations.listOrders.input.parse({});
  const viewer = { role: 'viewer', via: 'test' } as const;
  const answers = await Promise.allSettled(
    Array.from({ length: 100 }, () => room.bytes('listOrders', input, viewer, ABOUT)),
  );
  const refused = answers.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(50);
  expect(refused.length).toBeLessThan(100);
  for (const answer of refused) expect(answer).toMatchObject({ reason: { problem: { code: 'busy' } } });
  expect((await room.bytes('listOrders', input, OPERATOR, ABOUT)).takeText()).toBe('{"orders":[]}');
  await room.close();
  await expect(room.bytes('listOrders', input, OPERATOR, ABOUT)).rejects.toThrow(/the engine stops/);
});

describe('a client that takes no answer', () => {
  /** Two of them are more than a viewer may leave waiting. */
  const DETAIL = 'x'.repeat(1_500_000);

  it('has as many waiting as it may and no more; the others are read for, and it is once it takes them', async () => {
    const database = await openIn('untaken');
    const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
    await journal.appendAudit({ atUs: 1, actor: 'operator', action: 'a', outcome: 'ok', detail: DETAIL });
    const room = roomOver(database);
    const input = operations.listAudit.input.parse({});
    const [full, other] = [
      { role: 'viewer', via: 'test' },
      { role: 'viewer', via: 'test' },
    ] as const;
    const taken: AnswerBytes[] = [];
    const asked = Array.from({ length: 20 }, async () => {
      taken.push(await room.bytes('listAudit', input, full, ABOUT));
    });
    const waiting = () => taken.reduce((sum, { length }) => sum + length, 0);
    // Those of others come behind them: whatever could be read for this client was read before.
    for (let k = 0; k < 3; k++) (await room.bytes('listAudit', input, other, ABOUT)).release();
    (await room.bytes('listAudit', input, OPERATOR, ABOUT)).release();
    expect(taken).toHaveLength(2);
    expect(waiting()).toBeLessThan(MAX_HELD.viewer.client + DETAIL.length);
    for (let k = 0; k < asked.length; k++) {
      await until(() => taken.length > 0);
      expect(taken.length).toBeLessThanOrEqual(2);
      taken.shift()?.release();
    }
    await Promise.all(asked);
    await journal.close();
  });
});
