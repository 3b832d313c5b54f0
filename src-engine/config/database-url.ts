/** Where the address of the database comes from: its password must not be an argument. */
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../domain/errors.ts';
import { isOpenToOthers } from '../lib/regular-file.ts';

/** The address with its password, in the environment of the engine alone. */
export const DATABASE_VARIABLE = 'PARALLAX_DATABASE';

const MAX_BYTES = 4_096;

export type DatabaseOptions = {
  /** `--database`. Its password comes from PGPASSWORD or PGPASSFILE, which pg reads. */
  readonly url: string | undefined;
  /** `--database-file`: one line, with mode 600. */
  readonly file: string | undefined;
};

/**
 * @returns undefined for SQLite in the data folder.
 * @throws UserError when two places name one, and when the file cannot be read, is of another form or open to others.
 */
export function databaseUrlOf({ url, file }: DatabaseOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (url !== undefined && file !== undefined) {
    throw new UserError({
      code: 'bad-usage',
      field: '--database-file',
      value: file,
      message: 'and --database both name a database',
      remedy: 'Give one of them.',
    });
  }
  if (file !== undefined) return addressIn(file);
  const named = url ?? env[DATABASE_VARIABLE];
  return named === '' ? undefined : named;
}

function addressIn(path: string): string {
  const refuse = (code: string, message: string, remedy: string): UserError =>
    new UserError({ code, field: '--database-file', value: path, message, remedy });
  const example = 'Write postgres://user:password@host:5432/name into it, on one line, with mode 600.';
  let text: string;
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES)
      throw refuse('bad-database-file', 'is not a short file', example);
    if (isOpenToOthers(stat.mode)) {
      throw refuse('database-file-open', 'can be read by others', `Run: chmod 600 ${path}`);
    }
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw refuse('database-file-unreadable', `cannot be read (${reason})`, example);
  }
  if (text === '' || /\s/.test(text))
    throw refuse('bad-database-file', 'does not hold one address on one line', example);
  return text;
}
