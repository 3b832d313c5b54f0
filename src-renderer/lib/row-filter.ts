/**
 * What a trader types to narrow a table. Every word must be met: a bare one is found in any column, `net>2`, `age<=5`, `venue=kraken`
 * and `decision!=taken` ask one column by its title or name, and "no balance" in quotes is one word. Pure.
 */
import { type CellValue, compareValues, valueText } from './cell-value.ts';

export type FilterColumn<Row> = {
  readonly id: string;
  readonly title: string;
  readonly unit?: 'timeUs';
  readonly value?: (row: Row) => CellValue;
  /** What the cell says where that is not the value. */
  readonly text?: (row: Row) => string;
};

/** Which rows are let through, or what is wrong with the text; nothing was typed: neither. */
export type RowFilter<Row> = {
  readonly accepts?: (row: Row) => boolean;
  readonly problem?: string;
};

type Test<Row> = (row: Row) => boolean;
const QUESTION = /^(?:"([^"]*)"|([^<>=!"]+))(<=|>=|!=|<|>|=)(?:"([^"]*)"|(.*))$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
export const MAX_FILTER = 200;

export function rowFilter<Row>(text: string, columns: readonly FilterColumn<Row>[]): RowFilter<Row> {
  const tests: Test<Row>[] = [];
  for (const word of wordsOf(text.slice(0, MAX_FILTER))) {
    const made = testOf(word, columns);
    if (typeof made === 'string') return { problem: made };
    tests.push(made);
  }
  return tests.length === 0 ? {} : { accepts: (row) => tests.every((test) => test(row)) };
}

/** Words with what stands in quotes as a part of them. */
function wordsOf(text: string): string[] {
  const joined = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return joined.filter((word) => word !== '""');
}

/** A test, or what is wrong with the word. */
function testOf<Row>(word: string, columns: readonly FilterColumn<Row>[]): Test<Row> | string {
  const [, inQuotes, plain = '', sign = '', quoted, bare = ''] = QUESTION.exec(word) ?? [];
  const name = inQuotes ?? plain;
  const asked = quoted ?? bare;
  if (sign === '') {
    const text = word.replaceAll('"', '').toLowerCase();
    return (row) => columns.some((column) => textsOf(column, row).some((one) => one.includes(text)));
  }
  const column = columns.find((one) => isNamed(one, name));
  if (column === undefined) {
    const names = columns.filter(({ value }) => value !== undefined).map(({ title }) => bareName(title));
    return `“${name}” is no column: use one of ${names.filter((one) => one !== '').join(', ')}`;
  }
  if (asked === '') return `“${word}” needs a value after ${sign}`;
  if (sign === '=' || sign === '!=') {
    const wanted = asked.toLowerCase();
    return (row) => isEqual(column, row, wanted) === (sign === '=');
  }
  if (!NUMBER.test(asked) || column.unit !== undefined)
    return `“${word}” compares ${column.unit === undefined ? `with “${asked}”, which is no number` : 'a time: search for its text'}`;
  return (row) => {
    const value = column.value?.(row) ?? null;
    const size = value === null ? undefined : sizeBeside(value, asked);
    if (size === undefined) return false;
    if (sign === '<') return size < 0;
    if (sign === '>') return size > 0;
    return sign === '<=' ? size <= 0 : size >= 0;
  };
}

/** Below zero where the value is smaller than what was typed; undefined where it is no figure. */
function sizeBeside(value: string | number, asked: string): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value - Number(asked);
  return NUMBER.test(value) ? compareValues(value, asked) : undefined;
}

function isEqual<Row>(column: FilterColumn<Row>, row: Row, wanted: string): boolean {
  const value = column.value?.(row) ?? null;
  if (value !== null && NUMBER.test(wanted) && sizeBeside(value, wanted) === 0) return true;
  return textsOf(column, row).includes(wanted);
}

/** The value as files have it, and what the cell says in its place. */
function textsOf<Row>({ value, text, unit }: FilterColumn<Row>, row: Row): string[] {
  const exact = valueText(value?.(row) ?? null, unit).toLowerCase();
  return text === undefined ? [exact] : [exact, text(row).toLowerCase()];
}

/** A column is meant by its name in files or by its title, without spaces and points, or by the first word of that. */
function isNamed<Row>({ id, title }: FilterColumn<Row>, name: string): boolean {
  const wanted = bareName(name);
  return (
    wanted === id.toLowerCase() ||
    wanted === bareName(title) ||
    wanted === bareName(title.split(' ')[0] ?? '')
  );
}

function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\d-]/gu, '');
}
