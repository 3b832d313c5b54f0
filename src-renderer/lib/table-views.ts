/** How the trader has set each table: columns, their order and width, filters; kept in local storage, which may be refused. */
import { create } from 'zustand';
import { MAX_FILTER } from './row-filter.ts';

const KEY = 'parallax.tables';
/** Tables that are remembered: beyond it the oldest are forgotten. */
const MAX_TABLES = 200;
const MAX_COLUMNS = 60;
export const MAX_SAVED = 20;
export const MAX_FILTER_NAME = 40;
export const WIDTHS = { least: 30, most: 900 } as const;

export type TableView = {
  /** Columns that are shown, or hidden, whatever the width of the panel; one that is not named goes by its width. */
  readonly shown: Readonly<Record<string, boolean>>;
  /** Ids in the trader's order; columns that are not named follow in their own. */
  readonly order: readonly string[];
  /** In px; a column that is not named has its own. */
  readonly widths: Readonly<Record<string, number>>;
  /** What rows are narrowed by: see row-filter.ts. */
  readonly filter: string;
};

export type SavedFilter = { readonly name: string; readonly text: string };

export const PLAIN_VIEW: TableView = { shown: {}, order: [], widths: {}, filter: '' };

export type KeptTables = {
  /** By panel and table, the one that was changed last at the end. */
  readonly views: Readonly<Record<string, TableView>>;
  /** By table, whichever panel it stands in. */
  readonly filters: Readonly<Record<string, readonly SavedFilter[]>>;
};

type TableViews = KeptTables & {
  readonly change: (table: string, changes: Partial<TableView>) => void;
  readonly reset: (table: string) => void;
  /** Under a name that is taken the other one is replaced. */
  readonly saveFilter: (label: string, filter: SavedFilter) => void;
  readonly removeFilter: (label: string, name: string) => void;
  /** Takes over what another window exported. */
  readonly replace: (tables: KeptTables) => void;
};

export const useTableViews = create<TableViews>()((set, get) => {
  const keep = (tables: KeptTables): void => {
    set(tables);
    try {
      localStorage.setItem(KEY, JSON.stringify(tables));
    } catch {
      // A window without storage still has its columns and filters; it only forgets them.
    }
  };
  const put = (table: string, view: TableView | undefined): void => {
    const { [table]: _before, ...others } = get().views;
    const all = Object.entries(view === undefined ? others : { ...others, [table]: view });
    keep({ views: Object.fromEntries(all.slice(-MAX_TABLES)), filters: get().filters });
  };
  const putFilters = (label: string, filters: readonly SavedFilter[]): void =>
    keep({ views: get().views, filters: { ...get().filters, [label]: filters } });
  return {
    ...load(),
    change: (table, changes) => put(table, { ...(get().views[table] ?? PLAIN_VIEW), ...changes }),
    reset: (table) => put(table, undefined),
    saveFilter: (label, filter) => {
      const others = (get().filters[label] ?? []).filter(({ name }) => name !== filter.name);
      putFilters(label, [...others, filter].slice(-MAX_SAVED));
    },
    removeFilter: (label, name) =>
      putFilters(
        label,
        (get().filters[label] ?? []).filter((filter) => filter.name !== name),
      ),
    replace: keep,
  };
});

/** What was stored or exported, entry by entry: what is not of this form is as if it was never there. */
export function readTables(read: unknown): KeptTables {
  const { views, filters } = recordOf(read);
  return {
    views: Object.fromEntries(
      Object.entries(recordOf(views))
        .slice(-MAX_TABLES)
        .map(([table, view]) => [table, viewOf(view)]),
    ),
    filters: Object.fromEntries(
      Object.entries(recordOf(filters))
        .slice(-MAX_TABLES)
        .map(([label, saved]) => [
          label,
          Array.isArray(saved) ? saved.filter(isSaved).slice(-MAX_SAVED) : [],
        ]),
    ),
  };
}

function load(): KeptTables {
  try {
    return readTables(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return { views: {}, filters: {} };
  }
}

function viewOf(read: unknown): TableView {
  const { shown, order, widths, filter } = recordOf(read);
  const isWidth = (width: unknown): boolean =>
    typeof width === 'number' && width >= WIDTHS.least && width <= WIDTHS.most;
  return {
    shown: entriesOf<boolean>(shown, (value) => typeof value === 'boolean'),
    order: Array.isArray(order) ? order.filter((id) => typeof id === 'string').slice(0, MAX_COLUMNS) : [],
    widths: entriesOf<number>(widths, isWidth),
    filter: typeof filter === 'string' ? filter.slice(0, MAX_FILTER) : '',
  };
}

function entriesOf<T>(read: unknown, isSound: (value: unknown) => boolean): Record<string, T> {
  const sound = Object.entries(recordOf(read)).filter(([, value]) => isSound(value));
  return Object.fromEntries(sound.slice(0, MAX_COLUMNS)) as Record<string, T>;
}

function isSaved(read: unknown): read is SavedFilter {
  const { name, text } = recordOf(read);
  const isText = (value: unknown, most: number): boolean =>
    typeof value === 'string' && value.trim() !== '' && value.length <= most;
  return isText(name, MAX_FILTER_NAME) && isText(text, MAX_FILTER);
}

function recordOf(read: unknown): Readonly<Record<string, unknown>> {
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read } : {};
}
