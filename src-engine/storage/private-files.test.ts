import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keepPrivate } from '../lib/whole-file.ts';
import { openDatabase } from './database.ts';
import { setSetting } from './settings.ts';
import { DATABASE_FILE } from './sqlite.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-private-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const othersMay = (path: string): number => statSync(path).mode & 0o077;

it.skipIf(process.platform === 'win32')(
  'files and folders are this user’s alone, whatever the umask, and a database that was not is closed to others',
  async () => {
    const dataDir = join(root, 'a', 'data');
    const open = async (): Promise<void> => {
      const database = await openDatabase({ dataDir });
      await setSetting(database, 'name', 'value');
      const files = readdirSync(dataDir).map((name) => join(dataDir, name));
      expect(files.length).toBeGreaterThan(1);
      expect([dataDir, ...files].filter((path) => othersMay(path) !== 0)).toEqual([]);
      await database.close();
    };
    const before = process.umask(0);
    try {
      await open();
      chmodSync(join(dataDir, DATABASE_FILE), 0o644);
      await open();
      expect(existsSync(join(dataDir, DATABASE_FILE))).toBe(true);
      expect(keepPrivate()).toBe(0);
      expect(process.umask()).toBe(0o077);
    } finally {
      process.umask(before);
    }
  },
);
