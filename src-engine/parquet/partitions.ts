/**
 * A table as a folder of files of Parquet or Arrow, in the layout that DuckDB, Spark, Polars and pandas know as Hive's:
 * `orders/venue=kraken/day=2026-11-30/part-0.parquet`. Venue and day stand in the path alone. Rows in memory are bounded over all
 * files of the table, and so is the number of files that are open.
 */
import { posix } from 'node:path';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import type { ExportPlace, OutFile } from './export-place.ts';
import { TABLE_ENDINGS, type TableFormat, tableFile } from './table-format.ts';
import type { Column, Row, TableFile } from './table-rows.ts';

/** Rows of all open files together. */
const MAX_WAITING = 50_000;
/** More than the pairs of a dozen venues: a route's venue is all of its venues, in their order. */
const MAX_OPEN = 256;
/** Bytes that wait for a slow place: beyond it files are ended and go on as a further part. */
const MAX_UNSENT = 64 * 1024 * 1024;

export type TableShape = {
  readonly name: string;
  readonly columns: readonly Column[];
  /** What each file's footer says of it. */
  readonly about: (venue: string) => object;
};
export type TableCounts = { readonly rows: number; readonly files: number; readonly inexact: number };

/** Day in UTC, as `2026-11-30`. */
export function dayOf(atUs: TimeUs): string {
  return new Date(atUs / US_PER_MS).toISOString().slice(0, 10);
}

type Open = { readonly file: TableFile; readonly out: OutFile };

export class PartitionedTable {
  readonly #place: ExportPlace;
  readonly #format: TableFormat;
  readonly #shape: TableShape;
  /** By their folder, the one that was written last at the end. */
  readonly #open = new Map<string, Open>();
  readonly #parts = new Map<string, number>();
  readonly #mostOpen: number;
  #newestDay = '';
  #waiting = 0;
  #rows = 0;
  #inexact = 0;

  constructor(place: ExportPlace, format: TableFormat, shape: TableShape, mostOpen: number = MAX_OPEN) {
    this.#mostOpen = mostOpen;
    this.#place = place;
    this.#format = format;
    this.#shape = shape;
    place.folder(shape.name);
  }

  /** @param venue empty: the table has none. @throws the operating system's error. */
  add(venue: string, atUs: TimeUs, row: Row): void {
    const day = dayOf(atUs);
    if (day > this.#newestDay) {
      // Rows come in the order of their time: what is open is whole.
      for (const one of this.#open.keys()) this.#end(one);
      this.#newestDay = day;
    }
    const key = posix.join(venue === '' ? '' : `venue=${encodeURIComponent(venue)}`, `day=${day}`);
    const open = this.#open.get(key) ?? this.#begin(key, venue);
    this.#open.delete(key);
    this.#open.set(key, open);
    open.file.add(row);
    this.#rows += 1;
    this.#waiting += 1;
    if (this.#waiting >= MAX_WAITING) {
      for (const { file } of this.#open.values()) file.flush();
      this.#waiting = 0;
    }
  }

  /** Between two batches of rows: waits for a slow place. @throws UserError when the place failed or was stopped. */
  async settle(): Promise<void> {
    await this.#place.settle();
    while (this.#place.unsent > MAX_UNSENT && this.#open.size > 0) {
      // A part of a bucket's object has a least size: the fullest file gives most once it is ended.
      const [fullest = ''] = [...this.#open].toSorted(([, a], [, b]) => b.out.unsent - a.out.unsent)[0] ?? [];
      this.#end(fullest);
      await this.#place.settle();
    }
  }

  /** All is with the place. */
  finish(): TableCounts {
    for (const key of this.#open.keys()) this.#end(key);
    const files = [...this.#parts.values()].reduce((sum, parts) => sum + parts, 0);
    return { rows: this.#rows, files, inexact: this.#inexact };
  }

  abandon(): void {
    for (const { file } of this.#open.values()) file.abandon();
    this.#open.clear();
  }

  #begin(key: string, venue: string): Open {
    const [leastUsed] = this.#open.keys();
    if (leastUsed !== undefined && this.#open.size >= this.#mostOpen) this.#end(leastUsed);
    const part = this.#parts.get(key) ?? 0;
    this.#parts.set(key, part + 1);
    const { name, columns, about } = this.#shape;
    const out = this.#place.open(posix.join(name, key, `part-${part}${TABLE_ENDINGS[this.#format]}`));
    const file = tableFile(this.#format, out, columns, about(venue));
    const open = { file, out };
    this.#open.set(key, open);
    return open;
  }

  #end(key: string): void {
    const file = this.#open.get(key)?.file;
    if (file === undefined) return;
    this.#waiting -= file.waiting;
    file.finish();
    this.#inexact += file.inexact;
    this.#open.delete(key);
  }
}
