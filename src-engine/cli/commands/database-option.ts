import { databaseUrlOf } from '../../config/database-url.ts';
import { UserError } from '../../domain/errors.ts';
import { withKeychainPassword } from '../../secrets/database-password.ts';
import { openKeychain } from '../../secrets/keychain.ts';
import { type CommandArgs, textOption } from '../command.ts';

/** Options of every command that opens the database. */
export const DATABASE_OPTIONS = {
  database: { type: 'string' },
  'database-file': { type: 'string' },
  'database-keychain': { type: 'boolean' },
} as const;
export const DATABASE_USAGE = '[--database URL [--database-keychain] | --database-file FILE]';

/**
 * The address of `--database`, `--database-file` or the environment, with the password of the keychain where that is asked for;
 * undefined: SQLite in the data folder.
 */
export async function databaseOf(args: CommandArgs): Promise<string | undefined> {
  const options = { url: textOption(args, 'database'), file: textOption(args, 'database-file') };
  const url = databaseUrlOf(options, process.env);
  if (args.values['database-keychain'] !== true) return url;
  if (url === undefined) {
    throw new UserError({
      code: 'bad-usage',
      field: '--database-keychain',
      message: 'needs the address of a database',
      remedy: 'Add --database postgres://user@host:5432/name.',
    });
  }
  return withKeychainPassword(url, openKeychain());
}
