import { databaseUrlOf } from '../../config/database-url.ts';
import { type CommandArgs, textOption } from '../command.ts';

/** The address of `--database`, `--database-file` or the environment; undefined: SQLite in the data folder. */
export function databaseOf(args: CommandArgs): string | undefined {
  const options = { url: textOption(args, 'database'), file: textOption(args, 'database-file') };
  return databaseUrlOf(options, process.env);
}
