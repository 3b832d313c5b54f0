import { databaseUrlOf } from '../../config/database-url.ts';
import { UserError } from '../../domain/errors.ts';
import { withKeychainPassword } from '../../secrets/database-password.ts';
import { openSecrets } from '../../secrets/secret-store.ts';
import { type CommandArgs, flagOption, type OptionRows, textOption } from '../command.ts';

/** Options of every command that opens the database. */
export const DATABASE_OPTIONS = {
  database: {
    value: 'URL',
    words: 'the PostgreSQL database in place of SQLite in the data folder, without its password',
    example: 'postgres://user@host:5432/name',
    not: ['database-file'],
  },
  'database-keychain': { words: 'takes the password of that server from the keychain' },
  'database-file': {
    value: 'FILE',
    words: 'a file of mode 600 with the address and its password',
    example: './database-address',
  },
} as const satisfies OptionRows;

/**
 * The address of `--database`, `--database-file` or the environment, with the password of the keychain where that is asked for;
 * undefined: SQLite in the data folder.
 */
export async function databaseOf(args: CommandArgs): Promise<string | undefined> {
  const options = { url: textOption(args, 'database'), file: textOption(args, 'database-file') };
  const url = databaseUrlOf(options, process.env);
  if (!flagOption(args, 'database-keychain')) return url;
  if (url === undefined) {
    throw new UserError({
      code: 'bad-usage',
      field: '--database-keychain',
      message: 'needs the address of a database',
      remedy: 'Add --database postgres://user@host:5432/name.',
    });
  }
  return withKeychainPassword(url, openSecrets());
}
