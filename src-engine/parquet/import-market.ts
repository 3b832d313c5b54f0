/**
 * A recording out of Parquet files in the layout of `export`: by Parallax, or by whatever else writes these columns. A market log has
 * no word for a lost book and a closed connection: the book is empty from there on, until the next whole one, so that nothing is
 * traded on it. Best prices of a faster stream have no place in it; they are counted.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LogFileWriter } from '../backtest/library/log-file-writer.ts';
import { UserError } from '../domain/errors.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { NONE } from '../domain/market-data.ts';
import { MARKET_LOG_FORMAT, MARKET_LOG_VERSION } from '../storage/market-log-types.ts';
import { parseHeader } from '../storage/market-log-parse.ts';
import { parseRules } from '../storage/market-log-rules.ts';
import { jsonObject, shown } from '../storage/market-log-values.ts';
import { type MarketMessage, MessageReader } from './market-messages.ts';
import { MARKET_COLUMNS, MARKET_FORMAT, MARKET_VERSION } from './market-table.ts';
import { isParquet, type ParquetFileReader, type ParquetRow, readParquet } from './read-file.ts';

export type ParquetImport = {
  readonly kind: 'parquet';
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly events: number;
  /** Best prices of a faster stream, which a market log cannot hold. */
  readonly leftOut: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
};

const WANTED = MARKET_COLUMNS.map(({ name }) => name);
const NEEDED = ['received_at', 'event', 'kind', 'symbol', 'side', 'price', 'qty'];
const MAX_FILES = 10_000;
const MAX_SYMBOLS = 20_000;

type Head = {
  readonly venue: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly isInferred: boolean;
};

/** Whether `path` is a Parquet file, or a folder that holds one somewhere below it. */
export function isMarketParquet(path: string): boolean {
  return isFolder(path) ? filesOf(path).length > 0 : isParquet(path);
}

