import { useCallback, useContext, useMemo } from 'react';
import { sortRows } from '../lib/cell-value.ts';
import { nextSort, type Sort, useTableSorts } from '../lib/table-sorts.ts';
import { useTicking } from '../lib/ticker.ts';
import { PanelId } from './panel-id.ts';
import type { Column } from './table-column.ts';

/** Rows that are sorted by a changing value are sorted again this often: rows that jump cannot be read. */
const LIVE_MS = 1_000;

type Sorted<Row> = {
  readonly rows: readonly Row[];
  readonly sort: Sort | undefined;
  /** The next way of sorting by this column. */
  readonly press: (column: Column<Row>) => void;
};

/** The rows as the trader wants them in this table of this panel, kept from one day to the next. */
export function useSorted<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Sorted<Row> {
  const table = `${useContext(PanelId)} ${label}`;
  const sort = useTableSorts(({ sorts }) => sorts[table]);
  const column = sort === undefined ? undefined : columns.find(({ id }) => id === sort.column);
  const isLive = column?.isLive === true;
  const round = useTicking(() => (isLive ? Math.floor(performance.now() / LIVE_MS) : 0));
  const value = column?.value;
  const direction = sort?.direction;
  const sorted = useMemo(
    () =>
      value === undefined || direction === undefined || !Number.isFinite(round)
        ? rows
        : sortRows(rows, value, direction),
    [rows, value, direction, round],
  );
  const press = useCallback(
    ({ id, align }: Column<Row>) => {
      const { sorts, keep } = useTableSorts.getState();
      keep(table, nextSort(sorts[table], id, align === 'right'));
    },
    [table],
  );
  return { rows: sorted, sort: value === undefined ? undefined : sort, press };
}
