import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { backupDatabase } from './backup.ts';
import { openDatabase } from './database.ts';
import { IntentJournal } from './intents/intent-journal.ts';
import { intentsFolder } from './intents/intents-folder.ts';
import { SegmentFolder } from './intents/segment-folder.ts';
import { Journal } from './journal.ts';
import { getSetting, setSetting } from './settings.ts';
import { DATABASE_FILE } from './sqlite.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parallax-backup-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a backup', () => {
  it('of a database that is in use holds what was committed, and opens as a restored one', async () => {
    const database = await openDatabase({ dataDir: root });
    await setSetting(database, 'name', 'before');
    const file = join(root, 'copy.db');
    const summary = await backupDatabase(root, file);
    await setSetting(database, 'name', 'after');
    await database.close();
    expect(summary).toMatchObject({ file, rows: { settings: expect.any(Number) as number } });
    expect(summary.bytes).toBe(statSync(file).size);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const restored = join(root, 'restored');
    mkdirSync(restored);
    copyFileSync(file, join(restored, DATABASE_FILE));
    const again = await openDatabase({ dataDir: restored });
    expect(await getSetting(again, 'name')).toBe('before');
    await again.close();
  });

  it('waits until the database has what the intent journal holds, and is refused where it never does', async () => {
    const database = await openDatabase({ dataDir: root });
    const scope = { profile: 'live', runId: 'live-1' };
    const intent = {
      type: 'orderCreated',
      atUs: 1_700_000_000_000_000,
      order: sampleOrder({ state: 'created' }),
    } as const;
    const intents = new IntentJournal(new SegmentFolder(intentsFolder(root, undefined)), 'process');
    await intents.recover(database);
    void intents.keeperOf(scope).keep([intent]);
    await expect(backupDatabase(root, join(root, 'early.db'))).rejects.toMatchObject({
      problem: { code: 'intents-not-stored', message: 'holds 1 orders that the database does not have yet' },
    });
    expect(existsSync(join(root, 'early.db'))).toBe(false);
    const made = backupDatabase(root, join(root, 'copy.db'));
    const journal = await Journal.open(database, scope);
    await journal.append([intent]);
    expect((await made).rows['orders']).toBe(1);
    await journal.close();
    await intents.close();
    await database.close();
  });

  it('overwrites nothing', async () => {
    await (await openDatabase({ dataDir: root })).close();
    const file = join(root, 'kept');
    writeFileSync(file, 'kept');
    await expect(backupDatabase(root, file)).rejects.toMatchObject({
      problem: { code: 'file-exists', value: file },
    });
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  it.each([
    [
      'into a folder that is not there',
      (folder: string) => join(folder, 'none', 'copy.db'),
      'file-unwritable',
    ],
    ['of a folder without a database', (folder: string) => join(folder, 'copy.db'), 'no-database'],
  ])('%s is refused, and leaves no file', async (_case, fileOf, code) => {
    if (code !== 'no-database') await (await openDatabase({ dataDir: root })).close();
    const file = fileOf(root);
    const refused: unknown = await backupDatabase(root, file).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({ problem: { code } });
    expect(existsSync(file)).toBe(false);
  });

  it('of a file that is not a database is refused, and leaves no file', async () => {
    writeFileSync(join(root, DATABASE_FILE), 'this is not a database'.repeat(1_000));
    const file = join(root, 'copy.db');
    await expect(backupDatabase(root, file)).rejects.toThrow('file is not a database');
    expect(existsSync(file)).toBe(false);
  });
});
