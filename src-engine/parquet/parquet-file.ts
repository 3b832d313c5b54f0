/**
 * One Parquet file, written a group of rows at a time. hyparquet-writer lays out pages, encodings, compression and the footer. It
 * knows decimals as doubles alone, so they are given to it as bytes and called decimals in the footer; their smallest and largest
 * values are left out, as it would order the bytes without their sign.
 */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { bytesOf, DECIMAL_BYTES, PRECISION, SCALE } from './decimal-units.ts';
import type { OutFile } from './export-place.ts';
import { type Column, type ColumnType, type Row, type TableFile, TableRows } from './table-rows.ts';

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

export class ParquetFile implements TableFile {
  readonly #rows: TableRows;
  readonly #decimals: readonly string[];
  readonly #out: OutFile;
  readonly #writer: ParquetWriter;

  /** @param about stands in the footer under `parallax`. */
  constructor(out: OutFile, columns: readonly Column[], about?: object) {
    this.#rows = new TableRows(columns);
    this.#decimals = columns.filter(({ type }) => type === 'decimal').map(({ name }) => name);
    const root = { name: 'schema', num_children: this.#rows.columns.length };
    const fields = this.#rows.columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...BASE[type],
    }));
    this.#out = out;
    this.#writer = new ParquetWriter({
      writer: bytesTo(out),
      schema: [root, ...fields],
      ...(about === undefined ? {} : { kvMetadata: [{ key: 'parallax', value: JSON.stringify(about) }] }),
    });
  }

  get waiting(): number {
    return this.#rows.waiting;
  }

  get inexact(): number {
    return this.#rows.inexact;
  }

  add(row: Row): void {
    this.#rows.add(row);
  }

  flush(): void {
    const rowGroupSize = this.waiting;
    if (rowGroupSize === 0) return;
    const cells = this.#rows.take();
    const columnData = this.#rows.columns.map(({ name, type }, n) => {
      const column = cells[n] ?? [];
      const data =
        type === 'decimal'
          ? column.map((units) => (units === null ? null : bytesOf(units as bigint)))
          : column;
      return { name, data: data as unknown[] };
    });
    void this.#writer.write({ columnData, rowGroupSize });
  }

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
    this.#out.finish();
  }

  abandon(): void {
    this.#out.abandon();
  }
}

/** Bytes go on with each group of rows. */
function bytesTo(out: OutFile): ByteWriter {
  const writer = new ByteWriter();
  const flush = (): void => {
    out.write(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
