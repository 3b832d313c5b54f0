/** The databases that the storage tests run against: SQLite in a file, and PostgreSQL where it starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseLocation } from '../storage/database.ts';
import { startTestPostgres } from './postgres.ts';

export type TestDatabase = {
  /** Carries the reason where it is missing, so that a report shows why its tests were left out. */
  readonly name: string;
  /** The place of an empty database. */
  readonly fresh: () => Promise<DatabaseLocation>;
  readonly missing: string | undefined;
};

export type TestDatabases = {
  readonly kinds: readonly TestDatabase[];
  /** The same for `describe.each`, each with its name. */
  readonly table: readonly (readonly [name: string, database: TestDatabase])[];
  /** Removes the files. */
  readonly stop: () => void;
};

export async function testDatabases(): Promise<TestDatabases> {
  const folders: string[] = [];
  const postgres = await startTestPostgres();
  const missing = 'missing' in postgres ? postgres.missing : undefined;
  const freshPostgres = async (): Promise<DatabaseLocation> => {
    if ('missing' in postgres) throw new Error(postgres.missing);
    return { url: await postgres.createDatabase() };
  };
  const kinds: TestDatabase[] = [
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
  ];
  return {
    kinds,
    table: kinds.map((kind) => [kind.name, kind] as const),
    stop: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
