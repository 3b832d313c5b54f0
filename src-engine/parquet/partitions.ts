/**
 * A table as a folder of Parquet files, in the layout that DuckDB, Spark, Polars and pandas know as Hive's:
 * `orders/venue=kraken/day=2026-11-30/part-0.parquet`. Venue and day stand in the path alone. Rows in memory are bounded over all
 * files of the table, and so is the number of files that are open.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import { PRIVATE_FOLDER } from '../lib/whole-file.ts';
import { type Column, ParquetFile, type Row } from './parquet-file.ts';

/** Rows of all open files together. */
const MAX_WAITING = 50_000;
/** More than the pairs of a dozen venues: a route's venue is all of its venues, in their order. */
const MAX_OPEN = 256;

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

export class PartitionedTable {
  readonly #folder: string;
  readonly #shape: TableShape;
  /** By their folder, the one that was written last at the end. */
  readonly #open = new Map<string, ParquetFile>();
  readonly #parts = new Map<string, number>();
  readonly #mostOpen: number;
  #newestDay = '';
  #waiting = 0;
  #rows = 0;
  #inexact = 0;

  constructor(root: string, shape: TableShape, mostOpen: number = MAX_OPEN) {
    this.#mostOpen = mostOpen;
    this.#folder = join(root, shape.name);
    this.#shape = shape;
    mkdirSync(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
  }

  /** @param venue empty: the table has none. @throws the operating system's error. */
  add(venue: string, atUs: TimeUs, row: Row): void {
    const day = dayOf(atUs);
    if (day > this.#newestDay) {
      // Rows come in the order of their time: what is open is whole.
      for (const one of this.#open.keys()) this.#end(one);
      this.#newestDay = day;
    }
    const key = join(venue === '' ? '' : `venue=${encodeURIComponent(venue)}`, `day=${day}`);
    const file = this.#open.get(key) ?? this.#begin(key, venue);
    this.#open.delete(key);
    this.#open.set(key, file);
    file.add(row);
    this.#rows += 1;
    this.#waiting += 1;
    if (this.#waiting >= MAX_WAITING) {
      for (const one of this.#open.values()) one.flush();
      this.#waiting = 0;
    }
  }

  /** All on the disk. */
  finish(): TableCounts {
    for (const key of this.#open.keys()) this.#end(key);
    const files = [...this.#parts.values()].reduce((sum, parts) => sum + parts, 0);
    return { rows: this.#rows, files, inexact: this.#inexact };
  }

  abandon(): void {
    for (const file of this.#open.values()) file.abandon();
    this.#open.clear();
  }

  #begin(key: string, venue: string): ParquetFile {
    const [leastUsed] = this.#open.keys();
    if (leastUsed !== undefined && this.#open.size >= this.#mostOpen) this.#end(leastUsed);
    const part = this.#parts.get(key) ?? 0;
    this.#parts.set(key, part + 1);
    const folder = join(this.#folder, key);
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const about = this.#shape.about(venue);
    const file = new ParquetFile(join(folder, `part-${part}.parquet`), this.#shape.columns, about);
    this.#open.set(key, file);
    return file;
  }

  #end(key: string): void {
    const file = this.#open.get(key);
    if (file === undefined) return;
    this.#waiting -= file.waiting;
    file.finish();
    this.#inexact += file.inexact;
    this.#open.delete(key);
  }
}
