import { useMemo, useState } from 'react';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { Segments } from '../../components/segments.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { cycleKey, useFollow, useFollowed } from '../../workspace/followed.ts';
import { followedOf } from '../linked-cycle/leg-path.ts';
import { formatCount } from '../../lib/figures.ts';
import { useActivityTotals } from '../activity/use-totals.tsx';
import { MissedLine } from '../strip/strip.tsx';
import { boardColumns } from './board-columns.tsx';
import { boardRows, inOrderOf, latestOfEach, type Show, SHOWN } from './board-rows.ts';
import { OpportunityDetail } from './opportunity-detail.tsx';
import { useEdges } from './use-edges.ts';
import { useMarks } from './use-marks.ts';

const NONE: readonly Opportunity[] = [];
const NOTHING = {};

/** Opportunities one by one; while the pointer is over them no row moves away from under it. */
export function Opportunities() {
  const open = useReplica((replica) => replica.openOpportunities) ?? NONE;
  const recent = useReplica((replica) => replica.recentOpportunities) ?? NONE;
  // Of the whole history, as the engine counts it; the newest are listed.
  const closed = useActivityTotals()?.opportunities.count;
  const cycles = useReplica(({ status }) => status.cycles) ?? 0;
  const simulated = useReplica(({ status }) => status.simulatedMarket) ?? false;
  const instruments = useReplica((replica) => replica.instruments);
  const follow = useFollow();
  const [show, setShow] = useState<Show>('tradable');
  const followedKey = useFollowed(({ followed }) => followed?.key);
  const [selectedKey, setSelectedKey] = useState<string | null>(null);
  const [heldOrder, setHeldOrder] = useState<readonly string[] | null>(null);
  const [isEach, setEach] = useState(false);
  const { rows: ordered, hidden } = useMemo(() => {
    const listed = isEach ? { open, recent } : latestOfEach(open, recent);
    return boardRows(listed.open, listed.recent, show);
  }, [open, recent, show, isEach]);
  const rowKey = isEach ? keyOf : cycleKey;
  const edges = useEdges();
  const { homeAsset, marks } = useMarks();
  const columns = useMemo(() => boardColumns(homeAsset, marks, edges), [homeAsset, marks, edges]);
  const rows = useMemo(
    () => (heldOrder === null ? ordered : inOrderOf(ordered, heldOrder, rowKey)),
    [ordered, heldOrder, rowKey],
  );
  // Until a row is chosen here: the cycle that the linked cycle shows.
  const selected =
    rows.find((row) => rowKey(row) === selectedKey) ??
    rows.find((row) => cycleKey(row) === followedKey) ??
    rows[0];

  const choose = (row: Opportunity) => {
    setSelectedKey(rowKey(row));
    const followed = followedOf(row, instruments ?? []);
    if (followed !== undefined) follow(followed);
  };

  return (
    <Panel
      title="Opportunities"
      className="area-opportunities"
      note={`${formatCount(open.length)} open${closed === undefined ? '' : ` · ${formatCount(closed)} closed`}${hidden === 0 ? '' : ` · ${formatCount(hidden)} hidden`}`}
      actions={
        <>
          <fieldset className="segments" aria-label="A row for">
            <button
              type="button"
              className="segment"
              aria-pressed={isEach}
              title="A row for each opportunity, in place of one a cycle"
              onClick={() => setEach(!isEach)}
            >
              each
            </button>
          </fieldset>
          <Segments label="Which are shown" values={SHOWN} chosen={show} onChoose={setShow} />
          <ViewAge topic="opportunities" params={NOTHING} />
          <CsvButton
            what="the opportunities"
            file="opportunities"
            disabled={rows.length === 0}
            text={() => columnsCsv(columns, rows)}
          />
        </>
      }
    >
      <div
        className="board-rows"
        onPointerEnter={() => setHeldOrder(ordered.map(rowKey))}
        onPointerLeave={() => setHeldOrder(null)}
      >
        <VirtualTable
          label="Opportunities"
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          rowClass={rowClass}
          selectedKey={selected === undefined ? null : rowKey(selected)}
          onSelect={choose}
          empty={
            <EmptyState
              title={show === 'all' || show === 'tradable' ? 'No opportunities yet' : `None ${show} yet`}
            >
              {cycles > 0 && `${formatCount(cycles)} cycles are watched. `}
              Net edges above zero are rare
              {simulated
                ? '; the demo shows several a minute.'
                : ' on a real venue; hours can pass without one.'}
            </EmptyState>
          }
        />
      </div>
      <MissedLine />
      <OpportunityDetail opportunity={selected} />
    </Panel>
  );
}

function keyOf(row: Opportunity): string {
  return row.opportunityId;
}

function rowClass(row: Opportunity): string {
  return row.closedUs === undefined ? 'row-live' : 'row-past';
}
