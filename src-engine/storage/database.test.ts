import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { types } from 'pg';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { testDatabases } from '../testing/databases.ts';
import { sampleEquity, sampleFill, sampleOrder, sampleRun } from '../testing/sample-events.ts';
import { type DatabaseLocation, openDatabase } from './database.ts';
import { isPostgresUrl } from './postgres.ts';
import { Journal } from './journal.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { listEquity } from './queries/account.ts';
import { listFills, listOrders } from './queries/history.ts';
import { countNews, listNews } from './queries/news.ts';
import { eventsSince, unfinishedFills } from './queries/recovery.ts';
import { MADE_FILE } from './made-mark.ts';
import { DATABASE_FILE } from './sqlite.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };

const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** A version after ours: one more table, and a column more. */
const later: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.createTable('laterTable').addColumn('id', 'text').execute();
    await db.schema.alterTable('orders').addColumn('laterColumn', 'text').execute();
  },
};
const brokenLater: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await later.up(db);
    throw new Error('the power went out');
  },
};
const withLater = (migration: Migration): Record<string, Migration> => ({
  ...MIGRATIONS,
  '0099-later': migration,
});

async function fill(location: DatabaseLocation): Promise<void> {
  const database = await openDatabase(location);
  const journal = await Journal.open(database, SCOPE);
  await journal.append([sampleRun(), { type: 'orderCreated', atUs: T, order: sampleOrder() }]);
  await database.close();
}

