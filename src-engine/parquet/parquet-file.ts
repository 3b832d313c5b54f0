/**
 * One Parquet file, written a group of rows at a time. hyparquet-writer lays out pages, encodings, compression and the footer. It
 * knows decimals as doubles alone, so they are given to it as bytes and called decimals in the footer; their smallest and largest
 * values are left out, as it would order the bytes without their sign.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { PRIVATE_FILE } from '../lib/whole-file.ts';
import { bytesOf, DECIMAL_BYTES, PRECISION, SCALE, unitsOf } from './decimal-units.ts';

/** `time`: µs since 1970, UTC. `decimal`: DECIMAL(38, 18). `json`: text that holds JSON. */
export type ColumnType = 'text' | 'json' | 'time' | 'decimal' | 'integer' | 'double' | 'flag';
export type Column = { readonly name: string; readonly type: ColumnType };
/** By the column's name; what is not there is null. A decimal is its text, or its units of 10^-18. */
export type Row = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;

/** Where decimals that do not fit DECIMAL(38, 18) stand as they are: a JSON object by column. */
export const EXACT = 'exact';

const BASE = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: DECIMAL_BYTES,
    scale: SCALE,
    precision: PRECISION,
    logical_type: { type: 'DECIMAL', precision: PRECISION, scale: SCALE },
  },
  integer: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
} as const satisfies Record<ColumnType, Omit<SchemaElement, 'name'>>;

export class ParquetFile {
  readonly #columns: readonly Column[];
  readonly #decimals: readonly string[];
  readonly #fd: number;
  readonly #writer: ParquetWriter;
  #values: unknown[][];
  #waiting = 0;
  /** Decimals that did not fit and stand in `exact`. */
  inexact = 0;

  /** @throws the operating system's error, also when there is such a file. @param about stands in the footer under `parallax`. */
  constructor(path: string, columns: readonly Column[], about?: object) {
    this.#decimals = columns.filter(({ type }) => type === 'decimal').map(({ name }) => name);
    this.#columns = this.#decimals.length === 0 ? columns : [...columns, { name: EXACT, type: 'json' }];
    this.#values = this.#columns.map(() => []);
    const root = { name: 'schema', num_children: this.#columns.length };
    const fields = this.#columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...BASE[type],
    }));
    this.#fd = openSync(path, 'wx', PRIVATE_FILE);
    this.#writer = new ParquetWriter({
      writer: bytesTo(this.#fd),
      schema: [root, ...fields],
      ...(about === undefined ? {} : { kvMetadata: [{ key: 'parallax', value: JSON.stringify(about) }] }),
    });
  }

  /** Rows that are in memory. */
  get waiting(): number {
    return this.#waiting;
  }

  add(row: Row): void {
    const exact: Record<string, string> = {};
    for (const [n, { name, type }] of this.#columns.entries()) {
      const values = this.#values[n] as unknown[];
      const value = row[name];
      if (value === null || value === undefined) values.push(null);
      else if (type === 'time' || type === 'integer') values.push(BigInt(value));
      else if (type !== 'decimal') values.push(value);
      else {
        const units = typeof value === 'bigint' ? value : unitsOf(String(value));
        values.push(units === undefined ? null : bytesOf(units));
        if (units === undefined) exact[name] = String(value);
      }
    }
    const misfits = Object.keys(exact).length;
    if (misfits > 0) {
      this.inexact += misfits;
      (this.#values.at(-1) as unknown[])[this.#waiting] = JSON.stringify(exact);
    }
    this.#waiting += 1;
  }

  /** Writes what waits as a group of rows. */
  flush(): void {
    if (this.#waiting === 0) return;
    const columnData = this.#columns.map(({ name }, n) => ({ name, data: this.#values[n] as unknown[] }));
    void this.#writer.write({ columnData, rowGroupSize: this.#waiting });
    this.#values = this.#columns.map(() => []);
    this.#waiting = 0;
  }

  /** On the disk when it returns. */
  finish(): void {
    this.flush();
    for (const element of this.#writer.schema)
      if (this.#decimals.includes(element.name)) element.converted_type = 'DECIMAL';
    for (const { columns } of this.#writer.row_groups) {
      for (const { meta_data: about } of columns) {
        if (about?.statistics === undefined || !this.#decimals.includes(about.path_in_schema[0] ?? ''))
          continue;
        const { null_count } = about.statistics;
        about.statistics = null_count === undefined ? {} : { null_count };
      }
    }
    void this.#writer.finish();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  abandon(): void {
    closeSync(this.#fd);
  }
}

/** Bytes go to the file with each group of rows. */
function bytesTo(fd: number): ByteWriter {
  const writer = new ByteWriter();
  const flush = (): void => {
    const bytes = writer.getBytes();
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
