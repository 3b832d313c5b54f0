/**
 * Reading Parquet a group of rows at a time. Decimals come as exact text and times as whole µs, whichever of Parquet's forms they
 * have; hyparquet, which reads the pages, would make doubles and milliseconds of them.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';
import { storageError } from '../storage/storage-errors.ts';
import { textOf, unitsIn } from './decimal-units.ts';

/** Most rows of one group: so many are in memory at a time. */
export const MAX_GROUP_ROWS = 2_000_000;
const MAX_COLUMNS = 1_000;

export type Cell = string | number | bigint | boolean | null;
export type ParquetRow = Readonly<Record<string, Cell>>;
export type ParquetFileReader = {
  readonly path: string;
  readonly columns: readonly string[];
  /** By key, as the footer has them. */
  readonly about: ReadonlyMap<string, string>;
  /** @param wanted columns that are read. @throws UserError when what it holds cannot be read. */
  groups(wanted: readonly string[]): AsyncGenerator<readonly ParquetRow[]>;
  close(): Promise<void>;
};

/** @throws UserError when there is no such file, it is no Parquet, or larger in a group of rows than what is read at a time. */
export async function readParquet(path: string): Promise<ParquetFileReader> {
  const problem = irregularity(path);
  if (problem !== undefined) throw unreadable(path, problem, 'Check the path.');
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw storageError(path, error, 'file');
  });
  try {
    const file = await bytesOf(handle);
    const metadata = await whole(path, () => parquetMetadataAsync(file));
    const fields = metadata.schema.slice(1);
    if (fields.length > MAX_COLUMNS || fields.some(({ num_children }) => num_children !== undefined))
      throw unreadable(path, 'has nested columns, or more than a thousand', 'Write flat columns.');
    const big = metadata.row_groups.find(({ num_rows }) => num_rows > MAX_GROUP_ROWS);
    if (big !== undefined)
      throw unreadable(
        path,
        `has ${big.num_rows} rows in one group`,
        `Write groups of ${MAX_GROUP_ROWS} at most.`,
      );
    const read = readersOf(fields);
    return {
      path,
      columns: fields.map(({ name }) => name),
      about: new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
      groups: (wanted) => groupsOf(path, file, metadata, read, wanted),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* groupsOf(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  read: ReadonlyMap<string, (value: unknown) => Cell>,
  wanted: readonly string[],
): AsyncGenerator<readonly ParquetRow[]> {
  const columns = wanted.filter((name) => read.has(name));
  let rowStart = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows);
    const found = await whole(path, () =>
      parquetReadObjects({
        file,
        metadata,
        columns,
        rowStart,
        rowEnd,
        utf8: false,
        compressors: UNPACK,
        parsers: PLAIN,
      }),
    );
    yield found.map((row) =>
      Object.fromEntries(
        columns.map((name) => [name, (read.get(name) as (value: unknown) => Cell)(row[name])]),
      ),
    );
    rowStart = rowEnd;
  }
}

/** Of each column, from what hyparquet gives; their types are taken from the schema, so that it converts nothing. */
function readersOf(fields: SchemaElement[]): Map<string, (value: unknown) => Cell> {
  const found = new Map<string, (value: unknown) => Cell>();
  for (const element of fields) {
    found.set(element.name, orNull(readerOf(element)));
    if (isDecimal(element)) {
      delete element.converted_type;
      delete element.logical_type;
    }
  }
  return found;
}

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL';

function readerOf(element: SchemaElement): (value: unknown) => Cell {
  const { type, converted_type, logical_type } = element;
  if (isDecimal(element)) {
    const scale = element.scale ?? (logical_type?.type === 'DECIMAL' ? logical_type.scale : 0);
    return (value) => textOf(value instanceof Uint8Array ? unitsIn(value) : BigInt(value as number), scale);
  }
  const unit = logical_type?.type === 'TIMESTAMP' ? logical_type.unit : undefined;
  if (unit === 'NANOS') return (value) => Number((value as bigint) / 1_000n);
  if (unit === 'MICROS' || converted_type === 'TIMESTAMP_MICROS') return Number;
  if (unit === 'MILLIS' || converted_type === 'TIMESTAMP_MILLIS') return (value) => Number(value) * 1_000;
  if (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY')
    return (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value));
  return (value) => value as Cell;
}

const orNull =
  (read: (value: unknown) => Cell) =>
  (value: unknown): Cell =>
    value === null || value === undefined ? null : read(value);

/** Times as whole numbers of their unit. */
const PLAIN = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
  stringFromBytes: (value: Uint8Array) => value,
  jsonFromBytes: (value: Uint8Array) => value,
  geometryFromBytes: (value: Uint8Array) => value,
  geographyFromBytes: (value: Uint8Array) => value,
  uuidFromBytes: (value: Uint8Array) => value,
};

/** The platform's own, for files of others: Snappy is hyparquet's. A page unpacks to what its header says, and no more. */
const UNPACK = {
  GZIP: (input: Uint8Array, length: number) => gunzipSync(input, { maxOutputLength: length }),
  ZSTD: (input: Uint8Array, length: number) => zstdDecompressSync(input, { maxOutputLength: length }),
  BROTLI: (input: Uint8Array, length: number) => brotliDecompressSync(input, { maxOutputLength: length }),
};

async function bytesOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

async function whole<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error ? error.message : 'unknown reason';
    throw unreadable(path, `cannot be read as Parquet (${why})`, 'Check that the file is whole.');
  }
}

function unreadable(path: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-parquet', field: 'file', value: path, message, remedy });
}

/** Whether a plain file begins as Parquet does. */
export function isParquet(path: string): boolean {
  try {
    if (irregularity(path) !== undefined) return false;
    const fd = openSync(path, 'r');
    try {
      const start = Buffer.alloc(4);
      return readSync(fd, start, 0, 4, 0) === 4 && start.toString('latin1') === 'PAR1';
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
