/** Of which instruments the rows of a file are, and which rows are wanted: rows of two instruments are never one book. */
import { spellingsOf } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import { badCsv } from './csv-table.ts';

export type RowFilter = { readonly name: string; readonly place: number; readonly value: string };

/** `isKnown`: by its name it says of which instrument a row is; else it may. */
export type KeyColumn = { readonly name: string; readonly place: number; readonly isKnown: boolean };

/** More different rows of keys than this name no instruments. */
const MAX_TUPLES = 5_000;
const MAX_VALUES = 50;
const SHOWN_VALUES = 12;

export class RowKeys {
  readonly #file: string;
  readonly #columns: readonly KeyColumn[];
  readonly #known: readonly KeyColumn[];
  /** Values of the known columns, joined, and the values apart. */
  readonly #tuples = new Map<string, readonly string[]>();
  /** Values of columns that may be one, by name; undefined once they are too many to be. */
  readonly #others = new Map<string, Set<string> | undefined>();
  #isOverfull = false;

  constructor(file: string, columns: readonly KeyColumn[]) {
    this.#file = file;
    this.#columns = columns;
    this.#known = columns.filter(({ isKnown }) => isKnown);
    for (const { name, isKnown } of columns) if (!isKnown) this.#others.set(name, new Set());
  }

  /** Columns that are looked at here. */
  get names(): string[] {
    return this.#known.map(({ name }) => name);
  }

  look(fields: readonly string[]): void {
    const values = this.#known.map(({ place }) => (fields[place] ?? '').trim());
    const tuple = values.join('\0');
    if (!this.#tuples.has(tuple)) {
      if (this.#tuples.size >= MAX_TUPLES) this.#isOverfull = true;
      else this.#tuples.set(tuple, values);
    }
    for (const { name, place, isKnown } of this.#columns) {
      const seen = isKnown ? undefined : this.#others.get(name);
      if (seen === undefined) continue;
      seen.add((fields[place] ?? '').trim());
      if (seen.size > MAX_VALUES) this.#others.set(name, undefined);
    }
  }

  /**
   * What chooses the rows of one instrument.
   * @param only values by column, as they were asked for.
   * @throws UserError with the values found, when rows of several would be left, or none.
   */
  filtersOf(
    symbol: string,
    only: ReadonlyMap<string, string>,
  ): { readonly filters: readonly RowFilter[]; readonly says: readonly string[] } {
    const filters: RowFilter[] = [];
    const says: string[] = [];
    let tuples = [...this.#tuples.values()];
    const keep = (column: KeyColumn, value: string): void => {
      const index = this.#known.indexOf(column);
      if (index >= 0) tuples = tuples.filter((values) => values[index] === value);
      filters.push({ name: column.name, place: column.place, value });
    };
    for (const [name, value] of only) {
      const column = this.#columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (column === undefined) throw this.#noColumn(name);
      const found = this.#valuesOf(column, tuples);
      if (!found.includes(value)) throw this.#noValue(column.name, value, found);
      keep(column, value);
    }
    for (const column of this.#known) {
      const values = this.#valuesOf(column, tuples);
      if (values.length < 2 && !this.#isOverfull) continue;
      const same = values.filter((value) => isSame(value, symbol));
      const [value] = same;
      if (value === undefined || same.length > 1) continue;
      keep(column, value);
      says.push(
        `Only rows with ${column.name} ${value} are read, as --symbol specifies; the file has ${listed(values)}.`,
      );
    }
    for (const column of this.#known) {
      const values = this.#valuesOf(column, tuples);
      if (values.length > 1 || (this.#isOverfull && filters.length === 0))
        throw this.#several(column.name, values);
      const [value = ''] = values;
      if (value !== '' && looksLikePair(value) && !isSame(value, symbol)) {
        says.push(`The file calls it ${value} (column ${column.name}); it is imported as ${symbol}.`);
      }
    }
    return { filters, says };
  }

  /** Columns that are not known to name instruments, and may: those with two values or a few more. */
  othersBut(filters: readonly RowFilter[]): { readonly name: string; readonly values: string }[] {
    const chosen = new Set(filters.map(({ name }) => name));
    return [...this.#others].flatMap(([name, values]) =>
      values === undefined || values.size < 2 || chosen.has(name)
        ? []
        : [{ name, values: listed([...values]) }],
    );
  }

  #valuesOf(column: KeyColumn, tuples: readonly (readonly string[])[]): string[] {
    const index = this.#known.indexOf(column);
    if (index < 0) return [...(this.#others.get(column.name) ?? [])];
    return [...new Set(tuples.map((values) => values[index] ?? ''))];
  }

  #several(name: string, values: readonly string[]): UserError {
    return badCsv(
      `${this.#file} column ${name}`,
      undefined,
      `has several values: ${listed(values)}. Rows of several instruments are not one book`,
      `Choose one with --only "${name}=${values.find((value) => value !== '') ?? ''}", and import each into a log of its own.`,
    );
  }

  #noColumn(name: string): UserError {
    const names = this.#columns.map((each) => each.name);
    return new UserError({
      code: 'bad-option',
      field: '--only',
      value: name,
      message: 'is not a text column that can select rows',
      remedy: names.length === 0 ? 'Leave it out.' : `Columns: ${names.join(', ')}.`,
    });
  }

  #noValue(name: string, value: string, found: readonly string[]): UserError {
    return new UserError({
      code: 'bad-option',
      field: `--only ${name}`,
      value,
      message: 'is in no row',
      remedy: `Found: ${listed(found)}.`,
    });
  }
}

function listed(values: readonly string[]): string {
  const shown = values
    .slice(0, SHOWN_VALUES)
    .map((value) => (value === '' ? '(empty)' : value.replaceAll(/\s+/g, ' ').slice(0, 40)));
  return `${shown.join(', ')}${values.length > shown.length ? ` and ${values.length - shown.length} more` : ''}`;
}

/** `BTC-USD`, `btc_usd`, `XBTUSD` and `BTC/USD` are one. */
function isSame(value: string, symbol: string): boolean {
  const plain = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const given = plain(value);
  return spellingsOf(symbol.toUpperCase()).some((spelling) => plain(spelling) === given);
}

function looksLikePair(value: string): boolean {
  return (
    /^[A-Za-z0-9]{2,10}[-_/:]?[A-Za-z0-9]{2,10}$/.test(value) && /USD|EUR|BTC|XBT|ETH|GBP|JPY|\//i.test(value)
  );
}
