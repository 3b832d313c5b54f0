/** The cursor of a table: which cell keys act on, what they do with it, and the menu of what else can be done. */
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { plainTextOf, valueText } from '../lib/cell-value.ts';
import { copyText } from '../lib/clipboard.ts';
import type { CellActions } from './cell-menu.tsx';
import { revealRow } from './row-window.ts';
import type { Column } from './table-column.ts';
import { columnAt } from './table-row.tsx';
import { elementOf } from '../lib/windows.ts';

type CursorInput<Row> = {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowHeight: number;
  readonly footHeight: number;
  /** Who keeps the selection; undefined: the table itself keeps where its cursor is. */
  readonly onSelect: ((row: Row) => void) | undefined;
  readonly selectedKey: string | null;
  /** A row that is pressed, or Enter on it. */
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly sortBy: (column: Column<Row>) => void;
  readonly save: () => void;
  readonly settings: () => void;
};

export function useTableCursor<Row>(input: CursorInput<Row>) {
  const { scroller, columns, rows, rowKey, rowHeight, footHeight, sortBy } = input;
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const [column, setColumn] = useState<string | null>(null);
  const [menu, setMenu] = useState<CellActions | null>(null);
  const chosenKey = input.onSelect === undefined ? ownKey : input.selectedKey;
  const at = chosenKey === null ? -1 : rows.findIndex((row) => rowKey(row) === chosenKey);
  /** The column that keys act on: the first one until the cursor moves. */
  const cursor = columns.find(({ id }) => id === column) ?? columns[0];

  // Rows are redrawn only when their content changes, not when the handler of a press does.
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  const choose = useCallback((row: Row) => {
    const { onSelect, rowKey } = latest.current;
    if (onSelect === undefined) setOwnKey(rowKey(row));
    else onSelect(row);
  }, []);
  const onPress = useCallback(
    (row: Row, pressed: string | null) => {
      setColumn(pressed);
      choose(row);
      latest.current.onOpen?.(row);
    },
    [choose],
  );

  const openMenu = (index: number, of: Column<Row>, x: number, y: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    const texts = columns.map((each) => cellText(scroller.current, row, index, each));
    setMenu({
      x,
      y,
      value: cellText(scroller.current, row, index, of),
      row: texts,
      ...(of.value === undefined ? {} : { sort: { title: of.title, act: () => sortBy(of) } }),
      save: input.save,
      settings: input.settings,
      hasKeys: true,
    });
  };
  const onContextMenu = (event: MouseEvent) => {
    const target = elementOf(event.target);
    const index = Number(target?.closest<HTMLElement>('.table-row')?.dataset['index'] ?? Number.NaN);
    const of = columns.find(({ id }) => id === columnAt(event.target)) ?? cursor;
    const row = rows[index];
    if (row === undefined || of === undefined) return;
    event.preventDefault();
    setColumn(of.id);
    choose(row);
    openMenu(index, of, event.clientX, event.clientY);
  };
  const closeMenu = (): void => {
    setMenu(null);
    scroller.current?.focus({ preventScroll: true });
  };
  const act = (action: TableAction): void => {
    const row = rows[at];
    if (action.does === 'row') {
      const to = rowAfter(action.key, at, rows.length, (scroller.current?.clientHeight ?? 0) / rowHeight);
      const next = rows[to];
      if (next === undefined) return;
      choose(next);
      revealRow(scroller.current, to, rowHeight, footHeight);
    } else if (cursor === undefined) return;
    else if (action.does === 'column') {
      const next = columns.indexOf(cursor) + (column === null ? 0 : action.step);
      setColumn(columns[Math.min(columns.length - 1, Math.max(0, next))]?.id ?? null);
    } else if (action.does === 'sort') {
      if (cursor.value !== undefined) sortBy(cursor);
    } else if (row !== undefined) {
      if (action.does === 'open') input.onOpen?.(row);
      else if (action.does === 'copy') void copyText(cellText(scroller.current, row, at, cursor));
      else if (action.does === 'copyRow') {
        void copyText(columns.map((each) => cellText(scroller.current, row, at, each)).join('\t'));
      } else {
        const box = scroller.current?.querySelector('[aria-selected="true"]')?.getBoundingClientRect();
        openMenu(at, cursor, box?.left ?? 0, box?.bottom ?? 0);
      }
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.target === event.currentTarget ? tableAction(event) : null;
    if (action === null) return;
    event.preventDefault();
    act(action);
  };
  return { at, column, menu, onPress, onContextMenu, onKeyDown, closeMenu };
}

/** The exact value, or the shown text where the column has none. */
function cellText<Row>(table: HTMLElement | null, row: Row, index: number, column: Column<Row>): string {
  const { id, value, unit } = column;
  const exact = value?.(row) ?? null;
  if (exact !== null) return valueText(exact, unit);
  const cell = table?.querySelector(`[data-index="${index}"] [data-column="${CSS.escape(id)}"]`);
  return cell == null ? '' : plainTextOf(cell);
}

export type TableAction =
  | { readonly does: 'row'; readonly key: RowKey }
  | { readonly does: 'column'; readonly step: 1 | -1 }
  | { readonly does: 'copy' | 'copyRow' | 'sort' | 'menu' | 'open' };

const ROW_KEYS = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'] as const;
type RowKey = (typeof ROW_KEYS)[number];

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** What a key does in a table; null: nothing of the table's. */
export function tableAction({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): TableAction | null {
  if (altKey) return null;
  const strong = ctrlKey || metaKey;
  // Ctrl+C too, as everywhere; Ctrl+Shift+C is the browser's.
  if (key.toLowerCase() === 'c' && !(strong && shiftKey)) return { does: shiftKey ? 'copyRow' : 'copy' };
  if (strong) return null;
  const rowKey = ROW_KEYS.find((one) => one === key);
  if (rowKey !== undefined) return { does: 'row', key: rowKey };
  if (key === 'ArrowRight' || key === 'ArrowLeft')
    return { does: 'column', step: key === 'ArrowRight' ? 1 : -1 };
  if (key === 's') return { does: 'sort' };
  if (key === 'Enter' && !shiftKey) return { does: 'open' };
  return key === 'ContextMenu' || (key === 'F10' && shiftKey) ? { does: 'menu' } : null;
}

/** Where a key moves the cursor among `count` rows. */
export function rowAfter(key: RowKey, from: number, count: number, rowsInView: number): number {
  const pageRows = Math.max(1, Math.floor(rowsInView) - 2);
  const moves: Readonly<Record<RowKey, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + pageRows,
    PageUp: from - pageRows,
    Home: 0,
    End: count - 1,
  };
  return Math.min(count - 1, Math.max(0, moves[key]));
}