/** @param venue where the files do not name it. @throws UserError naming file, row, column and value of what is wrong. */
export async function importMarketParquet(options: {
  readonly path: string;
  readonly out: string;
  readonly venue: string | undefined;
}): Promise<ParquetImport> {
  const files = isFolder(options.path) ? filesOf(options.path) : [options.path];
  const head = await headOf(files, options.venue);
  const writer = new LogFileWriter(options.out, { venue: head.venue, instruments: head.instruments });
  const log = new MarketWriter(writer, head);
  try {
    // One for all of them: rows of one message may lie in two files.
    const reader = new MessageReader();
    for (const path of files) {
      reader.begin(path);
      for await (const rows of groupsOf(path, WANTED)) {
        for (const row of rows) {
          const message = reader.take(row);
          if (message !== undefined) log.write(message);
        }
        await writer.drained();
      }
    }
    const last = reader.end();
    if (last !== undefined) log.write(last);
    if (writer.events === 0) throw bad(options.path, 'file', undefined, 'has no event', 'Export for longer.');
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const inferred =
    'Ticks and lots are inferred from the digits of prices and quantities; fees are not known, so that no pair is traded.';
  const { leftOut, fromUs, toUs } = log;
  return {
    kind: 'parquet',
    venue: head.venue,
    symbols: head.instruments.map(({ symbol }) => symbol),
    events: writer.events,
    leftOut,
    fromUs,
    toUs,
    assumptions: head.isInferred ? [inferred] : [],
    warnings:
      leftOut === 0
        ? []
        : [`${leftOut} best prices of a faster stream were left out: a market log holds none`],
  };
}

class MarketWriter {
  readonly #writer: LogFileWriter;
  readonly #specs: ReadonlyMap<string, InstrumentSpec>;
  /** With levels at this moment. */
  readonly #live = new Set<string>();
  leftOut = 0;
  fromUs = 0;
  toUs = 0;

  constructor(writer: LogFileWriter, { instruments }: Head) {
    this.#writer = writer;
    this.#specs = new Map(instruments.map((spec) => [spec.symbol, spec]));
  }

  write(message: MarketMessage): void {
    const { path, kind, atUs, symbol, bids, asks } = message;
    if (atUs < this.toUs)
      throw bad(
        path,
        'received_at',
        atUs,
        'is before the end of the file before it',
        'Name the files of one recording.',
      );
    if (this.fromUs === 0) this.fromUs = atUs;
    this.toUs = atUs;
    const spec = this.#specs.get(symbol);
    if (kind !== 'feed' && spec === undefined)
      throw bad(path, 'symbol', symbol, 'is no instrument of the footer', 'Export the recording again.');
    if (kind === 'snapshot' || kind === 'delta') {
      const { seq = NONE, prevSeq = NONE, venueUs } = message;
      if (kind === 'snapshot') this.#live.add(symbol);
      this.#writer.book(kind, atUs, symbol, bids, asks, { seq, prevSeq, venueUs });
    } else if (kind === 'trade') {
      const [[price, qty] = ['', '']] = bids;
      this.#writer.trade(atUs, symbol, price, qty, message.side ?? 'buy', message.venueUs);
    } else if (kind === 'touch') this.leftOut += 1;
    else if (kind === 'rules') this.#rules(message, spec as InstrumentSpec);
    else if (kind === 'lost') this.#empty(symbol, atUs);
    else if (message.detail?.['state'] !== 'open') for (const one of this.#live) this.#empty(one, atUs);
  }

  #empty(symbol: string, atUs: number): void {
    if (this.#live.delete(symbol)) this.#writer.book('snapshot', atUs, symbol, [], []);
  }

  #rules({ path, detail, atUs, symbol, event }: MarketMessage, spec: InstrumentSpec): void {
    const rules = parseRules(detail ?? {}, spec, (field, value, message, remedy) =>
      bad(path, `event ${event} detail.${field}`, value, message, remedy),
    );
    this.#writer.rules(atUs, symbol, rules);
  }
}

async function headOf(files: readonly string[], given: string | undefined): Promise<Head> {
  const [first = ''] = files;
  let head: Head | undefined;
  for (const path of files) {
    const file = await readParquet(path);
    await file.close();
    const missing = NEEDED.find((name) => !file.columns.includes(name));
    if (missing !== undefined)
      throw bad(path, missing, undefined, 'is no column', `Needed are ${NEEDED.join(', ')}.`);
    const own = namedHead(file);
    if (own === undefined || head === undefined) head ??= own;
    else if (own.venue !== head.venue)
      throw bad(
        path,
        'venue',
        own.venue,
        `is not ${head.venue}: a market log holds one venue`,
        'Name one venue’s folder.',
      );
  }
  if (head !== undefined) return head;
  // A colon in a venue's name is %3A in a path.
  const inPath = /(?:^|[\\/])venue=([a-z](?:[a-z0-9_-]|%3A){0,31})(?=[\\/])/.exec(first)?.[1];
  const venue = given ?? inPath?.replaceAll('%3A', ':');
  if (venue === undefined)
    throw bad(
      first,
      'venue',
      undefined,
      'is named neither in the footer nor in the path',
      'Add --venue NAME.',
    );
  const instruments = await inferred(files);
  // Without any, its rows say what is wrong with them.
  const made = instruments.length === 0 ? { venue, instruments } : checkedHead(first, venue, instruments);
  return { ...made, isInferred: true };
}

/** What becomes the header of a market log holds to its rules: a log that nothing could read is not written. */
function checkedHead(
  path: string,
  venue: unknown,
  instruments: unknown,
): Pick<Head, 'venue' | 'instruments'> {
  const line = JSON.stringify({ format: MARKET_LOG_FORMAT, version: MARKET_LOG_VERSION, venue, instruments });
  return parseHeader(path, line, false);
}

/** What Parallax wrote into the footer. */
function namedHead({ path, about }: ParquetFileReader): Head | undefined {
  const text = about.get('parallax');
  if (text === undefined) return undefined;
  const found = jsonObject(text);
  if (found?.['format'] !== MARKET_FORMAT || found['version'] !== MARKET_VERSION)
    throw bad(
      path,
      'format',
      found?.['format'],
      `is not ${MARKET_FORMAT} ${MARKET_VERSION}`,
      'Name the folder "market" of an export.',
    );
  const { venue, instruments } = found;
  const head = checkedHead(path, venue, instruments);
  return { venue: head.venue, instruments: head.instruments, isInferred: false };
}

/** Steps as fine as the finest digit that is seen: the file is read once for it. */
async function inferred(files: readonly string[]): Promise<InstrumentSpec[]> {
  const digits = new Map<string, [price: number, qty: number]>();
  const digitsOf = (value: unknown): number =>
    typeof value === 'string' ? (value.split('.')[1] ?? '').length : 0;
  for (const path of files) {
    for await (const rows of groupsOf(path, ['symbol', 'price', 'qty'])) {
      for (const { symbol, price, qty } of rows) {
        if (typeof symbol !== 'string' || symbol === '') continue;
        const [p, q] = digits.get(symbol) ?? [0, 0];
        digits.set(symbol, [Math.max(p, digitsOf(price)), Math.max(q, digitsOf(qty))]);
        if (digits.size > MAX_SYMBOLS)
          throw bad(path, 'symbol', symbol, `is more than ${MAX_SYMBOLS} pairs`, 'Split the file.');
      }
    }
  }
  return [...digits].map(([symbol, [p, q]]) => {
    const [base = '', quote = '', more] = symbol.split('/');
    if (base === '' || quote === '' || more !== undefined)
      throw bad(files[0] ?? '', 'symbol', symbol, 'is no pair', 'Write it as BASE/QUOTE.');
    const [tickSize, lotSize] = [stepOf(p), stepOf(q)];
    return { symbol, base, quote, tickSize, lotSize, minQty: lotSize, minNotional: '0', takerFee: null };
  });
}

const stepOf = (places: number): string => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`);

async function* groupsOf(path: string, wanted: readonly string[]): AsyncGenerator<readonly ParquetRow[]> {
  const file = await readParquet(path);
  try {
    yield* file.groups(wanted);
  } finally {
    await file.close();
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** By path, so that days and parts are in their order. */
function filesOf(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(folder, name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (found.length > MAX_FILES)
    throw bad(folder, 'files', found.length, `is more than ${MAX_FILES}`, 'Name a part of them.');
  return found;
}

function bad(path: string, field: string, value: unknown, message: string, remedy: string): UserError {
  return new UserError({
    code: 'bad-parquet',
    field: `${path} ${field}`,
    value: value === undefined ? undefined : shown(value),
    message,
    remedy,
  });
}