describe.each(databases.table)('openDatabase on %s', (_name, { fresh, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('shows the same history after a restart', async () => {
    const location = await fresh();
    await fill(location);
    const database = await openDatabase(location);
    expect(await listOrders(database, 'demo', { limit: 10 })).toEqual([sampleOrder()]);
    expect((await Journal.open(database, SCOPE)).lastSeq).toBe(2);
    await database.close();
  });

  test('refuses a newer schema and keeps working with the newer version', async () => {
    const location = await fresh();
    await fill(location);
    await (await openDatabase(location, withLater(later))).close();
    await expect(openDatabase(location)).rejects.toMatchObject({
      problem: { code: 'newer-schema', remedy: 'Update Parallax, or choose another data folder.' },
    });
    const database = await openDatabase(location, withLater(later));
    expect(await listOrders(database, 'demo', { limit: 10 })).toHaveLength(1);
    await database.close();
  });

  test('leaves everything as it was when a migration breaks off, and goes on from there', async () => {
    const location = await fresh();
    await fill(location);
    const broken = openDatabase(location, withLater(brokenLater));
    await expect(broken).rejects.toThrow(/0099-later: the power went out/);
    const old = await openDatabase(location);
    expect(await listOrders(old, 'demo', { limit: 10 })).toHaveLength(1);
    const tables = (await old.db.introspection.getTables()).map((table) => table.name);
    expect(tables).not.toContain('later_table');
    await old.close();
    const migrated = await openDatabase(location, withLater(later));
    expect((await migrated.db.introspection.getTables()).map((table) => table.name)).toContain('later_table');
    await migrated.close();
  });

  test('keeps what a venue booked for a fill; a fill of an older version has none, also after a migration that broke off', async () => {
    const location = await fresh();
    const { '0006-fill-cost': withCost } = MIGRATIONS;
    const before = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0006'));
    const old = await openDatabase(location, before);
    const earlier = sampleFill({ fillId: 'earlier', executionId: 'run-1-x1', atUs: T });
    await old.db
      .insertInto('fills')
      // As that version wrote it: without the column.
      .values({ profile: 'demo', ...earlier })
      .execute();
    const fact = { type: 'orderFilled', atUs: T, order: sampleOrder(), fill: earlier } as const;
    await old.db
      .insertInto('events')
      .values({ ...SCOPE, seq: 1, atUs: T, type: fact.type, json: JSON.stringify(fact), hash: null })
      .execute();
    await old.close();
    const brokenOff: Migration = {
      async up(db: Kysely<unknown>): Promise<void> {
        await withCost?.up(db);
        throw new Error('the power went out');
      },
    };
    const broken = openDatabase(location, { ...before, '0006-fill-cost': brokenOff });
    await expect(broken).rejects.toThrow(/0006-fill-cost: the power went out/);
    const database = await openDatabase(location);
    const journal = await Journal.open(database, SCOPE);
    const booked = sampleFill({ fillId: 'booked', executionId: 'run-1-x1', atUs: T + 1, cost: '611.48' });
    await journal.append([
      sampleRun(),
      { type: 'orderFilled', atUs: T + 1, order: sampleOrder(), fill: booked },
    ]);
    expect(await listFills(database, 'demo', { limit: 10 })).toStrictEqual([booked, earlier]);
    expect((await unfinishedFills(database, 'demo')).lastRun).toStrictEqual([earlier, booked]);
    await database.close();
  });

  test('lists coins that were quarantined or trusted before that was an event of the list, also after a migration that broke off', async () => {
    const location = await fresh();
    const { '0007-coin-news': withCoins } = MIGRATIONS;
    const before = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0007'));
    const old = await openDatabase(location, before);
    const journal = await Journal.open(old, SCOPE);
    const [venues, actor] = [['east', 'west'], { kind: 'operator', via: 'window' } as const];
    await journal.append([sampleRun(), { type: 'coinTrusted', atUs: T + 1, coin: 'ETH', venues, actor }]);
    await journal.close();
    await old.close();
    const brokenOff: Migration = {
      async up(db: Kysely<unknown>): Promise<void> {
        await withCoins?.up(db);
        throw new Error('the power went out');
      },
    };
    const broken = openDatabase(location, { ...before, '0007-coin-news': brokenOff });
    await expect(broken).rejects.toThrow(/0007-coin-news: the power went out/);
    const database = await openDatabase(location);
    const { news } = await listNews(database, 'demo', { limit: 10 });
    expect(news.map(({ event }) => event.type)).toEqual(['coinTrusted', 'runStarted']);
    expect(await countNews(database, 'demo')).toBe(2);
    await database.close();
  });

  test('gives times back as exact numbers', async () => {
    const database = await openDatabase(await fresh());
    const journal = await Journal.open(database, SCOPE);
    await journal.append([sampleEquity(Number.MAX_SAFE_INTEGER - 1)]);
    const [sample] = await listEquity(database, 'demo', { fromUs: 0, maxPoints: 10 });
    expect(sample?.atUs).toBe(Number.MAX_SAFE_INTEGER - 1);
    await database.close();
  });
});

describe('openDatabase on SQLite files', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-database-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const path = (): string => join(folder, DATABASE_FILE);
  const refusal = async (code: string): Promise<void> => {
    const before = readFileSync(path());
    const files = readdirSync(folder);
    await expect(openDatabase({ dataDir: folder })).rejects.toMatchObject({
      problem: { code, value: path() },
    });
    expect(readFileSync(path()).equals(before)).toBe(true);
    const others = (names: readonly string[]) => names.filter((name) => name !== MADE_FILE);
    expect(others(readdirSync(folder))).toEqual(others(files));
  };

  it('leaves the bytes of a newer one alone', async () => {
    await fill({ dataDir: folder });
    await (await openDatabase({ dataDir: folder }, withLater(later))).close();
    await refusal('newer-schema');
  });

  it('leaves the bytes of a file that is not a database alone', async () => {
    writeFileSync(path(), 'My notes on arbitrage. '.repeat(100));
    await refusal('storage-broken');
  });

  it('leaves the bytes of a damaged database alone', async () => {
    await fill({ dataDir: folder });
    const bytes = readFileSync(path());
    bytes.fill(0xaa, 4_096, bytes.length - 4_096);
    writeFileSync(path(), bytes);
    await refusal('storage-broken');
  });

  it('leaves the bytes of a database that was cut off alone', async () => {
    await fill({ dataDir: folder });
    writeFileSync(path(), readFileSync(path()).subarray(0, 5_000));
    await refusal('storage-broken');
  });

  it('leaves the bytes of one that was cut off in the middle alone, without reading all of it', async () => {
    await fill({ dataDir: folder });
    const bytes = readFileSync(path());
    writeFileSync(path(), bytes.subarray(0, bytes.length - 4_096));
    await refusal('storage-broken');
  });

  it('refuses a file of no bytes, names what it held, and changes nothing', async () => {
    writeFileSync(path(), '');
    await refusal('storage-lost');
    await fill({ dataDir: join(folder, 'used') });
    writeFileSync(join(folder, 'used', DATABASE_FILE), '');
    await expect(openDatabase({ dataDir: join(folder, 'used') })).rejects.toThrow(
      /is empty: the kill switch, the ledger, the limits and the nonces .* Restore it from a backup/,
    );
  });

  it('refuses a database without tables, and one of another program', async () => {
    new Sqlite(path()).exec('create table one (a); drop table one').close();
    await refusal('storage-lost');
    new Sqlite(path()).exec('create table notes (a)').close();
    await refusal('storage-foreign');
  });

  it('refuses to create the file again where it is missing and something shows that it was there', async () => {
    for (const rest of ['-wal', '-shm']) {
      const dataDir = join(folder, rest);
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, `${DATABASE_FILE}${rest}`), 'x');
      await expect(openDatabase({ dataDir })).rejects.toMatchObject({ problem: { code: 'storage-lost' } });
      expect(readdirSync(dataDir)).toEqual([`${DATABASE_FILE}${rest}`]);
    }
    await fill({ dataDir: folder });
    rmSync(path());
    await expect(openDatabase({ dataDir: folder })).rejects.toThrow(/is missing.*delete .*database\.made/);
    rmSync(join(folder, MADE_FILE));
    await (await openDatabase({ dataDir: folder })).close();
  });

  it('has a name only once its tables are in it: a first start that breaks off leaves none, and can be repeated', async () => {
    const dataDir = join(folder, 'fresh');
    writeFileSync(join(folder, 'x'), '');
    await expect(openDatabase({ dataDir }, withLater(brokenLater))).rejects.toThrow(/the power went out/);
    expect(readdirSync(dataDir)).toEqual([]);
    writeFileSync(join(dataDir, `${DATABASE_FILE}.new`), 'half of a first start');
    await (await openDatabase({ dataDir })).close();
    expect(readdirSync(dataDir).toSorted()).toEqual([MADE_FILE, DATABASE_FILE]);
  });

  it('makes the folder, and uses a write-ahead log with full synchronisation', async () => {
    const dataDir = join(folder, 'a', 'b');
    const database = await openDatabase({ dataDir });
    const pragma = async (name: string): Promise<unknown> =>
      Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(database.db)).rows[0] ?? {})[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
    await database.close();
  });

  it.each([
    ['lies below a file', 'storage-read-only', () => join(folder, 'file', 'data')],
    ['cannot be made', 'storage-read-only', () => '/proc/parallax'],
    ['has a folder in place of the database', 'storage-irregular', () => join(folder, 'taken')],
  ])('says so when the data folder %s', async (_name, code, dataDir) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'taken', DATABASE_FILE), { recursive: true });
    await expect(openDatabase({ dataDir: dataDir() })).rejects.toMatchObject({
      problem: { code, field: 'database', value: join(dataDir(), DATABASE_FILE) },
    });
  });

  it.each([
    ['full', 'storage-full', (pages: number) => `max_page_count = ${pages}`, 'max_page_count = 1000000'],
    ['read-only', 'storage-read-only', () => 'query_only = 1', undefined],
  ])(
    'rejects writes while the disk is %s, writes nothing half, and recovers',
    async (_name, code, block, unblock) => {
      let database = await openDatabase({ dataDir: folder });
      let journal = await Journal.open(database, SCOPE);
      await journal.append([sampleRun()]);
      const pages = await sql<{ page_count: number }>`pragma page_count`.execute(database.db);
      // Of the connection that writes.
      const pragma = (text: string) => database.writeAll([sql`pragma ${sql.raw(text)}`.compile(database.db)]);
      await pragma(block(Object.values(pages.rows[0] ?? {})[0] ?? 0));
      const many: EngineEvent[] = Array.from({ length: 500 }, (_, index) => sampleEquity(T + index));
      await expect(journal.append(many)).rejects.toMatchObject({ problem: { code } });
      expect(journal.health.healthy).toBe(false);
      expect(await eventsSince(database, 'demo', 1, 10)).toEqual([]);
      if (unblock === undefined) {
        await database.close();
        database = await openDatabase({ dataDir: folder });
        journal = await Journal.open(database, SCOPE);
      } else await pragma(unblock);
      await journal.append(many);
      expect(journal.health.healthy).toBe(true);
      expect(await eventsSince(database, 'demo', 1, 1_000)).toHaveLength(500);
      await database.close();
    },
  );

  it('holds everything that was acknowledged when the process is killed', async () => {
    const script = `
      const { openDatabase } = await import(${module('./database.ts')});
      const { Journal } = await import(${module('./journal.ts')});
      const { sampleEquity } = await import(${module('../testing/sample-events.ts')});
      const journal = await Journal.open(await openDatabase({ dataDir: ${JSON.stringify(folder)} }), ${JSON.stringify(SCOPE)});
      for (let batch = 0; ; batch++) {
        const events = Array.from({ length: 5 }, (_, index) => sampleEquity(${T} + batch * 5 + index));
        await journal.append(events);
        console.log(journal.lastSeq);
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged >= 500 && !child.killed) child.kill('SIGKILL');
    }
    expect(acknowledged).toBeGreaterThanOrEqual(500);
    const database = await openDatabase({ dataDir: folder });
    const events = await eventsSince(database, 'demo', 0, 1_000_000);
    expect(events.length).toBeGreaterThanOrEqual(acknowledged);
    // Batches of five are whole or absent, and the tables agree with the events.
    expect(events.length % 5).toBe(0);
    expect(events.map(({ event }) => event.atUs)).toEqual(events.map((_, index) => T + index));
    expect(await listEquity(database, 'demo', { fromUs: 0, maxPoints: 1_000_000 })).toHaveLength(
      events.length,
    );
    await database.close();
  });
});

describe('openDatabase on PostgreSQL that refuses', () => {
  const postgres = databases.kinds[1];
  const test = it.skipIf(postgres?.missing !== undefined);

  it('says when there is none, without its password', async () => {
    const error = await openDatabase({
      url: 'postgres://ann:secret@127.0.0.1:1/parallax?password=secret',
    }).catch(String);
    expect(error).toMatch(
      /database: "postgres:\/\/ann:\*\*\*@127\.0\.0\.1:1\/parallax" failed.*ECONNREFUSED/,
    );
    expect(error).not.toContain('secret');
  });

  it('says when the URL is of another kind', async () => {
    await expect(openDatabase({ url: 'mysql://ann:secret@host/parallax' })).rejects.toMatchObject({
      problem: { code: 'bad-database-url', value: 'mysql://...' },
    });
  });

  it.each(['postgres://ann:secret@host:0/x', 'postgres://ann:secret@a..b/x'])(
    'says that %s leads nowhere, without its password',
    async (url) => {
      await expect(openDatabase({ url })).rejects.toMatchObject({
        problem: { code: 'bad-database-url', value: 'postgres://...' },
      });
    },
  );

  it.each(['postgres:///x?host=/run/postgresql', 'postgres://ann@%2Frun%2Fpostgresql/x', 'postgresql://h'])(
    'takes %s',
    (url) => expect(isPostgresUrl(url)).toBe(true),
  );

  test('says when the database does not exist', async () => {
    const location = await postgres?.fresh();
    const url = location !== undefined && 'url' in location ? (location.url ?? '') : '';
    await expect(openDatabase({ url: url.replace(/[^/]+$/, 'absent') })).rejects.toThrow(
      /"absent" does not exist/,
    );
  });

  test('refuses one that is empty though it was used from this data folder', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-made-'));
    const location = await postgres?.fresh();
    const url = location !== undefined && 'url' in location ? (location.url ?? '') : '';
    const database = await openDatabase({ url, dataDir });
    await sql`drop schema public cascade`.execute(database.db);
    await sql`create schema public`.execute(database.db);
    await database.close();
    await expect(openDatabase({ url, dataDir })).rejects.toMatchObject({ problem: { code: 'storage-lost' } });
    rmSync(join(dataDir, MADE_FILE));
    await (await openDatabase({ url, dataDir })).close();
    rmSync(dataDir, { recursive: true });
  });

  test('leaves the parsers of other users of pg alone', async () => {
    const location = await postgres?.fresh();
    if (location !== undefined) await fill(location);
    expect(types.getTypeParser(20)('12')).toBe('12');
  });
});
