/** Every way to tamper with the facts or the audit trail is found, and the first row that is wrong is named. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { testDatabases } from '../../testing/databases.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Schema } from '../schema.ts';
import { ChainedDatabase } from '../testing/chained-database.ts';
import { eventContent, linkOf } from './links.ts';
import { verifyChains } from './verify.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };
const actor = { kind: 'operator', via: 'window' } as const;
const killed = (atUs: number): EngineEvent => ({
  type: 'killed',
  atUs,
  actor,
  reason: 'drill',
  cancelsSent: 0,
});
const calm = (atUs: number): EngineEvent => ({
  type: 'feedChanged',
  atUs,
  venue: 'simulated',
  state: 'open',
  venueStatus: 'online',
  reason: '',
});
const call = (atUs: number) => ({
  atUs,
  actor: 'operator via window',
  action: 'kill',
  outcome: 'ok',
  detail: '',
});

type Db = Kysely<Schema>;
type Case = readonly [
  name: string,
  tamper: (db: Db) => Promise<unknown>,
  found: Readonly<Record<string, unknown>>,
];

/** To numbers far away first: they are a key. */
const renumber = async (db: Db, moves: readonly (readonly [from: number, to: number])[]): Promise<void> => {
  for (const shift of [0, 1_000]) {
    for (const [from, to] of moves) {
      const [is, becomes] = shift === 0 ? [from, to + 1_000] : [to + 1_000, to];
      await db.updateTable('events').set({ seq: becomes }).where('seq', '=', is).execute();
    }
  }
};
const forged = (seq: number, previous: string) => {
  const event: EngineEvent = { type: 'rearmed', atUs: T, actor };
  const row = { ...SCOPE, seq, atUs: T, type: event.type, json: JSON.stringify(event) };
  return { ...row, hash: linkOf(previous, eventContent(row)) };
};
const hashOf = async (db: Db, seq: number): Promise<string> =>
  (await db.selectFrom('events').select('hash').where('seq', '=', seq).executeTakeFirstOrThrow()).hash ?? '';

