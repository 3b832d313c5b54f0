/** The ghost beside the live account: the difference of their results, in total and cycle by cycle. */
import type { GhostStatus } from '../../../src-engine/contract/live-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Amount, Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { Panel } from '../../components/panel.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { ABSENT } from '../../lib/decimal-text.ts';
import { formatBps, formatCount, formatSpread } from '../../lib/figures.ts';
import { cycleText } from '../../lib/words.ts';
import { useGhost } from './use-ghost.ts';

const NOTHING = {};

type Tracked = GhostStatus['recent'][number];

const bps = (value: number | null): string => (value === null ? ABSENT : formatBps(value));

const COLUMNS: readonly Column<Tracked>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '92px',
    value: (row) => row.atUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.atUs} withMs={false} />,
  },
  {
    id: 'cycle',
    title: 'Cycle',
    track: 'minmax(130px, 1fr)',
    value: (row) => cycleText(row.path),
    cell: (row) => cycleText(row.path),
  },
  {
    id: 'live',
    title: 'Live bps',
    hint: 'Result of the account in bps of its start amount; a dash: not traded',
    track: '70px',
    align: 'right',
    value: (row) => row.liveBps,
    cell: (row) => <span className="num">{bps(row.liveBps)}</span>,
  },
  {
    id: 'ghost',
    title: 'Ghost bps',
    hint: 'Result of the ghost in bps of its start amount; a dash: not traded',
    track: '76px',
    align: 'right',
    value: (row) => row.ghostBps,
    cell: (row) => <span className="num">{bps(row.ghostBps)}</span>,
  },
  {
    id: 'difference',
    title: 'Difference',
    track: '66px',
    align: 'right',
    value: ({ liveBps, ghostBps }) => (liveBps === null || ghostBps === null ? null : liveBps - ghostBps),
    cell: ({ liveBps, ghostBps }) => (
      <span className="num">{bps(liveBps === null || ghostBps === null ? null : liveBps - ghostBps)}</span>
    ),
  },
];

export function GhostPanel() {
  const ghost = useGhost();
  return (
    <Panel
      title="Ghost"
      actions={
        <>
          <ViewAge topic="ghost" params={NOTHING} />
          {ghost !== undefined && (
            <CsvButton what="the cycles" file="ghost" text={() => columnsCsv(COLUMNS, ghost.recent)} />
          )}
        </>
      }
    >
      {ghost === undefined ? (
        <EmptyState title="No ghost in this profile">
          The live and rehearsal profiles have a ghost: a simulated account that trades beside the real one.
        </EmptyState>
      ) : (
        <>
          <GhostFigures ghost={ghost} />
          <VirtualTable
            label="Cycles of the account and its ghost"
            columns={COLUMNS}
            rows={ghost.recent}
            rowKey={(row) => `${row.atUs}-${row.path.join()}`}
            empty={
              <EmptyState title="No cycles yet">
                Each cycle that the account or the ghost trades is listed here.
              </EmptyState>
            }
          />
        </>
      )}
    </Panel>
  );
}

export function GhostFigures({ ghost }: { readonly ghost: GhostStatus }) {
  const { homeAsset, equity, realizedPnl, cycles, pairs, liveOnly, ghostOnly } = ghost;
  return (
    <Facts className="ghost-figures">
      <Fact
        name="Tracking error"
        title="Standard deviation of live minus ghost, over cycles that both have traded"
      >
        {ghost.trackingErrorBps === null ? ABSENT : `${formatSpread(ghost.trackingErrorBps)} bps`}
      </Fact>
      <Fact name="Mean difference" title="Live minus ghost; below zero: simulation is too optimistic">
        {ghost.meanDifferenceBps === null ? ABSENT : `${bps(ghost.meanDifferenceBps)} bps`}
      </Fact>
      <Fact name="Traded by both / live only / ghost only">
        {formatCount(pairs)} / {formatCount(liveOnly)} / {formatCount(ghostOnly)}
      </Fact>
      <Fact name="Ghost equity">
        {equity === null ? ABSENT : <Amount text={equity} places={2} />} {homeAsset}
      </Fact>
      <Fact name={`Ghost realised, ${formatCount(cycles)} cycles`}>
        <Signed text={realizedPnl} places={2} /> {homeAsset}
      </Fact>
    </Facts>
  );
}
