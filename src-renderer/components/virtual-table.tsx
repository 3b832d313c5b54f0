/**
 * A table that only draws the visible rows. One tab stop: arrow keys move the cursor over its cells, c copies the value
 * under it, s sorts by its column; the menu key or the right mouse button opens the menu of the cell.
 */
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { fileNameOf, saveText } from '../lib/csv.ts';
import { ROW_HEIGHTS, usePrefs } from '../lib/prefs.ts';
import { rowFilter } from '../lib/row-filter.ts';
import { PLAIN_VIEW } from '../lib/table-views.ts';
import { arrangedColumns } from './arranged-columns.ts';
import { CellMenu } from './cell-menu.tsx';
import { EmptyState } from './empty-state.tsx';
import { fitColumns, leastWidthOf } from './fit-columns.ts';
import { revealRow, useRowWindow } from './row-window.ts';
import { type Column, columnsCsv } from './table-column.ts';
import { TableSettings } from './table-settings.tsx';
import { FilterLine, SettingsButton } from './table-tools.tsx';
import { TableHead, TableRow, TableTotals, type Totals } from './table-row.tsx';
import { useSorted } from './use-sorted.ts';
import { useTableCursor } from './use-table-cursor.ts';
import { useTableView } from './use-table-view.ts';

type VirtualTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowClass?: (row: Row) => string;
  readonly selectedKey?: string | null;
  readonly onSelect?: (row: Row) => void;
  /** A row that is pressed, or Enter on the one under the cursor. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** Scrolls to the selected row, whatever selected it. */
  readonly followsSelection?: boolean;
  /** What the engine counts and sums over all rows there are, shown ones or not: instead of sums of the rows. */
  readonly totals?: Totals | undefined;
  readonly empty: ReactNode;
};

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rowKey, selectedKey = null, onSelect, followsSelection = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const setting = useTableView(label);
  const { view } = setting;
  const [isSetting, setSetting] = useState(false);
  const { accepts, problem } = useMemo(
    () => rowFilter(view.filter, props.columns),
    [view.filter, props.columns],
  );
  const kept = useMemo(
    () => (accepts === undefined ? props.rows : props.rows.filter(accepts)),
    [accepts, props.rows],
  );
  const { rows, sort, press } = useSorted(label, props.columns, kept);
  const { width, first, last } = useRowWindow(scroller, rows.length, rowHeight);
  const columns = useMemo(
    () =>
      fitColumns(
        arrangedColumns(overRows(props.columns, props.rows), view).filter(
          (column) => column.onlyMixed !== true || isMixed(column, props.rows),
        ),
        width,
      ),
    [props.columns, props.rows, width, view],
  );
  const tracks = columns.map(({ track }) => track).join(' ');
  // What the trader wants to see is scrolled to where it has no room; what stands by itself fits.
  const isWide = view !== PLAIN_VIEW && width > 0 && leastWidthOf(columns) > width;
  const wide = isWide ? { minWidth: leastWidthOf(columns) } : undefined;
  const hasTotals = rows.length > 0 && columns.some(({ total }) => total !== undefined);
  const footHeight = hasTotals ? rowHeight : 0;
  const save = () => saveText(fileNameOf(label), 'text/csv', columnsCsv(props.columns, rows));
  const { at, column, menu, onPress, onContextMenu, onKeyDown, closeMenu } = useTableCursor({
    scroller,
    columns,
    rows,
    rowKey,
    rowHeight,
    footHeight,
    onSelect,
    selectedKey,
    onOpen: props.onOpen,
    sortBy: press,
    save,
    settings: () => setSetting(true),
  });
  useEffect(() => {
    if (followsSelection && at >= 0) revealRow(scroller.current, at, rowHeight, footHeight);
  }, [followsSelection, at, rowHeight, footHeight]);

  const idOf = (index: number): string => `${baseId}-${index}`;
  const active = at < first || at >= last ? undefined : column === null ? idOf(at) : `${idOf(at)}-cell`;
  return (
    <div className="table-frame">
      {view.filter.trim() !== '' && (
        <FilterLine
          filter={view.filter}
          problem={problem}
          listed={rows.length}
          count={props.rows.length}
          onOpen={() => setSetting(true)}
          onClear={() => setting.change({ filter: '' })}
        />
      )}
      <SettingsButton label={label} onOpen={() => setSetting(true)} />
      <div
        ref={scroller}
        className={isWide ? 'table table-wide' : 'table'}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1 + Number(hasTotals)}
        aria-colcount={columns.length}
        aria-activedescendant={active}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
      >
        <TableHead
          columns={columns}
          tracks={tracks}
          wide={wide}
          sort={sort}
          cursor={column}
          onSort={press}
          onResize={setting.resize}
        />
        {rows.length === 0 ? (
          props.rows.length === 0 ? (
            props.empty
          ) : (
            <EmptyState title="No row matches the filter">Change or clear it above.</EmptyState>
          )
        ) : (
          <div className="table-rows" role="rowgroup" style={{ ...wide, height: rows.length * rowHeight }}>
            {rows.slice(first, last).map((row, i) => {
              const index = first + i;
              return (
                <TableRow
                  key={rowKey(row)}
                  id={idOf(index)}
                  row={row}
                  index={index}
                  top={index * rowHeight}
                  tracks={tracks}
                  columns={columns}
                  className={props.rowClass?.(row) ?? ''}
                  selected={onSelect === undefined && index !== at ? undefined : index === at}
                  cursor={index === at ? column : null}
                  onPress={onPress}
                />
              );
            })}
          </div>
        )}
        {hasTotals && (
          <TableTotals columns={columns} rows={rows} tracks={tracks} wide={wide} totals={props.totals} />
        )}
      </div>
      {isSetting && (
        <TableSettings
          label={label}
          columns={props.columns}
          standing={new Set(columns.map(({ id }) => id))}
          setting={setting}
          onClose={() => setSetting(false)}
        />
      )}
      {menu !== null && <CellMenu actions={menu} onClose={closeMenu} />}
    </div>
  );
}

function overRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly Column<Row>[] {
  return columns.map((column) => (column.over === undefined ? column : { ...column, ...column.over(rows) }));
}

/** True when two rows differ in a column. */
function isMixed<Row>({ value }: Column<Row>, rows: readonly Row[]): boolean {
  const [first] = rows;
  if (value === undefined || first === undefined) return false;
  const own = value(first);
  return rows.some((row) => value(row) !== own);
}