// Facts 1 to 6 of which the third is a kill; audit rows 1 (the kill, as a fact) and 2 and 3 (calls).
const CASES: readonly Case[] = [
  [
    'a fact’s content',
    (db) => db.updateTable('events').set({ json: '{}' }).where('seq', '=', 3).execute(),
    { chain: 'events', kind: 'altered', id: 3 },
  ],
  [
    'a fact’s time',
    (db) => db.updateTable('events').set({ atUs: T }).where('seq', '=', 2).execute(),
    { chain: 'events', kind: 'altered', id: 2 },
  ],
  [
    'an audit row’s actor',
    (db) => db.updateTable('audit').set({ actor: 'engine' }).where('auditId', '=', 1).execute(),
    { chain: 'audit', kind: 'altered', id: 1 },
  ],
  [
    'the last audit row',
    (db) => db.updateTable('audit').set({ outcome: 'denied' }).where('auditId', '=', 3).execute(),
    { chain: 'audit', kind: 'altered', id: 3 },
  ],
  [
    'a hash alone',
    (db) =>
      db
        .updateTable('events')
        .set({ hash: 'f'.repeat(64) })
        .where('seq', '=', 4)
        .execute(),
    { chain: 'events', kind: 'altered', id: 4 },
  ],
  [
    'the last fact, with a hash that fits',
    async (db) => {
      const row = forged(6, await hashOf(db, 5));
      await db.updateTable('events').set(row).where('seq', '=', 6).execute();
    },
    { chain: 'events', kind: 'altered', id: 6 },
  ],
  [
    'a fact taken out',
    (db) => db.deleteFrom('events').where('seq', '=', 3).execute(),
    { chain: 'events', kind: 'removed', id: 3 },
  ],
  [
    'a fact taken out and the rest numbered again',
    async (db) => {
      await db.deleteFrom('events').where('seq', '=', 3).execute();
      await renumber(db, [
        [4, 3],
        [5, 4],
        [6, 5],
      ]);
    },
    { chain: 'events', kind: 'removed', id: 3 },
  ],
  [
    'the end cut off',
    (db) => db.deleteFrom('events').where('seq', '>', 4).execute(),
    { chain: 'events', kind: 'removed', id: 5 },
  ],
  [
    'all audit rows taken out',
    (db) => db.deleteFrom('audit').execute(),
    { chain: 'audit', kind: 'removed', id: 1 },
  ],
  [
    'an audit row written behind the end, without the chain',
    (db) =>
      db
        .insertInto('audit')
        .values({ profile: 'demo', auditId: 4, ...call(T), hash: null })
        .execute(),
    { chain: 'audit', kind: 'added', id: 4 },
  ],
  [
    'a fact written behind the end, with a hash that fits',
    async (db) =>
      db
        .insertInto('events')
        .values(forged(7, await hashOf(db, 6)))
        .execute(),
    { chain: 'events', kind: 'added', id: 7 },
  ],
  [
    'a fact put in between, and the rest numbered again',
    async (db) => {
      await renumber(db, [
        [6, 7],
        [5, 6],
        [4, 5],
      ]);
      await db
        .insertInto('events')
        .values(forged(4, await hashOf(db, 3)))
        .execute();
    },
    { chain: 'events', kind: 'added', id: 4 },
  ],
  [
    'two facts that change places',
    (db) =>
      renumber(db, [
        [3, 4],
        [4, 3],
      ]),
    { chain: 'events', kind: 'reordered', id: 3 },
  ],
  [
    'two facts far apart that change places',
    (db) =>
      renumber(db, [
        [2, 5],
        [5, 2],
      ]),
    { chain: 'events', kind: 'reordered', id: 2 },
  ],
  [
    'a seal over a history without the kill',
    async (db) => {
      await db.deleteFrom('events').where('seq', '=', 3).execute();
      const anchor = { profile: 'demo', chain: 'events', anchorId: 1, lastId: 6, rows: 5 } as const;
      const seal = { seal: '0', hash: await hashOf(db, 6), reason: 'before the chain' };
      await db
        .insertInto('chainAnchors')
        .values({ ...anchor, ...seal })
        .execute();
    },
    { chain: 'events', kind: 'anchor', id: 6 },
  ],
];

