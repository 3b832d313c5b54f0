/** Bringing the tables to this version, in one transaction: an interrupted migration leaves the old tables. */
import { type Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration';
import { UserError } from '../domain/errors.ts';
import { storageError } from './storage-errors.ts';

/** @throws UserError for a database that a newer version has migrated. Reads only. */
export function refuseNewerSchema(
  location: string,
  applied: readonly string[],
  migrations: Readonly<Record<string, Migration>>,
): void {
  const unknown = applied.find((name) => !Object.hasOwn(migrations, name));
  if (unknown === undefined) return;
  throw new UserError({
    code: 'newer-schema',
    field: 'database',
    value: location,
    message: `was written by a newer version (its migration "${unknown}" is not known here); it was not changed`,
    remedy: 'Update Parallax, or choose another data folder.',
  });
}

/** Names of the migrations that the database holds; none when it is empty. */
export async function appliedMigrations<Schema>(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const found = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(
    db,
  );
  return found.rows.map((row) => row.name);
}

/** Runs what is missing. @throws UserError when a step fails; the database is then as it was. */
export async function migrate<Schema>(
  db: Kysely<Schema>,
  location: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const known = storageError(location, error);
  if (known.problem.code !== 'storage-failed') throw known;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'the first one';
  const cause = error instanceof Error ? error.message : 'it did not say why';
  throw new UserError({
    code: 'migration-failed',
    field: 'database',
    value: location,
    message: `could not be brought to this version, ${failed}: ${cause}`,
    remedy: 'Nothing was changed. Give Parallax a database of its own, and free disk space if it is full.',
  });
}
