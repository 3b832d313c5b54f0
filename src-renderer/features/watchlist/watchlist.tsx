import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { matchesFilter } from './filter.ts';
import { WATCH_COLUMNS } from './quote-cells.tsx';

type WatchlistProps = {
  readonly selectedId: number | null;
  readonly onSelect: (id: number) => void;
};

const NONE: readonly InstrumentRecord[] = [];

/** All instruments with their best prices. The selected one drives the book beside it. */
export function Watchlist({ selectedId, onSelect }: WatchlistProps) {
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const [filter, setFilter] = useState('');
  const rows = useMemo(
    () => instruments.filter((instrument) => matchesFilter(instrument, filter)),
    [instruments, filter],
  );
  const filterBox = (
    <label className="filter">
      <Search size={12} aria-hidden="true" />
      <input
        id="watchlist-filter"
        type="search"
        aria-label="Filter instruments"
        placeholder="Filter  /"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
    </label>
  );
  return (
    <Panel
      title="Watchlist"
      className="area-watchlist"
      note={rows.length === instruments.length ? `${rows.length}` : `${rows.length} of ${instruments.length}`}
      actions={filterBox}
    >
      <VirtualTable
        label="Quotes"
        columns={WATCH_COLUMNS}
        rows={rows}
        rowKey={keyOf}
        selectedKey={selectedId === null ? null : String(selectedId)}
        onSelect={(row) => onSelect(row.id)}
        empty={
          instruments.length === 0 ? (
            <EmptyState title="No instruments yet">
              The venue’s list is loaded when its feed opens.
            </EmptyState>
          ) : (
            <EmptyState title={`Nothing matches “${filter}”`}>Clear the filter to see all.</EmptyState>
          )
        }
      />
    </Panel>
  );
}

function keyOf(row: InstrumentRecord): string {
  return String(row.id);
}
