/** A list of the database as a panel: newest first, older ones by page, filtered by what is typed, and saved as CSV. */
import { type ReactNode, useMemo, useState } from 'react';
import { type TotalsOf, totalsOf, useTotalsAt } from '../activity/use-totals.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import type { CsvColumn } from '../../lib/csv.ts';
import { formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { AllRowsCsv } from './all-rows-csv.tsx';
import { MAX_ROWS, type Pages, usePages } from './use-pages.ts';

export type HistoryPanelProps<Row> = {
  readonly title: string;
  /** A row that is pressed, or Enter on it. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly columns: readonly Column<Row>[];
  readonly csv: readonly CsvColumn<Row>[];
  readonly pages: Pages<Row>;
  /** What the engine counts and sums of this list as a whole. */
  readonly totals?: TotalsOf;
  /** What else narrows the list, above it. */
  readonly tools?: ReactNode;
  /** Rows that these let through; the same function while they are the same. */
  readonly accepts?: (row: Row) => boolean;
  /** The row that is chosen in full, below the list. */
  readonly detail?: (row: Row | undefined) => ReactNode;
  /** What is said while there is nothing at all. */
  readonly empty: ReactNode;
};

export function HistoryPanel<Row>(props: HistoryPanelProps<Row>) {
  const { title, columns, csv, pages, tools, accepts, detail, empty, onOpen } = props;
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const { rows, loadOlder, isLoading, hasOlder, loadedMs } = usePages(pages);
  const engineTotals = useTotalsAt(loadedMs);
  const [filter, setFilter] = useState('');
  const isShown = useMemo(() => {
    const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return (row: Row): boolean => {
      if (accepts?.(row) === false) return false;
      if (words.length === 0) return true;
      // The filter searches what the CSV of this table would contain.
      const text = csv
        .map((column) => column.text(row))
        .join(' ')
        .toLowerCase();
      return words.every((word) => text.includes(word));
    };
  }, [filter, csv, accepts]);
  const shown = useMemo(() => rows.filter(isShown), [rows, isShown]);
  const age = useTicking(() => (loadedMs === null ? '' : formatAge((performance.now() - loadedMs) * 1_000)));
  const isAll = filter.trim() === '' && accepts === undefined;
  const all = props.totals === undefined ? undefined : totalsOf(props.totals, engineTotals);
  const there = Math.max(all?.count ?? 0, rows.length);
  const note = `${formatCount(shown.length)}${shown.length >= there ? '' : ` of ${formatCount(there)}`}`;
  return (
    <Panel
      title={title}
      note={
        <>
          {note} rows{' '}
          <span className="age" title="Since the last update">
            {age === '' ? '' : `· updated ${age} ago`}
          </span>
        </>
      }
      actions={
        <>
          <FilterBox label={`Filter ${title}`} value={filter} onChange={setFilter} />
          <button
            type="button"
            className="tab-button"
            title={
              rows.length >= MAX_ROWS
                ? `A list holds ${formatCount(MAX_ROWS)} rows at most`
                : hasOlder
                  ? 'Load the previous page'
                  : 'All rows are loaded'
            }
            disabled={!hasOlder || isLoading}
            onClick={loadOlder}
          >
            {isLoading ? 'Loading…' : 'Older'}
          </button>
          <AllRowsCsv
            what={
              filter.trim() === ''
                ? `the ${title.toLowerCase()}`
                : `the ${title.toLowerCase()} of this filter`
            }
            file={title.toLowerCase()}
            pages={pages}
            columns={csv}
            accepts={isShown}
            disabled={rows.length === 0}
          />
        </>
      }
    >
      {tools !== undefined && <div className="tool-row">{tools}</div>}
      <VirtualTable
        label={title}
        columns={columns}
        rows={shown}
        rowKey={pages.keyOf}
        onOpen={onOpen}
        totals={isAll ? all : undefined}
        {...(detail === undefined
          ? {}
          : { selectedKey: chosenKey, onSelect: (row: Row) => setChosenKey(pages.keyOf(row)) })}
        empty={
          rows.length === 0 && filter === '' ? (
            empty
          ) : (
            <EmptyState title={filter === '' ? 'Nothing matches' : `Nothing matches “${filter}”`}>
              {hasOlder ? 'Load older rows, or clear the filter.' : 'Clear the filter to see all.'}
            </EmptyState>
          )
        }
      />
      {detail !== undefined &&
        chosenKey !== null &&
        detail(shown.find((row) => pages.keyOf(row) === chosenKey))}
    </Panel>
  );
}
