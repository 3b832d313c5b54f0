/** Files that are given as a copy to restore, and were made to do harm: refused in words, before anything of them is used. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCopy } from './backup-copy.ts';
import { backupDatabase } from './backup.ts';
import { openDatabase } from './database.ts';
import { setSetting } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-copy-'));
const good = join(folder, 'good.db');
beforeAll(async () => {
  const database = await openDatabase({ dataDir: folder });
  await setSetting(database, 'name', 'value');
  await backupDatabase(folder, good);
  await database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sql =
  (...statements: readonly string[]) =>
  (path: string): void => {
    const database = new Sqlite(path);
    for (const statement of statements) database.exec(statement);
    database.close();
  };

it('a copy of ours is taken, and nothing is written to it', async () => {
  const before = readFileSync(good);
  const { copy, tables } = await openCopy(good);
  expect(tables.map(({ name }) => name)).toContain('events');
  expect(() => copy.exec("insert into settings values ('a', 'b')")).toThrow(/readonly|read-only|query_only/i);
  copy.close();
  expect(readFileSync(good).equals(before)).toBe(true);
});

describe('a copy that was made to do harm is refused by name', () => {
  const cases: readonly (readonly [name: string, make: (path: string) => void, words: RegExp])[] = [
    [
      'trigger',
      sql('create trigger t after insert on events begin delete from audit; end'),
      /has a trigger t/,
    ],
    [
      'view',
      sql('drop table settings', 'create view settings as select 1 as key, 2 as json'),
      /has a view settings/,
    ],
    ['virtual table', sql('create virtual table jottings using fts5(text)'), /has a table jottings/],
    [
      'other table',
      sql('create table "drop table events; --" (a)'),
      /table "drop table events; --" that is none of ours/,
    ],
    ['other column', sql('alter table orders add column "x" text'), /table "orders" that is none of ours/],
    ['missing table', sql('drop table fills'), /lacks a table/],
    ['older', sql("delete from kysely_migration where name like '0006%'"), /was written by an older version/],
    ['newer', sql("insert into kysely_migration values ('0999-x', '1')"), /newer version/],
    [
      'long row',
      sql('update settings set json = zeroblob(20000000)'),
      /a row of settings of more than 16777216 bytes/,
    ],
    ['no tables', (path) => rmSync(path), /unable to open|does not exist|cannot be written/],
    ['text', (path) => writeFileSync(path, 'no database'), /is damaged or no database/],
    ['cut off', (path) => truncateSync(path, 20_000), /is damaged|malformed/],
    ['pipe', (path) => (rmSync(path), execFileSync('mkfifo', [path])), /is a pipe/],
  ];
  it.skipIf(process.platform === 'win32').each(cases)('%s', async (name, make, words) => {
    const path = join(folder, `${name}.db`);
    copyFileSync(good, path);
    make(path);
    await expect(openCopy(path)).rejects.toThrow(words);
    await expect(openCopy(path)).rejects.toMatchObject({ problem: { value: path } });
    expect(readdirSync(folder).filter((each) => each.startsWith(`${name}.db-`))).toEqual([]);
  });
});
