/** Settings that outlive a run: JSON values by name, shared by all profiles. */
import { UserError } from '../domain/errors.ts';
import { open, seal } from '../lib/sealed.ts';
import type { Database } from './database-types.ts';
import type { WriteQuery } from './put-rows.ts';
import { storageError } from './storage-errors.ts';

/**
 * The value last set, or undefined. The caller checks its shape: an older version may have written it.
 * @throws UserError when it is not as it was written.
 */
export async function getSetting(database: Database, key: string): Promise<unknown> {
  const row = await database.db
    .selectFrom('settings')
    .select('json')
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const opened = open(row.json);
  if (opened.state === 'unsealed' && !hasValue(opened.value)) return opened.value;
  if (opened.state === 'whole' && hasValue(opened.value)) return opened.value.value;
  throw new UserError({
    code: 'damaged-setting',
    field: `setting ${key}`,
    value: row.json.slice(0, 80),
    message: `is damaged in ${database.location}`,
    remedy:
      'Restore the database from a backup, or delete this row of its table "settings" to use the default.',
  });
}

/**
 * @param value anything that JSON can hold. @param also what is written together with it, all or nothing.
 * @throws UserError when the database cannot take it.
 */
export async function setSetting(
  database: Database,
  key: string,
  value: unknown,
  also: readonly WriteQuery[] = [],
): Promise<void> {
  try {
    const json = seal({ value });
    const { sql, parameters } = database.db
      .insertInto('settings')
      .values({ key, json })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ json }))
      .compile();
    await database.chains.keep({ key, json, query: { sql, parameters }, also });
  } catch (error) {
    throw storageError(database.location, error);
  }
}

/** The form that settings rest in: the value beside its hash. Older versions wrote the value alone. */
function hasValue(stored: unknown): stored is { readonly value: unknown } {
  return typeof stored === 'object' && stored !== null && 'value' in stored;
}
