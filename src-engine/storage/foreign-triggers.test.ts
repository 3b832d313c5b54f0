import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { getSetting, setSetting } from './settings.ts';
import { DATABASE_FILE } from './sqlite.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-triggers-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function asAnother(dataDir: string, sql: string): void {
  const connection = new Sqlite(join(dataDir, DATABASE_FILE));
  connection.exec(sql);
  connection.close();
}

it('a trigger in the engine’s database is refused by its name before anything is written; views of others are left alone', async () => {
  const dataDir = join(root, 'data');
  const database = await openDatabase({ dataDir });
  await setSetting(database, 'name', 'value');
  await database.close();
  asAnother(dataDir, 'create view others as select * from settings');
  const opened = await openDatabase({ dataDir });
  expect(await getSetting(opened, 'name')).toBe('value');
  await opened.close();
  asAnother(
    dataDir,
    'create trigger "no "" trace" after insert on audit begin delete from audit where audit_id = new.audit_id; end',
  );
  await expect(openDatabase({ dataDir })).rejects.toMatchObject({
    problem: {
      code: 'storage-altered',
      field: 'database',
      message: expect.stringContaining('has a trigger "no " trace" on "audit"'),
      remedy: expect.stringContaining('DROP TRIGGER "no "" trace"'),
    },
  });
  asAnother(dataDir, 'drop trigger "no "" trace"');
  await (await openDatabase({ dataDir })).close();
});
