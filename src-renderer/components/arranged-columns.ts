/** The columns of a table as the trader has arranged them. Pure. */
import { PLAIN_VIEW, type TableView, WIDTHS } from '../lib/table-views.ts';
import type { Column } from './table-column.ts';

type Arranged = Pick<Column<unknown>, 'id' | 'track' | 'fromWidth' | 'onlyMixed'>;

/** In their order, without those that are hidden; those that are to be shown stand whatever the width. */
export function arrangedColumns<C extends Arranged>(columns: readonly C[], view: TableView): readonly C[] {
  if (view === PLAIN_VIEW) return columns;
  const { shown, widths } = view;
  return inOrder(columns, view.order)
    .filter(({ id }) => shown[id] !== false)
    .map((column) => {
      const width = widths[column.id];
      const isForced = shown[column.id] === true;
      if (width === undefined && !isForced) return column;
      return {
        ...column,
        ...(isForced ? { fromWidth: 0, onlyMixed: false } : {}),
        ...(width === undefined ? {} : { track: `${width}px` }),
      };
    });
}

/** Columns that `order` does not name keep their place behind the one that they stand behind. */
export function inOrder<C extends { readonly id: string }>(
  columns: readonly C[],
  order: readonly string[],
): readonly C[] {
  if (order.length === 0) return columns;
  const named = order.flatMap((id) => columns.find((column) => column.id === id) ?? []);
  const result = [...named];
  columns.forEach((column, k) => {
    if (named.includes(column)) return;
    const before = columns[k - 1];
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, column);
  });
  return result;
}

/** The order after a column went one place towards the beginning (-1) or the end (1). */
export function movedOrder(
  columns: readonly { readonly id: string }[],
  view: TableView,
  id: string,
  step: 1 | -1,
): readonly string[] {
  const ids = inOrder(columns, view.order).map((column) => column.id);
  const at = ids.indexOf(id);
  const to = at + step;
  const other = ids[to];
  if (at < 0 || other === undefined) return ids;
  ids[to] = id;
  ids[at] = other;
  return ids;
}

export function boundedWidth(px: number): number {
  return Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, px)));
}
