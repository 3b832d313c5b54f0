import { useMemo, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Panel } from '../../components/panel.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { matchesFilter } from './filter.ts';
import { watchColumns } from './quote-cells.tsx';

const NONE: readonly InstrumentRecord[] = [];

/** All instruments with their best prices. The selected one drives the panels that are linked with it. */
export function Watchlist() {
  const { instrument: selected, choose } = useLinkedInstrument();
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const { quotes } = useSession();
  const columns = useMemo(() => watchColumns(quotes), [quotes]);
  const [filter, setFilter] = useState('');
  const rows = useMemo(
    () => instruments.filter((instrument) => matchesFilter(instrument, filter)),
    [instruments, filter],
  );
  const filterBox = (
    <FilterBox
      id="watchlist-filter"
      label="Filter instruments"
      placeholder="Filter  /"
      value={filter}
      onChange={setFilter}
    />
  );
  return (
    <Panel
      title="Watchlist"
      className="area-watchlist"
      note={`${rows.length === instruments.length ? '' : `${formatCount(rows.length)} of `}${formatCount(instruments.length)} instruments`}
      actions={
        <>
          {filterBox}
          <CsvButton
            what="the quotes"
            file="quotes"
            disabled={rows.length === 0}
            text={() => columnsCsv(columns, rows)}
          />
        </>
      }
    >
      <VirtualTable
        label="Quotes"
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        selectedKey={selected === undefined ? null : keyOf(selected)}
        onSelect={choose}
        empty={
          instruments.length === 0 ? (
            <EmptyState title="No instruments yet">
              The venue’s instruments are loaded when its feed opens.
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
