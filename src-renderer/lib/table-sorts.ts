/** How each table of each panel is sorted; kept in local storage, which may be refused. */
import { create } from 'zustand';

const KEY = 'parallax.sorts';
/** Tables that are remembered: beyond it the oldest are forgotten. */
const MAX_SORTS = 200;

export type Sort = { readonly column: string; readonly direction: 'ascending' | 'descending' };

type TableSorts = {
  /** By panel and table, the one that was changed last at the end. */
  readonly sorts: Readonly<Record<string, Sort>>;
  /** Undefined: the order in which the rows come. */
  readonly keep: (table: string, sort: Sort | undefined) => void;
};

export const useTableSorts = create<TableSorts>()((set, get) => ({
  sorts: load(),
  keep: (table, sort) => {
    const { [table]: _before, ...others } = get().sorts;
    const all = Object.entries(sort === undefined ? others : { ...others, [table]: sort });
    const sorts = Object.fromEntries(all.slice(-MAX_SORTS));
    set({ sorts });
    try {
      localStorage.setItem(KEY, JSON.stringify(sorts));
    } catch {
      // A window without storage still sorts; it only forgets.
    }
  },
}));

/** The next state of a column that was pressed: its natural way first, then the other, then none. */
export function nextSort(before: Sort | undefined, column: string, isFigure: boolean): Sort | undefined {
  const natural = isFigure ? 'descending' : 'ascending';
  if (before?.column !== column) return { column, direction: natural };
  if (before.direction !== natural) return undefined;
  return { column, direction: isFigure ? 'ascending' : 'descending' };
}

/** What was stored, entry by entry: what is not a sort is as if it was never there. */
function load(): Record<string, Sort> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof read !== 'object' || read === null) return {};
    const sound = Object.entries(read).filter((entry): entry is [string, Sort] => isSort(entry[1]));
    return Object.fromEntries(sound.slice(-MAX_SORTS));
  } catch {
    return {};
  }
}

function isSort(value: unknown): value is Sort {
  if (typeof value !== 'object' || value === null) return false;
  const { column, direction } = value as Partial<Record<keyof Sort, unknown>>;
  return typeof column === 'string' && (direction === 'ascending' || direction === 'descending');
}
