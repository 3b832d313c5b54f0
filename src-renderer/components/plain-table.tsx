/**
 * A short table in full, as the page's own element. One tab stop: arrow keys move the cursor over its cells, c copies the
 * value under it; the menu key or the right mouse button opens the menu of the cell.
 */
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef, useState } from 'react';
import { exactTextOf } from '../lib/cell-value.ts';
import { copyText } from '../lib/clipboard.ts';
import { csvLines, fileNameOf, saveText } from '../lib/csv.ts';
import { type CellActions, CellMenu } from './cell-menu.tsx';
import { tableAction } from './use-table-cursor.ts';

type PlainTableProps = {
  readonly className: string;
  /** Where no caption names it. */
  readonly label?: string;
  readonly children: ReactNode;
};

export function PlainTable({ className, label, children }: PlainTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [menu, setMenu] = useState<CellActions | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.target === event.currentTarget ? tableAction(event) : null;
    if (table.current === null || action === null || action.does === 'sort') return;
    event.preventDefault();
    const cell = cursorOf(table.current);
    if (action.does === 'row') {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e6, End: 1e6 }[action.key];
      moveCursor(table.current, cell, step, 0);
    } else if (action.does === 'column') moveCursor(table.current, cell, 0, action.step);
    else if (cell === undefined) return;
    else if (action.does === 'copy') void copyText(exactTextOf(cell));
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
          if (table.current !== null && cell !== null) setCursor(table.current, cell);
        }}
      >
        {children}
      </table>
      {menu !== null && <CellMenu actions={menu} onClose={closeMenu} />}
    </>
  );
}

function cellAround(target: EventTarget): HTMLTableCellElement | null {
  return target instanceof Element ? target.closest('td, th') : null;
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
  [...(cell.closest('tr')?.cells ?? [])].map((each) => exactTextOf(each));

function actionsOf(table: HTMLTableElement, cell: HTMLTableCellElement, x: number, y: number): CellActions {
  const name = table.caption?.textContent ?? table.ariaLabel ?? 'table';
  const save = (): void =>
    saveText(
      fileNameOf(name),
      'text/csv',
      csvLines([...table.rows].map((row) => [...row.cells].map((each) => exactTextOf(each)))),
    );
  return { x, y, value: exactTextOf(cell), row: rowTexts(cell), save, hasKeys: true };
}
