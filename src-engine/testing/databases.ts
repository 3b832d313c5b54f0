/** The databases that the storage tests run against: SQLite in a file, and PostgreSQL where it starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLocation } from '../storage/database.ts';
import { startTestPostgres } from './postgres.ts';

export type TestDatabases = {
  /** `fresh` gives the place of an empty database. `missing` says why this one is not there. */
  readonly kinds: readonly {
    readonly name: string;
    readonly fresh: () => Promise<DatabaseLocation>;
    readonly missing: string | undefined;
  }[];
  readonly stop: () => Promise<void>;
};

export async function testDatabases(): Promise<TestDatabases> {
  const folders: string[] = [];
  const postgres = await startTestPostgres();
  const missing = 'missing' in postgres ? postgres.missing : undefined;
  const freshPostgres = async (): Promise<DatabaseLocation> => {
    if ('missing' in postgres) throw new Error(postgres.missing);
    return { url: await postgres.createDatabase() };
  };
  return {
    kinds: [
      {
        name: 'SQLite',
        fresh: () => {
          const dataDir = mkdtempSync(join(tmpdir(), 'parallax-sqlite-'));
          folders.push(dataDir);
          return Promise.resolve({ dataDir });
        },
        missing: undefined,
      },
      {
        name: missing === undefined ? 'PostgreSQL' : `PostgreSQL (left out: ${missing})`,
        fresh: freshPostgres,
        missing,
      },
    ],
    stop: async () => {
      if ('stop' in postgres) await postgres.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
