import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDatabases } from '../testing/databases.ts';
import {
  sampleEquity,
  sampleExecution,
  sampleFill,
  sampleOpportunity,
  sampleOrder,
  sampleRun,
} from '../testing/sample-events.ts';
import { verifyChains } from './chain/verify.ts';
import { openDatabase } from './database.ts';
import { Journal } from './journal.ts';
import { backupPostgres, restorePostgres } from './postgres-backup.ts';
import { eventsSince } from './queries/recovery.ts';
import { getSetting, setSetting } from './settings.ts';
import { DATABASE_FILE } from './sqlite.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());
const postgres = databases.kinds[1];
const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };

describe.skipIf(postgres?.missing !== undefined)('a backup of PostgreSQL', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parallax-pg-backup-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const freshUrl = async (): Promise<string> => {
    const place = await postgres?.fresh();
    return place !== undefined && 'url' in place ? (place.url ?? '') : '';
  };

  it('taken while an engine writes is the state of one moment, whole as SQLite and in another PostgreSQL', async () => {
    const url = await freshUrl();
    const database = await openDatabase({ url, dataDir: root });
    const journal = await Journal.open(database, SCOPE);
    await setSetting(database, 'name', 'ü \u{1f600} \\ "');
    for (let k = 0; k < 250; k++) {
      await journal.append([
        ...(k === 0 ? [sampleRun()] : []),
        {
          type: 'orderFilled',
          atUs: T + k,
          order: sampleOrder({ orderId: `o-${k}` }),
          fill: sampleFill({ fillId: `f-${k}`, ...(k % 2 === 0 && { cost: `0.${k}` }) }),
        },
      ]);
    }
    await journal.append([
      { type: 'executionFinished', atUs: T, execution: sampleExecution() },
      { type: 'opportunityOpened', atUs: T, opportunity: sampleOpportunity() },
      sampleEquity(T),
    ]);
    const file = join(root, 'copy.db');
    const [summary] = await Promise.all([
      backupPostgres(url, file, root),
      journal.append([
        { type: 'killed', atUs: T, actor: { kind: 'engine', via: 'x' }, reason: '', cancelsSent: 0 },
      ]),
    ]);
    await journal.close();
    expect(summary.rows).toMatchObject({ fills: 250, orders: 250, executions: 1 });
    expect([254, 255]).toContain(summary.rows['events']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);

    const folder = join(root, 'restored');
    mkdirSync(folder);
    copyFileSync(file, join(folder, DATABASE_FILE));
    const other = await freshUrl();
    expect(await restorePostgres(file, other)).toEqual(summary.rows);
    const facts = await eventsSince(database, 'demo', 0, 254);
    for (const location of [{ dataDir: folder }, { url: other }]) {
      const again = await openDatabase(location);
      expect(await getSetting(again, 'name')).toBe('ü \u{1f600} \\ "');
      expect(await eventsSince(again, 'demo', 0, 254)).toEqual(facts);
      const { findings } = await verifyChains(again.db, again.heads);
      // Its own folder has not seen this history yet; of the rows themselves none is wrong.
      expect(findings.filter(({ kind }) => kind !== 'no-head')).toEqual([]);
      await again.close();
    }
    await database.close();
    await expect(restorePostgres(file, other)).rejects.toThrow(/has rows in \w+ already/);
  });

  it('of a database without our tables is refused and leaves no file', async () => {
    const file = join(root, 'copy.db');
    await expect(backupPostgres(await freshUrl(), file, root)).rejects.toThrow(
      /contains no tables of Parallax/,
    );
    expect(existsSync(file)).toBe(false);
  });
});
