import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { exportTable, TABLE_NAMES, type TableName } from '../../parquet/database-tables.ts';
import { writeFolder } from '../../parquet/export-folder.ts';
import { exportMarket } from '../../parquet/market-table.ts';
import type { TableCounts } from '../../parquet/partitions.ts';
import { openDatabase } from '../../storage/database.ts';
import { DATABASE_FILE } from '../../storage/sqlite.ts';
import { type Command, type CommandArgs, EXIT_DONE, type Output, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';
import { noteNothing, profileOf } from './profile-option.ts';

export const exportCommand: Command = {
  name: 'export',
  words: [
    { name: 'DIR', words: 'a new folder for the Parquet files' },
    { name: 'LOG', words: 'recordings, and folders of them, in place of the history', count: 'any' },
  ],
  options: {
    profile: {
      value: 'PROFILE',
      words: 'whose history: demo, paper, live, plan-1 …',
      usual: 'demo',
      example: 'paper',
    },
    tables: {
      value: 'A,B',
      words: `tables of the history: ${TABLE_NAMES.join(', ')}`,
      usual: 'all',
      example: 'orders,fills',
    },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  details: [
    'Writes opportunities, executions, orders, fills and equity of a profile, or the market of recordings, as Parquet:',
    'DIR/orders/venue=kraken/day=2026-11-30/part-0.parquet. Decimals are DECIMAL(38, 18), times are timestamps in UTC (µs).',
    'It runs beside an engine, in bounded memory. `import` reads the market of such a folder back as a recording.',
  ].join('\n'),
  examples: ['export history --profile paper', 'export market session.jsonl.gz'],
  async run(args, output) {
    const [dir = '', ...logs] = args.positionals;
    if (logs.length > 0) return market(dir, logs, args, output);
    const tables = tablesOf(args);
    const profile = profileOf(args);
    const dataDir = dataDirOf(args);
    const url = await databaseOf(args);
    if (url === undefined && !existsSync(join(dataDir, DATABASE_FILE)))
      throw refusal(
        'data-dir',
        dataDir,
        `holds no ${DATABASE_FILE}`,
        'Name the data folder of the engine with --data-dir.',
      );
    const database = await openDatabase(url === undefined ? { dataDir } : { url, dataDir });
    try {
      const counts = await writeFolder(dir, async (folder) => {
        const made: Partial<Record<TableName, TableCounts>> = {};
        for (const name of tables) made[name] = await exportTable(database, profile, name, folder);
        return made;
      });
      const rows = Object.values(counts).reduce((sum, count) => sum + count.rows, 0);
      noteNothing(rows, profile, output);
      const lines = Object.entries(counts).map(([name, count]) => `${dir}/${name}: ${wordsOf(count)}`);
      output.result({ dir, profile, tables: counts }, lines.join('\n'));
      return EXIT_DONE;
    } finally {
      await database.close();
    }
  },
};

async function market(
  dir: string,
  logs: readonly string[],
  args: CommandArgs,
  output: Output,
): Promise<number> {
  const unfit = ['profile', 'tables', 'database', 'database-file'].find(
    (name) => args.values[name] !== undefined,
  );
  if (unfit !== undefined)
    throw refusal(
      `--${unfit}`,
      '',
      'is of the history, and recordings were named',
      'Leave one of the two out.',
    );
  const counts = await writeFolder(dir, (folder) => exportMarket(logs, folder));
  const { events, unreadableFrames, firstFault } = counts;
  if (unreadableFrames > 0)
    output.note(
      `Warning: ${unreadableFrames} frames could not be read and were left out; the first: ${firstFault}`,
    );
  output.result({ dir, tables: { market: counts } }, `${dir}/market: ${events} messages, ${wordsOf(counts)}`);
  return EXIT_DONE;
}

function wordsOf({ rows, files, inexact }: TableCounts): string {
  const left =
    inexact === 0 ? '' : `; ${inexact} decimals do not fit DECIMAL(38, 18) and stand in the column "exact"`;
  return `${rows} ${rows === 1 ? 'row' : 'rows'} in ${files} ${files === 1 ? 'file' : 'files'}${left}`;
}

function tablesOf(args: CommandArgs): readonly TableName[] {
  const given = textOption(args, 'tables')?.split(',');
  const unknown = given?.find((name) => !(TABLE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw refusal('--tables', unknown, 'is no table', `They are: ${TABLE_NAMES.join(', ')}.`);
  return TABLE_NAMES.filter((name) => given?.includes(name) ?? true);
}

function refusal(field: string, value: string, message: string, remedy: string): UserError {
  const shown = value === '' ? undefined : value.slice(0, 100);
  return new UserError({ code: 'bad-option', field, value: shown, message, remedy });
}
