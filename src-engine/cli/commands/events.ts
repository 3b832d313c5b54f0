import { createWriteStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../domain/errors.ts';
import { EVENT_SCHEMAS } from '../../domain/event-schemas.ts';
import { csvCell } from '../../lib/csv-cell.ts';
import { partOf, placeNew, PRIVATE_FILE } from '../../lib/whole-file.ts';
import type { Database } from '../../storage/database-types.ts';
import { openDatabase } from '../../storage/database.ts';
import { listEvents } from '../../storage/queries/event-pages.ts';
import { DATABASE_FILE } from '../../storage/sqlite.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  textOption,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';
import { noteNothing, profileOf } from './profile-option.ts';

/** Rows that are in memory at a time. */
const PAGE = 500;
const MAX_FIELDS = 50;
const USUAL_FIELDS = 'seq,runId,atUs,type';

export const events: Command = {
  name: 'events',
  words: [
    { name: 'ACTION', words: 'writes the journal of a profile to a file', choices: ['export'] },
    { name: 'FILE', words: 'the new file: one JSON object a line, or CSV' },
  ],
  options: {
    profile: {
      value: 'PROFILE',
      words: 'whose journal: demo, paper, live, plan-1 …',
      usual: 'demo',
      example: 'paper',
    },
    csv: { words: 'comma-separated values with a heading' },
    fields: {
      value: 'A,B.C',
      words: 'fields of CSV; those within others by their path, such as order.symbol',
      usual: USUAL_FIELDS,
      example: 'seq,atUs,type,order.symbol,order.price',
      needs: ['csv'],
    },
    types: {
      value: 'A,B',
      words: 'only events of these types',
      usual: 'all',
      example: 'orderCreated,orderFilled',
    },
    after: {
      value: 'N',
      words: 'only events after this number of the journal',
      range: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
      usual: 0,
    },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  examples: [
    'events export journal.jsonl',
    'events export fills.csv --csv --types orderFilled --fields seq,fill.symbol,fill.price,fill.qty',
  ],
  async run(args, output) {
    const file = resolve(args.positionals[1] ?? '');
    const types = typesOf(args);
    const fields = fieldsOf(args);
    if (existsSync(file)) throw refusal('FILE', file, 'exists already', 'Name a new file.');
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
    const counts = { events: 0, unread: 0 };
    const part = partOf(file);
    try {
      const query = {
        profile,
        afterSeq: numberOption(args, 'after') ?? 0,
        types,
      };
      await pipeline(
        linesOf(database, query, fields, counts),
        createWriteStream(part, { flags: 'wx', mode: PRIVATE_FILE }),
      );
      await placeNew(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    } finally {
      await database.close();
    }
    if (types === undefined && counts.unread === 0) noteNothing(counts.events, profile, output);
    const left = counts.unread === 0 ? '' : `; ${counts.unread} rows cannot be read and were left out`;
    output.result({ file, ...counts }, `${file}: ${counts.events} events${left}`);
    return EXIT_DONE;
  },
};

type Query = { readonly profile: string; readonly afterSeq: number; readonly types: string[] | undefined };

/** Page after page, as fast as the file takes them: the journal is never in memory whole. */
async function* linesOf(
  database: Database,
  { profile, afterSeq, types }: Query,
  fields: readonly string[] | undefined,
  counts: { events: number; unread: number },
): AsyncGenerator<string> {
  if (fields !== undefined) yield `${fields.map(csvCell).join(',')}\r\n`;
  for (let after = afterSeq; ; ) {
    const page = await listEvents(database, profile, { afterSeq: after, limit: PAGE, types });
    counts.events += page.events.length;
    counts.unread += page.unread.length;
    const rows = page.events.map(({ seq, runId, event }) => ({ seq, runId, ...event }));
    yield rows
      .map((row) =>
        fields === undefined
          ? `${JSON.stringify(row)}\n`
          : `${fields.map((field) => csvCell(textAt(row, field))).join(',')}\r\n`,
      )
      .join('');
    if (page.seq >= page.lastSeq) return;
    after = page.seq;
  }
}

/** Decimals stay the text that they are; what holds several values is JSON; what is not there is empty. */
function textAt(row: object, path: string): string {
  const value = path
    .split('.')
    .reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), row);
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function fieldsOf(args: CommandArgs): string[] | undefined {
  if (!flagOption(args, 'csv')) return undefined;
  const text = textOption(args, 'fields') ?? USUAL_FIELDS;
  const fields = text.split(',');
  if (fields.length > MAX_FIELDS || fields.some((field) => !/^\w+(?:\.\w+)*$/.test(field)))
    throw refusal('--fields', text, 'is no list of fields', 'Write it as seq,type,order.symbol.');
  return fields;
}

function typesOf(args: CommandArgs): string[] | undefined {
  const types = textOption(args, 'types')?.split(',');
  const unknown = types?.find((type) => !Object.hasOwn(EVENT_SCHEMAS, type));
  if (unknown === undefined) return types;
  const known = Object.keys(EVENT_SCHEMAS).join(', ');
  throw refusal('--types', unknown, 'is not a type of event', `They are: ${known}.`);
}

function refusal(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-option', field, value: value.slice(0, 100), message, remedy });
}
