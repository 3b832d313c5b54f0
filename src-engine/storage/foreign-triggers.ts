/** Code that another program left in our database: SQLite runs it inside of our own commits. */
import type Sqlite from 'better-sqlite3';
import { UserError } from '../domain/errors.ts';

const MAX_NAME = 100;

/**
 * A trigger may change or remove what we write in the moment when it is written: an answer that it is stored would not be true.
 * @throws UserError with the first one. None of ours has one; views and indexes of others change nothing and are left alone.
 */
export function refuseTriggers(location: string, connection: Sqlite.Database): void {
  const found = connection
    .prepare("select name, tbl_name as of_table from sqlite_master where type = 'trigger' limit 1")
    .get() as { readonly name: string; readonly of_table: string } | undefined;
  if (found === undefined) return;
  const name = found.name.slice(0, MAX_NAME);
  throw new UserError({
    code: 'storage-altered',
    field: 'database',
    value: location,
    message: `has a trigger "${name}" on "${found.of_table.slice(0, MAX_NAME)}", which Parallax did not make: it changes what is stored as it is stored`,
    remedy: `Find out which program made it, remove it with DROP TRIGGER "${name.replaceAll('"', '""')}", and run parallax audit verify.`,
  });
}
