/**
 * One file of Arrow, in the format of files (`.arrow`, with a footer) or of streams (`.arrows`), written a batch of rows at a time.
 * apache-arrow lays out messages and the footer; the buffers of a column are made here, so that a decimal is 16 bytes and never a
 * double. https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
import {
  Bool,
  type Data,
  type DataType,
  Decimal,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { DECIMAL_BYTES, PRECISION, SCALE } from './decimal-units.ts';
import type { OutFile } from './export-place.ts';
import {
  type Cell,
  type Column,
  type ColumnType,
  type Row,
  type TableFile,
  TableRows,
} from './table-rows.ts';

export type ArrowForm = 'file' | 'stream';

const TYPES = {
  text: new Utf8(),
  json: new Utf8(),
  time: new TimestampMicrosecond('UTC'),
  decimal: new Decimal(SCALE, PRECISION),
  integer: new Int64(),
  double: new Float64(),
  flag: new Bool(),
} as const satisfies Record<ColumnType, DataType>;

export class ArrowFile implements TableFile {
  readonly #rows: TableRows;
  readonly #schema: Schema;
  readonly #out: OutFile;
  readonly #writer: FileWriter | StreamWriter;

  /** @param about stands in the metadata of the schema under `parallax`. */
  constructor(form: ArrowForm, out: OutFile, columns: readonly Column[], about?: object) {
    this.#rows = new TableRows(columns);
    const fields = this.#rows.columns.map(({ name, type }) => new Field(name, TYPES[type], true));
    const metadata = about === undefined ? undefined : new Map([['parallax', JSON.stringify(about)]]);
    this.#schema = new Schema(fields, metadata);
    this.#out = out;
    this.#writer = form === 'file' ? new FileWriter(out) : new StreamWriter(out);
    this.#writer.reset(undefined, this.#schema);
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
    const length = this.waiting;
    if (length === 0) return;
    const cells = this.#rows.take();
    const children = this.#rows.columns.map(({ type }, n) => columnOf(type, cells[n] ?? []));
    const type = new Struct(this.#schema.fields);
    this.#writer.write(new RecordBatch(this.#schema, makeData({ type, length, nullCount: 0, children })));
  }

  finish(): void {
    this.flush();
    this.#writer.finish();
    this.#out.finish();
  }

  abandon(): void {
    this.#out.abandon();
  }
}

/** Bytes go on at once: the writer's own queue would hold a whole file. */
class FileWriter extends RecordBatchFileWriter {
  readonly #out: OutFile;
  constructor(out: OutFile) {
    super({ autoDestroy: true });
    this.#out = out;
  }
  protected override _write(chunk: ArrayBufferView): this {
    if (this._started) this._position += passOn(this.#out, chunk);
    return this;
  }
}

class StreamWriter extends RecordBatchStreamWriter {
  readonly #out: OutFile;
  constructor(out: OutFile) {
    super({ autoDestroy: true });
    this.#out = out;
  }
  protected override _write(chunk: ArrayBufferView): this {
    if (this._started) this._position += passOn(this.#out, chunk);
    return this;
  }
}

function passOn(out: OutFile, { buffer, byteOffset, byteLength }: ArrayBufferView): number {
  if (byteLength > 0) out.write(new Uint8Array(buffer, byteOffset, byteLength));
  return byteLength;
}

function columnOf(type: ColumnType, cells: readonly Cell[]): Data {
  const { length } = cells;
  const nulls = validity(cells);
  switch (type) {
    case 'text':
    case 'json': {
      const texts = cells.map((cell) => Buffer.from(cell === null ? '' : String(cell), 'utf8'));
      const valueOffsets = new Int32Array(length + 1);
      for (const [n, text] of texts.entries()) valueOffsets[n + 1] = (valueOffsets[n] ?? 0) + text.length;
      return makeData({ type: TYPES[type], length, ...nulls, valueOffsets, data: Buffer.concat(texts) });
    }
    case 'time':
    case 'integer': {
      const data = BigInt64Array.from(cells, (cell) => (cell === null ? 0n : (cell as bigint)));
      return type === 'time'
        ? makeData({ type: TYPES.time, length, ...nulls, data })
        : makeData({ type: TYPES.integer, length, ...nulls, data });
    }
    case 'double': {
      const data = Float64Array.from(cells, (cell) => (cell === null ? 0 : (cell as number)));
      return makeData({ type: TYPES.double, length, ...nulls, data });
    }
    case 'flag':
      return makeData({ type: TYPES.flag, length, ...nulls, data: bitsOf(cells, (cell) => cell === true) });
    case 'decimal':
      return makeData({ type: TYPES.decimal, length, ...nulls, data: decimals(cells) });
  }
}

function validity(cells: readonly Cell[]): { nullCount: number; nullBitmap: Uint8Array } {
  const nullCount = cells.reduce<number>((count, cell) => count + (cell === null ? 1 : 0), 0);
  return { nullCount, nullBitmap: bitsOf(cells, (cell) => cell !== null) };
}

/** A bit a row, the least significant one first. */
function bitsOf(cells: readonly Cell[], isSet: (cell: Cell) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(cells.length / 8));
  for (const [n, cell] of cells.entries())
    if (isSet(cell)) bits[n >> 3] = (bits[n >> 3] ?? 0) | (1 << (n & 7));
  return bits;
}

/** Little-endian two's complement of 128 bits, where Parquet has big-endian bytes. */
function decimals(cells: readonly Cell[]): Uint32Array {
  const bytes = new ArrayBuffer(cells.length * DECIMAL_BYTES);
  const view = new DataView(bytes);
  for (const [n, cell] of cells.entries()) {
    const units = cell === null ? 0n : (cell as bigint);
    view.setBigUint64(n * DECIMAL_BYTES, BigInt.asUintN(64, units), true);
    view.setBigInt64(n * DECIMAL_BYTES + 8, units >> 64n, true);
  }
  return new Uint32Array(bytes);
}
