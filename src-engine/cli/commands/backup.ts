import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { backupDatabase, type BackupSummary } from '../../storage/backup.ts';
import { backupPostgres, restorePostgres } from '../../storage/postgres-backup.ts';
import { type Command, EXIT_DONE, flagOption, onlyPositional, type Output } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';

const HALTED =
  'the history then ends earlier than the data folder records, so trading stays halted until: parallax audit acknowledge';

export const backup: Command = {
  name: 'backup',
  words: [{ name: 'FILE', words: 'the SQLite file that is made, or with --restore read' }],
  options: {
    restore: { words: 'writes FILE into the empty PostgreSQL database that is named' },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  examples: ['backup parallax-backup.db'],
  async run(args, output) {
    const file = resolve(onlyPositional(args));
    const url = await databaseOf(args);
    if (flagOption(args, 'restore')) {
      const rows = await restored(file, url, output);
      const count = total(rows);
      output.result(
        { file, rows },
        `${count} rows are in the database and were compared with ${file}; ${HALTED}`,
      );
      return EXIT_DONE;
    }
    const summary =
      url === undefined
        ? await backupDatabase(dataDirOf(args), file)
        : await backupPostgres(url, file, dataDirOf(args));
    output.result(summary, `${described(summary)} ${url === undefined ? TO_SQLITE : TO_POSTGRES}; ${HALTED}`);
    return EXIT_DONE;
  },
};

const TO_SQLITE =
  'To restore it, stop the engine and put it in the place of parallax.db (without its -wal and -shm)';
const TO_POSTGRES =
  'To restore it, stop the engine and write it into an empty database: parallax backup FILE --restore --database URL';

const total = (rows: Readonly<Record<string, number>>): number =>
  Object.values(rows).reduce((sum, count) => sum + count, 0);

function described({ file, rows, bytes }: BackupSummary): string {
  return `${file}: ${total(rows)} rows in ${bytes} bytes, checked.`;
}

/** @throws UserError when the file is not there, or no PostgreSQL database is named. */
async function restored(
  file: string,
  url: string | undefined,
  output: Output,
): Promise<Readonly<Record<string, number>>> {
  if (url === undefined) {
    throw new UserError({
      code: 'bad-usage',
      field: '--restore',
      message: 'needs a PostgreSQL database, and none is named',
      remedy: `Name one with --database. For SQLite: stop the engine and copy ${file} to parallax.db in its data folder.`,
    });
  }
  if (existsSync(file)) {
    let noted = 0;
    return restorePostgres(file, url, (done, of) => {
      const tenths = Math.floor((done / of) * 10);
      if (tenths > noted) output.note(`${done} of ${of} rows`);
      noted = Math.max(noted, tenths);
    });
  }
  throw new UserError({
    code: 'no-such-file',
    field: 'FILE',
    value: file,
    message: 'is not there',
    remedy: 'Name a file that parallax backup made.',
  });
}
