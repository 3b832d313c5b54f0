/** A database that is moved, removed or replaced under a running engine takes no fact with it. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { openDatabase } from './database.ts';
import { Journal } from './journal.ts';
import { eventsSince } from './queries/recovery.ts';
import { DATABASE_FILE } from './sqlite.ts';

const fact = (atUs: number): EngineEvent => ({ type: 'killVerified', atUs, openOrders: 0 });

it.skipIf(process.platform === 'win32').each<[string, (file: string, aside: string) => void, string]>([
  ['moved', (file, aside) => renameSync(file, aside), 'moved or removed'],
  [
    'replaced by its own copy',
    (file, aside) => {
      renameSync(file, aside);
      copyFileSync(aside, file);
    },
    'replaced by another file',
  ],
])('%s: nothing is said to be durable until it is back', async (_what, tamper, words) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-moved-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const database = await openDatabase({ dataDir });
  const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
  await journal.append([fact(1)]);
  const [file, aside] = [join(dataDir, DATABASE_FILE), join(dataDir, 'aside.db')];
  tamper(file, aside);
  await expect(journal.append([fact(2)])).rejects.toThrow(words);
  expect(journal.health.healthy).toBe(false);
  renameSync(aside, file);
  await journal.append([fact(2)]);
  expect(journal.health.healthy).toBe(true);
  expect(await eventsSince(database, 'demo', 0, 10)).toHaveLength(2);
  await journal.close();
  await database.close();
});
