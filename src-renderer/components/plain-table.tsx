/**
 * A short table in full, as the page's own element. One tab stop: arrow keys move the cursor over its cells, c copies the
 * value under it, s sorts by its column; the menu key or the right mouse button opens the menu of the cell.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { plainTextOf } from '../lib/cell-value.ts';
import { copyText } from '../lib/clipboard.ts';
import { csvLines, fileNameOf, saveText } from '../lib/csv.ts';
import { nextSort, type Sort, useTableSorts } from '../lib/table-sorts.ts';
import { type CellActions, CellMenu } from './cell-menu.tsx';
import { PanelId } from './panel-id.ts';
import { headsOf, inOrder, isFigureColumn, nameOf, orderOf } from './sorted-body.ts';
import { tableAction } from './use-table-cursor.ts';
import { elementOf } from '../lib/windows.ts';

type PlainTableProps = {
  readonly className: string;
  /** Where no caption names it. */
  readonly label?: string;
  readonly children: ReactNode;
};

export function PlainTable({ className, label, children }: PlainTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [menu, setMenu] = useState<CellActions | null>(null);
  const [order, setOrder] = useState<readonly string[]>();
  const panel = useContext(PanelId);
  const [name, setName] = useState(label ?? '');
  const kept = `${panel} ${name}`;
  const sort = useTableSorts(({ sorts }) => sorts[kept]);
  // What the cells say is known once they stand: rows whose order has changed are drawn once more.
  useLayoutEffect(() => {
    const element = table.current;
    if (element === null) return;
    // What follows the name may be a count.
    const called = label ?? element.caption?.firstChild?.textContent ?? '';
    if (called !== name) return setName(called);
    markSort(element, sort);
    const wanted = sort === undefined ? undefined : orderOf(children, element, order, sort);
    if (wanted?.join('\n') !== order?.join('\n')) setOrder(wanted);
  }, [label, name, sort, children, order]);
  const sortBy = (cell: HTMLTableCellElement | undefined): void => {
    const place = cell === undefined ? -1 : [...(cell.parentElement?.children ?? [])].indexOf(cell);
    const head = table.current === null ? undefined : headsOf(table.current)[place];
    if (table.current === null || head === undefined || nameOf(head) === '') return;
    const isFigure = isFigureColumn(table.current, place);
    useTableSorts.getState().keep(kept, nextSort(sort, nameOf(head), isFigure));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.target === event.currentTarget ? tableAction(event) : null;
    if (table.current === null || action === null) return;
    event.preventDefault();
    const cell = cursorOf(table.current);
    if (action.does === 'row') {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e6, End: 1e6 }[action.key];
      moveCursor(table.current, cell, step, 0);
    } else if (action.does === 'column') moveCursor(table.current, cell, 0, action.step);
    else if (cell === undefined) return;
    else if (action.does === 'sort') sortBy(cell);
    else if (action.does === 'copy') void copyText(plainTextOf(cell));
    else if (action.does === 'copyRow') void copyText(rowTexts(cell).join('\t'));
    else {
      const { left, bottom } = cell.getBoundingClientRect();
      setMenu(actionsOf(table.current, cell, left, bottom));
    }
  };
  const onContextMenu = (event: MouseEvent) => {
    const cell = cellAround(event.target);
    if (table.current === null || cell === null) return;
    event.preventDefault();
    setCursor(table.current, cell);
    setMenu(actionsOf(table.current, cell, event.clientX, event.clientY));
  };
  const closeMenu = () => {
    setMenu(null);
    table.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <table
        ref={table}
        className={`plain-table ${className}`}
        aria-label={label}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onClick={(event) => {
          const cell = cellAround(event.target);
          if (table.current === null || cell === null) return;
          setCursor(table.current, cell);
          if (cell.closest('thead') !== null) sortBy(cell);
        }}
      >
        {inOrder(children, order)}
      </table>
      {menu !== null && <CellMenu actions={menu} onClose={closeMenu} />}
    </>
  );
}

/** On the heads of the page itself: they are written by whoever wrote the table. */
function markSort(table: HTMLTableElement, sort: Sort | undefined): void {
  for (const cell of headsOf(table)) {
    if (nameOf(cell) === '') continue;
    cell.classList.add('sortable');
    cell.setAttribute('aria-sort', sort?.column === nameOf(cell) ? sort.direction : 'none');
  }
}

function cellAround(target: EventTarget): HTMLTableCellElement | null {
  return elementOf(target)?.closest<HTMLTableCellElement>('td, th') ?? null;
}

/** The cell that keys act on: marked in the page itself, so that moving it redraws nothing; the first until moved. */
function cursorOf(table: HTMLTableElement): HTMLTableCellElement | undefined {
  const marked = table.querySelector<HTMLTableCellElement>('[data-cursor]');
  return marked ?? table.tBodies[0]?.rows[0]?.cells[0];
}

function setCursor(table: HTMLTableElement, cell: HTMLTableCellElement): void {
  table.querySelector('[data-cursor]')?.removeAttribute('data-cursor');
  cell.dataset['cursor'] = '';
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function moveCursor(
  table: HTMLTableElement,
  from: HTMLTableCellElement | undefined,
  rows: number,
  columns: number,
): void {
  const within = (at: number, count: number): number => Math.min(count - 1, Math.max(0, at));
  const row = from?.closest('tr');
  if (from === undefined || row == null) return;
  // The first move only shows where the cursor is.
  const isShown = from.dataset['cursor'] !== undefined;
  const to = table.rows[within(row.rowIndex + (isShown ? rows : 0), table.rows.length)];
  const cell = to?.cells[within(from.cellIndex + (isShown ? columns : 0), to.cells.length)];
  if (cell !== undefined) setCursor(table, cell);
}

const rowTexts = (cell: HTMLTableCellElement): string[] =>
  [...(cell.closest('tr')?.cells ?? [])].map((each) => plainTextOf(each));

function actionsOf(table: HTMLTableElement, cell: HTMLTableCellElement, x: number, y: number): CellActions {
  const name = table.caption?.textContent ?? table.ariaLabel ?? 'table';
  const save = (): void =>
    saveText(
      fileNameOf(name),
      'text/csv',
      csvLines([...table.rows].map((row) => [...row.cells].map((each) => plainTextOf(each)))),
    );
  return { x, y, value: plainTextOf(cell), row: rowTexts(cell), save, hasKeys: true };
}
