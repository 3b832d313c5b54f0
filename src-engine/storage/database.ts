/**
 * The database of a data folder: SQLite by default, PostgreSQL by a URL, with the same tables and queries.
 *
 * Growth in SQLite, as measured: 2.4 kB an opportunity, 10 kB an execution of three legs with its orders and
 * fills, 0.35 kB an equity sample, most of it in `events`. A day with 10,000 opportunities, 1,000 executions and
 * a sample every 5 s adds about 40 MB. Nothing is deleted.
 */
import { CamelCasePlugin } from 'kysely';
import type { Migration } from 'kysely/migration';
import { UserError } from '../domain/errors.ts';
import type { Database } from './database-types.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { isPostgresUrl, openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/**
 * A folder (its `parallax.db` is opened or made), the URL of a PostgreSQL database, or memory for tests. The folder
 * beside its URL keeps the ends of its hash chains, and a database that was used from there and is empty now is refused.
 */
export type DatabaseLocation =
  | { readonly dataDir: string; readonly url?: undefined }
  | {
      readonly url: string;
      readonly dataDir?: string | undefined;
      /** Of the engine's lease on it; undefined: no engine writes. */
      readonly epoch?: number | undefined;
    }
  | { readonly memory: true };

/**
 * Opens the database and brings its tables to this version.
 * @param migrations for tests of interrupted and newer migrations.
 * @throws UserError for a URL of another kind, a folder that cannot be written, a database that is newer,
 *   broken, or not to be reached; the database is left as it was.
 */
export async function openDatabase(
  location: DatabaseLocation,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<Database> {
  const plugins = [new CamelCasePlugin()];
  if ('memory' in location) return openSqlite({ memory: true }, migrations, plugins);
  if (location.url === undefined) return openSqlite({ dataDir: location.dataDir }, migrations, plugins);
  const { url, dataDir, epoch } = location;
  if (isPostgresUrl(url)) return openPostgres(url, migrations, plugins, dataDir, epoch);
  throw new UserError({
    code: 'bad-database-url',
    field: 'database',
    value: location.url.replace(/:\/\/.*/, '://...'),
    message: 'is not the URL of a PostgreSQL database',
    remedy: 'Write postgres://user@host:5432/name, or leave it out to use SQLite.',
  });
}
