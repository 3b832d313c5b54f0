/** What a cell of a table stands for, exact: what it is sorted by, and what is copied and written into files. */
import { formatFull } from './time-text.ts';

/** Words, plain decimal text, a number (an estimate, a count, a time in µs), or null where there is nothing. */
export type CellValue = string | number | null;

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * Below zero when `a` comes before `b`: numbers by size, decimal text by its exact size, words by the alphabet. Numbers
 * come before words. What is nothing is neither small nor large: see `compareRows`.
 */
export function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  const numeric = Number(DECIMAL.test(right)) - Number(DECIMAL.test(left));
  if (numeric !== 0) return numeric;
  return DECIMAL.test(left) ? compareDecimals(left, right) : COLLATOR.compare(left, right);
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Plain decimal text by its exact size, digit by digit. */
function compareDecimals(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.sign === 0) return 0;
  const whole = left.whole.length - right.whole.length || order(left.whole, right.whole);
  const places = Math.max(left.fraction.length, right.fraction.length);
  const size = whole || order(left.fraction.padEnd(places, '0'), right.fraction.padEnd(places, '0'));
  return size === 0 ? 0 : left.sign * size;
}

function split(text: string): { sign: number; whole: string; fraction: string } {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const sign = !/[1-9]/.test(text) ? 0 : text.startsWith('-') ? -1 : 1;
  return { sign, whole: whole.replace(/^0+/, ''), fraction };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows by one value; equal ones stay as they were, and those that have none come last either way. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => CellValue,
  direction: 'ascending' | 'descending',
): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: present(value(row)) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compareValues(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** No figure is no value. */
function present(value: CellValue): CellValue {
  return value === '' || (typeof value === 'number' && Number.isNaN(value)) ? null : value;
}

/** A value as text for the clipboard and for files: times in UTC, whatever the window shows. */
export function valueText(value: CellValue, unit?: 'timeUs'): string {
  if (value === null) return '';
  return unit === 'timeUs' && typeof value === 'number' ? `${formatFull(value, 'utc')}Z` : String(value);
}

/** What stands in a part of the page, with the exact figure wherever the page knows it (`data-exact`). */
export function exactTextOf(node: Node): string {
  return collect(node).replaceAll(/\s+/g, ' ').trim();
}

function collect(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
  // What a button says is to be pressed, not copied.
  if (!(node instanceof HTMLElement) || node.tagName === 'BUTTON') return '';
  const exact = node.dataset['exact'];
  if (exact !== undefined) return exact;
  const text = [...node.childNodes].map(collect).join('');
  // A note below the figure is a sentence of its own.
  return node.tagName === 'SMALL' ? ` ${text}` : text;
}
