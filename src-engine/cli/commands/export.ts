import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { AwsKey } from '../../aws/aws-key.ts';
import { Bucket } from '../../aws/bucket.ts';
import { bucketAddress, isBucket } from '../../aws/bucket-address.ts';
import { writeBucket } from '../../parquet/bucket-place.ts';
import { exportTable, TABLE_NAMES, type TableName } from '../../parquet/database-tables.ts';
import { writeFolder } from '../../parquet/export-folder.ts';
import type { ExportPlace } from '../../parquet/export-place.ts';
import { exportMarket } from '../../parquet/market-table.ts';
import type { TableCounts } from '../../parquet/partitions.ts';
import { TABLE_FORMATS } from '../../parquet/table-format.ts';
import { BUCKET_KEY_ENTRY } from '../../secrets/bucket-key.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import { openDatabase } from '../../storage/database.ts';
import { DATABASE_FILE } from '../../storage/sqlite.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  type Output,
  textOption,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';
import { noteNothing, profileOf } from './profile-option.ts';

export const exportCommand: Command = {
  name: 'export',
  words: [
    { name: 'DIR', words: 'a new folder for the files, or s3://bucket/prefix' },
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
    format: {
      value: 'FORMAT',
      words: 'of the files: Parquet, Arrow (.arrow), or the stream format of Arrow (.arrows)',
      choices: TABLE_FORMATS,
      usual: 'parquet',
    },
    region: { value: 'REGION', words: 'of the bucket', usual: 'us-east-1', example: 'eu-central-1' },
    endpoint: {
      value: 'URL',
      words: 'a store that speaks the protocol of S3',
      usual: 'that of AWS',
      example: 'https://store.example:9000',
    },
    'path-style': { words: 'has the bucket in the path, and not before the host' },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  details: [
    'Writes opportunities, executions, orders, fills and equity of a profile, or the market of recordings, as Parquet or Arrow:',
    'DIR/orders/venue=kraken/day=2026-11-30/part-0.parquet. Decimals are DECIMAL(38, 18), times are timestamps in UTC (µs).',
    'It runs beside an engine, in bounded memory. `import` reads the market of such a folder of Parquet back as a recording.',
    'A bucket takes the key that `bucket-key --set` stored; nothing is seen there before all of it is, with _SUCCESS behind it.',
  ].join('\n'),
  examples: [
    'export history --profile paper',
    'export market session.jsonl.gz',
    'export s3://desk-data/parallax --region eu-central-1 --format arrow',
  ],
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
      const counts = await writeTo(dir, args, async (place) => {
        const made: Partial<Record<TableName, TableCounts>> = {};
        for (const name of tables)
          made[name] = await exportTable(database, profile, name, place, formatOf(args));
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
  const counts = await writeTo(dir, args, (place) => exportMarket(logs, place, formatOf(args)));
  const { events, unreadableFrames, firstFault } = counts;
  if (unreadableFrames > 0)
    output.note(
      `Warning: ${unreadableFrames} frames could not be read and were left out; the first: ${firstFault}`,
    );
  output.result({ dir, tables: { market: counts } }, `${dir}/market: ${events} messages, ${wordsOf(counts)}`);
  return EXIT_DONE;
}

const formatOf = (args: CommandArgs) => choiceOption(args, 'format', TABLE_FORMATS) ?? 'parquet';

/** Whole or not at all, in a folder or a bucket. */
async function writeTo<T>(
  dir: string,
  args: CommandArgs,
  write: (place: ExportPlace) => Promise<T>,
): Promise<T> {
  if (!isBucket(dir)) {
    const unfit = ['region', 'endpoint', 'path-style'].find((name) => args.values[name] !== undefined);
    if (unfit === undefined) return writeFolder(dir, write);
    throw refusal(`--${unfit}`, '', 'is of a bucket, and a folder was named', 'Name s3://bucket/prefix.');
  }
  const { address, prefix } = bucketAddress(dir, {
    endpoint: textOption(args, 'endpoint'),
    region: textOption(args, 'region'),
    isPathStyle: flagOption(args, 'path-style'),
  });
  const text = await openSecrets().get(BUCKET_KEY_ENTRY);
  if (text === undefined)
    throw refusal(
      'key',
      '',
      `of a bucket is not in ${secretsPlace()}`,
      'Store it: parallax bucket-key --set.',
    );
  const key = AwsKey.read(text, BUCKET_KEY_ENTRY);
  return untilStopped((signal) => writeBucket(new Bucket(address, key, signal), prefix, signal, write));
}

/** Ctrl+C, or a service that is stopped: what was begun in the bucket is taken back first. */
async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    return await work(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
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
