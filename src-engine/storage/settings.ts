/** Settings that outlive a run: JSON values by name, shared by all profiles. */
import type { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { open, seal } from '../lib/sealed.ts';
import { issueWords } from '../lib/zod-words.ts';
import type { Database } from './database-types.ts';
import type { WriteQuery } from './put-rows.ts';
import { storageError } from './storage-errors.ts';

/** Longest value that is shown of a setting that does not fit. */
const MAX_SHOWN = 80;

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
  throw damaged(`setting ${key}`, row.json, `is damaged in ${database.location}`);
}

/**
 * The value last set if it has the shape of `schema`, or undefined where none was set.
 * @throws UserError naming the setting, the first field that does not fit, and its value.
 */
export async function readSetting<Schema extends z.ZodType>(
  database: Database,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const stored = await getSetting(database, key);
  if (stored === undefined) return undefined;
  const { data, error } = schema.safeParse(stored);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), stored);
  throw damaged(
    [`setting ${key}`, ...path.map(String)].join('.'),
    typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'),
    `does not fit in ${database.location}: ${issueWords(issue)}`,
  );
}

function damaged(field: string, value: string, message: string): UserError {
  return new UserError({
    code: 'damaged-setting',
    field,
    value: value.slice(0, MAX_SHOWN),
    message,
    remedy:
      'Restore the database from a backup, or delete this row of its table "settings" to use the default.',
  });
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
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
  return isObject(stored) && 'value' in stored;
}
