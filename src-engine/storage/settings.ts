/** Settings that outlive a run: JSON values by name, shared by all profiles. */
import type { Database } from './database-types.ts';
import { storageError } from './storage-errors.ts';

/** The value last set, or undefined. Whoever reads it checks its shape: an older version may have written it. */
export async function getSetting(database: Database, key: string): Promise<unknown> {
  const row = await database.db
    .selectFrom('settings')
    .select('json')
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.json) as unknown);
}

/** @param value anything that JSON can hold. @throws UserError when the database cannot take it. */
export async function setSetting(database: Database, key: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value);
  try {
    const query = database.db
      .insertInto('settings')
      .values({ key, json })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ json }));
    await database.writeAll([query.compile()]);
  } catch (error) {
    throw storageError(database.location, error);
  }
}
