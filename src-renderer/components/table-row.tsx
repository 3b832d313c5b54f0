/** The parts of a table that are drawn: its head, its rows, and the row of totals. */
import { memo, type ReactNode, useState } from 'react';
import { formatCount } from '../lib/figures.ts';
import { termOf } from '../lib/glossary.ts';
import { usePrefs } from '../lib/prefs.ts';
import type { Sort } from '../lib/table-sorts.ts';
import type { Column } from './table-column.ts';
import { elementOf } from '../lib/windows.ts';

type HeadProps<Row> = {
  readonly columns: readonly Column<Row>[];
  readonly tracks: string;
  /** Wider than its panel. */
  readonly wide?: { readonly minWidth: number } | undefined;
  readonly sort: Sort | undefined;
  /** The column that keys act on. */
  readonly cursor: string | null;
  readonly onSort: (column: Column<Row>) => void;
  /** @param px undefined: its own width again. */
  readonly onResize: (column: string, px: number | undefined) => void;
};

/** A press on a title sorts by it; the arrow behind it is drawn from `aria-sort`. */
export function TableHead<Row>({ columns, tracks, wide, sort, cursor, onSort, onResize }: HeadProps<Row>) {
  return (
    <div className="table-head" role="row" aria-rowindex={1} style={{ ...wide, gridTemplateColumns: tracks }}>
      {columns.map((column) => {
        const { id, title, hint, align, value } = column;
        const canSort = value !== undefined;
        const looks = [align ?? '', canSort ? 'sortable' : '', id === cursor ? 'head-cursor' : ''];
        return (
          <span
            key={id}
            role="columnheader"
            title={hint ?? termOf(title)?.means}
            className={looks.join(' ').trim()}
            {...(canSort ? { 'aria-sort': sort?.column === id ? sort.direction : 'none' } : {})}
            onClick={canSort ? () => onSort(column) : undefined}
          >
            {title}
            <Grip column={id} onResize={onResize} />
          </span>
        );
      })}
    </div>
  );
}

/** The edge of a title: dragged it makes the column wider, pressed twice it gives the column its own width again. */
function Grip({ column, onResize }: { readonly column: string } & Pick<HeadProps<unknown>, 'onResize'>) {
  const [from, setFrom] = useState<{ readonly x: number; readonly width: number } | null>(null);
  const scale = usePrefs(({ size }) => size / 100);
  return (
    // A pointer alone has use for it: keys set widths in the table's settings.
    <span
      className="column-grip"
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => onResize(column, undefined)}
      onPointerDown={(event) => {
        const width = event.currentTarget.parentElement?.offsetWidth ?? 0;
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom({ x: event.clientX, width });
      }}
      onPointerMove={(event) => {
        if (from !== null) onResize(column, from.width + (event.clientX - from.x) / scale);
      }}
      onPointerUp={() => setFrom(null)}
      onPointerCancel={() => setFrom(null)}
    />
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
  /** The cell that keys act on, where it is of this row. */
  readonly cursor: string | null;
  readonly onPress: (row: Row, column: string | null) => void;
};

/** Of a press: the column whose cell it was in. */
export function columnAt(target: EventTarget): string | null {
  const cell = elementOf(target)?.closest<HTMLElement>('[data-column]');
  return cell?.dataset['column'] ?? null;
}

function PlainRow<Row>(props: TableRowProps<Row>) {
  const { id, row, index, top, tracks, columns, className, selected, cursor, onPress } = props;
  return (
    // Keys are served by the table around it: one tab stop, arrows move the cursor.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      className={`table-row ${className}`}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }}
      onClick={(event) => onPress(row, columnAt(event.target))}
    >
      {columns.map((column) => (
        <span
          key={column.id}
          id={cursor === column.id ? `${id}-cell` : undefined}
          role="gridcell"
          data-column={column.id}
          className={`${column.align ?? ''} ${cursor === column.id ? 'cell-cursor' : ''}`.trim()}
        >
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}
export const TableRow = memo(PlainRow) as typeof PlainRow;

/** Totals by column, and how many rows they cover. */
export type Totals = {
  readonly count: number;
  readonly cells: Readonly<Record<string, ReactNode>>;
};

type TotalsProps<Row> = {
  readonly wide?: { readonly minWidth: number } | undefined;
  readonly totals?: Totals | undefined;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly tracks: string;
};

function PlainTotals<Row>({ columns, rows, tracks, wide, totals }: TotalsProps<Row>) {
  const label = totals === undefined ? 'Total' : `Total of ${formatCount(totals.count)}`;
  const cell = ({ id, total }: Column<Row>, at: number): ReactNode => {
    if (total === undefined) return at === 0 && label;
    return totals === undefined ? total(rows) : totals.cells[id];
  };
  return (
    <div
      className="table-totals"
      role="row"
      aria-rowindex={rows.length + 2}
      style={{ ...wide, gridTemplateColumns: tracks }}
    >
      {columns.map((column, at) => (
        <span key={column.id} role="gridcell" data-column={column.id} className={column.align ?? ''}>
          {cell(column, at)}
        </span>
      ))}
    </div>
  );
}
/** The totals below the columns, of all rows; added up again only when the rows change. */
export const TableTotals = memo(PlainTotals) as typeof PlainTotals;
