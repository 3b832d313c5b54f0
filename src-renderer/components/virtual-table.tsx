/** A table that only draws the rows in sight. One tab stop; arrow keys move the selection. */
import { type KeyboardEvent, memo, type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import { ROW_HEIGHTS, usePrefs } from '../lib/prefs.ts';
import { revealRow, useRowWindow } from './row-window.ts';

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  /** A grid track: "72px", "minmax(90px, 1fr)". */
  readonly track: string;
  readonly align?: 'right';
  /** Shown only where the panel is at least this wide, in px. */
  readonly fromWidth?: number;
  readonly cell: (row: Row) => ReactNode;
};

type VirtualTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowClass?: (row: Row) => string;
  readonly selectedKey?: string | null;
  readonly onSelect?: (row: Row) => void;
  /** Scrolls to the selected row whoever has selected it. */
  readonly followsSelection?: boolean;
  readonly empty: ReactNode;
};

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, rowKey, selectedKey = null, onSelect, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const { width, first, last } = useRowWindow(scroller, rows.length, rowHeight);
  const columns = useMemo(
    () => props.columns.filter(({ fromWidth = 0 }) => width === 0 || width >= fromWidth),
    [props.columns, width],
  );
  const tracks = columns.map(({ track }) => track).join(' ');
  const selectedAt = selectedKey === null ? -1 : rows.findIndex((row) => rowKey(row) === selectedKey);

  const { followsSelection = false } = props;
  useEffect(() => {
    if (followsSelection && selectedAt >= 0) revealRow(scroller.current, selectedAt, rowHeight);
  }, [followsSelection, selectedAt, rowHeight]);

  const onKeyDown = (event: KeyboardEvent) => {
    const to = targetOf(
      event.key,
      selectedAt,
      rows.length,
      (scroller.current?.clientHeight ?? 0) / rowHeight,
    );
    const row = to === null ? undefined : rows[to];
    if (to === null || row === undefined || onSelect === undefined) return;
    event.preventDefault();
    onSelect(row);
    revealRow(scroller.current, to, rowHeight);
  };

  return (
    <div
      ref={scroller}
      className="table"
      role={onSelect === undefined ? 'table' : 'grid'}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...(selectedAt >= 0
        ? { 'aria-activedescendant': `${baseId}-${rowKey(rows[selectedAt] as Row)}` }
        : {})}
    >
      <div className="table-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
        {columns.map(({ id, title, hint, align }) => (
          <span key={id} role="columnheader" title={hint} className={align === 'right' ? 'right' : ''}>
            {title}
          </span>
        ))}
      </div>
      {rows.length === 0 ? (
        empty
      ) : (
        <div className="table-rows" role="rowgroup" style={{ height: rows.length * rowHeight }}>
          {rows.slice(first, last).map((row, i) => {
            const index = first + i;
            const key = rowKey(row);
            return (
              <TableRow
                key={key}
                id={`${baseId}-${key}`}
                row={row}
                index={index}
                top={index * rowHeight}
                tracks={tracks}
                columns={columns}
                className={props.rowClass?.(row) ?? ''}
                selected={onSelect === undefined ? undefined : index === selectedAt}
                onSelect={onSelect}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

type TableRowProps<Row> = {
  readonly id: string;
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly tracks: string;
  readonly columns: readonly Column<Row>[];
  readonly className: string;
  readonly selected: boolean | undefined;
  readonly onSelect: ((row: Row) => void) | undefined;
};

function PlainRow<Row>(props: TableRowProps<Row>) {
  const { id, row, index, top, tracks, columns, className, selected, onSelect } = props;
  return (
    // Keys are served by the table around it: one tab stop, arrows move the selection.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`table-row ${className}`}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }}
      onClick={onSelect === undefined ? undefined : () => onSelect(row)}
    >
      {columns.map((column) => (
        <span
          key={column.id}
          role={onSelect === undefined ? 'cell' : 'gridcell'}
          className={column.align === 'right' ? 'right' : ''}
        >
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}
const TableRow = memo(PlainRow) as typeof PlainRow;

/** Where a key moves the selection, or null for other keys. */
function targetOf(key: string, from: number, count: number, rowsInView: number): number | null {
  if (count === 0) return null;
  const pageRows = Math.max(1, Math.floor(rowsInView) - 2);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + pageRows,
    PageUp: from - pageRows,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}
