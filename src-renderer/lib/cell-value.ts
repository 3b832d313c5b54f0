/** The exact value of a cell of a table: what it is sorted by, and what is copied and written into files. */
import { plainFigure } from './decimal-text.ts';
import { formatFull } from './time-text.ts';

const HTML = 'http://www.w3.org/1999/xhtml';

/** Words, plain decimal text, a number (an estimate, a count, a time in µs), or null where there is nothing. */
export type CellValue = string | number | null;

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** Made once a row, so that a comparison takes nothing apart. */
type Key =
  | { readonly kind: 'number'; readonly size: number }
  | { readonly kind: 'decimal'; readonly sign: number; readonly whole: string; readonly fraction: string }
  | { readonly kind: 'text'; readonly text: string };

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function keyOf(value: string | number): Key {
  if (typeof value === 'number') return { kind: 'number', size: value };
  if (!DECIMAL.test(value)) return { kind: 'text', text: value };
  const sign = !/[1-9]/.test(value) ? 0 : value.startsWith('-') ? -1 : 1;
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  // Without the zeros that say nothing, longer is larger, and equally long ones go by the alphabet.
  return { kind: 'decimal', sign, whole: whole.replace(/^0+/, ''), fraction: fraction.replace(/0+$/, '') };
}

function compareKeys(a: Key, b: Key): number {
  if (a.kind === 'number' && b.kind === 'number') return a.size - b.size;
  if (a.kind === 'text' && b.kind === 'text') return COLLATOR.compare(a.text, b.text);
  if (a.kind !== 'decimal' || b.kind !== 'decimal') return KINDS[a.kind] - KINDS[b.kind];
  if (a.sign !== b.sign) return a.sign - b.sign;
  const size = a.whole.length - b.whole.length || order(a.whole, b.whole) || order(a.fraction, b.fraction);
  return size === 0 ? 0 : a.sign * size;
}

const KINDS: Readonly<Record<Key['kind'], number>> = { number: 0, decimal: 1, text: 2 };

/**
 * Below zero when `a` comes before `b`: numbers by size, decimal text by its exact size, words by the alphabet and the
 * numbers in them by size. Figures come before words.
 */
export function compareValues(a: string | number, b: string | number): number {
  return compareKeys(keyOf(a), keyOf(b));
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
    .map((row) => ({ row, key: present(value(row)) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareKeys(a.key, b.key);
    })
    .map(({ row }) => row);
}

/** No figure is no value. */
function present(value: CellValue): Key | null {
  return value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))
    ? null
    : keyOf(value);
}

/** A value as text for the clipboard and for files: times in UTC, whatever the window shows. */
export function valueText(value: CellValue, unit?: 'timeUs'): string {
  if (value === null) return '';
  return unit === 'timeUs' && typeof value === 'number' ? `${formatFull(value, 'utc')}Z` : String(value);
}

/** The text of a part of the page, with the exact figure wherever the page knows it (`data-exact`). */
export function exactTextOf(node: Node): string {
  return collect(node).replaceAll(/\s+/g, ' ').trim();
}

/** As `exactTextOf`, with a figure that is only painted back in plain digits. An exact one is plain already: "1.125" is no thousand. */
export function plainTextOf(cell: Element): string {
  const text = exactTextOf(cell);
  return isExact(cell) ? text : plainFigure(text);
}

/** It has a figure that the page knows exactly, in plain digits. */
export function isExact(cell: Element): boolean {
  return cell.matches('[data-exact]') || cell.querySelector('[data-exact]') !== null;
}

function collect(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
  // What a button says is to be pressed, not copied.
  if (!isHtml(node) || node.tagName === 'BUTTON') return '';
  const exact = node.dataset['exact'];
  if (exact !== undefined) return exact;
  const text = [...node.childNodes].map(collect).join('');
  // A note below the figure is a sentence of its own.
  return node.tagName === 'SMALL' ? ` ${text}` : text;
}

/** Not by its class: a window that was popped out has classes of its own. */
function isHtml(node: Node): node is HTMLElement {
  return node.nodeType === Node.ELEMENT_NODE && (node as Element).namespaceURI === HTML;
}
