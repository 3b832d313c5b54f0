/**
 * Short tables sort as long ones do: by what their cells say, read from the page, as they are written as rows and not as data. Rows
 * are put in another order by React itself, so that each keeps what it is.
 */
import { Children, cloneElement, isValidElement, type ReactElement, type ReactNode } from 'react';
import { compareValues, exactTextOf, isExact } from '../lib/cell-value.ts';
import { plainFigure } from '../lib/decimal-text.ts';
import type { Sort } from '../lib/table-sorts.ts';

type Body = ReactElement<{ readonly children?: ReactNode }>;

/** The one body of a table that has a head as well; undefined: its rows are no list that could be sorted. */
function bodyOf(children: ReactNode): Body | undefined {
  const parts = Children.toArray(children).filter((part) => isValidElement(part));
  const bodies = parts.filter(({ type }) => type === 'tbody') as Body[];
  return bodies.length === 1 && parts.some(({ type }) => type === 'thead') ? bodies[0] : undefined;
}

function keysOf(body: Body): string[] {
  return Children.toArray(body.props.children).map((row) => (isValidElement(row) ? String(row.key) : ''));
}

/** Keys of the rows as they come, sorted by a column; undefined where the page has other rows than were written. */
export function orderOf(
  children: ReactNode,
  table: Element,
  shown: readonly string[] | undefined,
  { column, direction }: Sort,
): readonly string[] | undefined {
  const body = bodyOf(children);
  const rows = bodyRowsOf(table);
  if (body === undefined) return undefined;
  const keys = keysOf(body);
  const standing = inShownOrder(keys, shown);
  const place = headsOf(table).findIndex((cell) => nameOf(cell) === column);
  if (
    place < 0 ||
    rows.length !== standing.length ||
    rows.some(({ children: cells }) => cells.length <= place)
  )
    return undefined;
  const texts = new Map(standing.map((key, k) => [key, textOf(rows[k]?.children[place])]));
  const sign = direction === 'ascending' ? 1 : -1;
  return keys.toSorted((a, b) => {
    const [one = '', other = ''] = [texts.get(a), texts.get(b)];
    if (one === '' || other === '') return Number(one === '') - Number(other === '');
    return sign * compareValues(one, other);
  });
}

/**
 * The table's children with the rows in that order, or as they are written; rows that came since follow as they are written. Rows have
 * the same keys either way: none of them is made anew.
 */
export function inOrder(children: ReactNode, order: readonly string[] | undefined): ReactNode {
  const body = bodyOf(children);
  if (body === undefined) return children;
  const rows = new Map(
    Children.toArray(body.props.children).map((row) => [isValidElement(row) ? String(row.key) : '', row]),
  );
  const sorted = inShownOrder([...rows.keys()], order).map((key) => rows.get(key));
  return Children.map(children, (part) =>
    isValidElement(part) && part.type === 'tbody' ? cloneElement(body, {}, sorted) : part,
  );
}

/** Keys that stand: those of the order that are still there, then the others. */
function inShownOrder(keys: readonly string[], shown: readonly string[] | undefined): readonly string[] {
  if (shown === undefined) return keys;
  const there = new Set(keys);
  const known = new Set(shown);
  return [...shown.filter((key) => there.has(key)), ...keys.filter((key) => !known.has(key))];
}

/** The cells of its head, in their order. */
export function headsOf(table: Element): readonly Element[] {
  return [...table.querySelectorAll(':scope > thead > tr:first-child > *')];
}

function bodyRowsOf(table: Element): readonly Element[] {
  return [...table.querySelectorAll(':scope > tbody > tr')];
}

/** What a column is called, for what is kept of it. */
export function nameOf(cell: Element): string {
  return (cell.textContent ?? '').trim();
}

/** Figures without their unit, grouping and sign of a gain, so that they sort by size; no figure sorts last. */
export function textOf(cell: Element | undefined): string {
  const text = cell === undefined ? '' : exactTextOf(cell);
  if (cell === undefined || text === '—') return '';
  // An exact figure is plain; a painted one is as the window writes figures.
  const plain = isExact(cell) ? /^[+-]?\d+(?:\.\d+)?/.exec(text)?.[0] : plainFigure(leadOf(text));
  return plain !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(plain) ? plain.replace('+', '') : text;
}

/** The digits that a text begins with, with what may stand between them. */
function leadOf(text: string): string {
  const lead = /^[+−-]?\d[\d.,\s’']*/.exec(text)?.[0] ?? '';
  return lead.trim().replace('−', '-');
}

/** Whether a column holds figures: it begins with the largest. */
export function isFigureColumn(table: Element, place: number): boolean {
  const cells = bodyRowsOf(table).map((row) => textOf(row.children[place]));
  return cells.some((text) => text !== '') && cells.every((text) => text === '' || /^-?\d/.test(text));
}
