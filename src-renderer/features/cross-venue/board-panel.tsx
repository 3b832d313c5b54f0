/** One market at all its venues: best prices before and after fees, their age, and which venue moves first. */
import type { CrossVenueRow } from '../../../src-engine/contract/cross-venue-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { formatBps } from '../../lib/figures.ts';
import { BOARD_COLUMNS } from './board-columns.tsx';
import { MarketChoice, NoSharedMarket, QuarantineNote } from './market-choice.tsx';
import { marketName, useCrossMarket, useCrossVenue } from './use-cross-market.ts';

const TITLE = 'Market by venue';
const NO_ROWS: readonly CrossVenueRow[] = [];

export function CrossVenueBoard() {
  const { shown, chooseId } = useCrossMarket();
  if (shown === undefined)
    return (
      <Panel title={TITLE}>
        <NoSharedMarket />
      </Panel>
    );
  return <Board shown={shown} onChoose={chooseId} />;
}

function Board({
  shown,
  onChoose,
}: {
  readonly shown: InstrumentRecord;
  readonly onChoose: (instrumentId: number) => void;
}) {
  const { view, params } = useCrossVenue(shown.id);
  const rows = view?.rows ?? NO_ROWS;
  // Of a quarantined market the difference is no edge.
  const cells = view?.isQuarantined === true ? [] : view?.cells;
  const best = cells?.reduce<number | null>(
    (most, { netBps }) => (netBps !== null && netBps > (most ?? netBps - 1) ? netBps : most),
    null,
  );
  return (
    <Panel
      title={TITLE}
      note={
        best == null ? undefined : (
          <span title="Bought at the cheapest venue and sold at the best one, after both taker fees, before depth, age risk and inventory">
            best {formatBps(best)} bps
          </span>
        )
      }
      actions={
        <>
          {view !== undefined && <MarketChoice view={view} onChoose={onChoose} />}
          <CsvButton
            what={`the venues of ${marketName(shown)}`}
            file="market-by-venue"
            text={() => columnsCsv(BOARD_COLUMNS, rows)}
            disabled={rows.length === 0}
          />
          <ViewAge topic="crossVenue" params={params} />
        </>
      }
    >
      {view !== undefined && <QuarantineNote view={view} />}
      <VirtualTable
        label={`${marketName(shown)} by venue`}
        columns={BOARD_COLUMNS}
        rows={rows}
        rowKey={({ instrumentId }) => String(instrumentId)}
        selectedKey={String(shown.id)}
        onSelect={({ instrumentId }) => onChoose(instrumentId)}
        empty={<EmptyState title="Loading…">The engine compares its venues twice a second.</EmptyState>}
      />
    </Panel>
  );
}
