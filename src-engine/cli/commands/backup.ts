import { resolve } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { backupDatabase } from '../../storage/backup.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';
import { databaseOf } from './database-option.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Copies the SQLite database to FILE while the engine goes on, and checks the copy.',
  usage: 'FILE [--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' } },
  async run(args, output) {
    const file = resolve(onlyPositional(args, 'FILE'));
    if ((await databaseOf(args)) !== undefined) {
      throw new UserError({
        code: 'not-sqlite',
        field: 'PARALLAX_DATABASE',
        message: 'names a PostgreSQL database, which is backed up by its own tools',
        remedy: 'Use pg_dump.',
      });
    }
    const summary = await backupDatabase(dataDirOf(args), file);
    const rows = Object.values(summary.rows).reduce((sum, count) => sum + count, 0);
    output.result(
      summary,
      `${file}: ${rows} rows in ${summary.bytes} bytes, checked. To restore it, stop the engine and put it in the place of ` +
        'parallax.db (without its -wal and -shm); as the history then ends earlier than the data folder knows, trading stays ' +
        'halted until: parallax audit acknowledge',
    );
    return EXIT_DONE;
  },
};