describe.each(databases.table)('the chains on %s', (_name, kind) => {
  const stored = new ChainedDatabase(kind);
  const open = () => stored.open();
  const fill = async (): Promise<void> => {
    const database = await openDatabase(stored.location);
    const journal = await Journal.open(database, SCOPE);
    await journal.append([calm(T + 1), calm(T + 2)]);
    await journal.append([killed(T + 3), calm(T + 4)]);
    await journal.appendAudit(call(T + 4));
    await journal.append([calm(T + 5), calm(T + 6)]);
    await journal.appendAudit(call(T + 6));
    await journal.close();
    await database.close();
  };
  const verify = async () => {
    const { db, heads } = await open();
    return verifyChains(db, heads);
  };

  test('are whole as they were written, and go on after a start', async () => {
    await fill();
    const journal = await Journal.open(await open(), SCOPE);
    expect(journal.broken).toEqual([]);
    await journal.append([calm(T + 7)]);
    await journal.close();
    expect(await verify()).toMatchObject({
      whole: true,
      findings: [],
      headFile: '',
      chains: [
        { profile: 'demo', chain: 'events', rows: 7, sealed: 0 },
        { profile: 'demo', chain: 'audit', rows: 3, sealed: 0 },
      ],
    });
  });

  test.each(CASES)('find %s, by the command and at the next start', async (_what, tamper, found) => {
    await fill();
    await tamper((await open()).db);
    const { whole, findings } = await verify();
    expect({ whole, first: findings[0] }).toMatchObject({
      whole: false,
      first: { profile: 'demo', ...found },
    });
    const journal = await Journal.open(await open(), SCOPE);
    expect(journal.broken[0]).toMatchObject(found);
  });

  test('stay broken through what is written afterwards, until an operator acknowledges it', async () => {
    await fill();
    await (await open()).db.deleteFrom('events').where('seq', '>', 4).execute();
    for (const atUs of [T + 10, T + 11]) {
      const journal = await Journal.open(await open(), SCOPE);
      expect(journal.broken).toMatchObject([{ kind: 'removed', id: 5 }]);
      await journal.append([calm(atUs)]);
      await journal.close();
    }
    const journal = await Journal.open(await open(), SCOPE);
    expect(await journal.acknowledge()).toMatchObject([{ kind: 'removed', id: 5 }]);
    expect(journal.broken).toEqual([]);
    await journal.append([calm(T + 12)]);
    await journal.close();
    const { whole, chains } = await verify();
    expect({ whole, sealed: chains[0]?.sealed, rows: chains[0]?.rows }).toEqual({
      whole: true,
      sealed: 6,
      rows: 7,
    });
    // What was sealed is guarded as well.
    await (await open()).db.updateTable('events').set({ json: '{}' }).where('seq', '=', 2).execute();
    expect((await verify()).findings).toMatchObject([{ kind: 'altered', id: 6 }]);
  });

  test('say so when the data folder has lost their ends', async () => {
    await fill();
    for (const name of readdirSync(stored.dataDir)) {
      if (name.startsWith('chain-heads')) rmSync(join(stored.dataDir, name));
    }
    expect((await verify()).findings[0]).toMatchObject({ kind: 'no-head', id: 6 });
  });

  test('seal what was written before them with one anchor', async () => {
    const before = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0004'));
    const old = await openDatabase(stored.location, before);
    for (const seq of [1, 2]) {
      await sql`insert into events (profile, seq, run_id, at_us, type, json) values ('demo', ${seq}, 'r', ${T}, 'killed', '{}')`.execute(
        old.db,
      );
    }
    await old.close();
    await fill();
    expect(await verify()).toMatchObject({ whole: true, chains: [{ rows: 8, sealed: 2 }, {}] });
    await (await open()).db.deleteFrom('events').where('seq', '=', 1).execute();
    expect((await verify()).findings).toMatchObject([{ kind: 'removed', id: 2 }]);
  });

  test('hold after a crash on either side of a commit', async () => {
    await fill();
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    // The engine ends between the line outside and the commit, and between the commit and the next line.
    const rename = (from: string, to: string): Promise<unknown> =>
      sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(database.db);
    await rename('events', 'events_away');
    await expect(journal.append([calm(T + 7)])).rejects.toMatchObject({ problem: { field: 'database' } });
    await rename('events_away', 'events');
    expect(await verify()).toMatchObject({ whole: true });
    await journal.append([calm(T + 7)]);
    expect(await verify()).toMatchObject({ whole: true, chains: [{ rows: 7 }, {}] });
  });
});

describe('the file that keeps the ends', () => {
  test('is readable by its owner alone, survives a line that was cut off, and names one that was changed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-heads-'));
    const path = join(dataDir, 'chain-heads.jsonl');
    const database = await openDatabase({ dataDir });
    const journal = await Journal.open(database, SCOPE);
    await journal.append([calm(T)]);
    await journal.close();
    await database.close();
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    const verify = async () => {
      const again = await openDatabase({ dataDir });
      const verified = await verifyChains(again.db, again.heads);
      await again.close();
      return verified;
    };
    writeFileSync(path, `${text}{"sum":"0`);
    expect(await verify()).toMatchObject({ whole: true });
    writeFileSync(path, text.replace('"id":1', '"id":9'));
    const { whole, headFile } = await verify();
    expect(whole).toBe(false);
    expect(headFile).toMatch(/line \d+ of .*chain-heads.jsonl is not as it was written/);
    rmSync(dataDir, { recursive: true });
  });
});
