/** The venues beside each other, by what the profile's orders did there. */
import { useMemo, useState } from 'react';
import type { VenueRecord } from '../../../src-engine/contract/cross-venue-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Segments } from '../../components/segments.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { AgeMark } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { comparisonColumns } from './comparison-columns.tsx';

/** It reads the database: six times a minute, and only while visible. */
const EVERY_US = 10_000_000;
const HOUR_US = 3_600_000_000;
const TEN_MINUTES_US = HOUR_US / 6;
const SPANS = ['1 h', '24 h', 'All'] as const;
type Span = (typeof SPANS)[number];
const HOURS: Readonly<Record<Span, number | null>> = { '1 h': 1, '24 h': 24, All: null };

const NO_ROWS: readonly VenueRecord[] = [];

export function VenueComparisonPanel() {
  const session = useSession();
  const [span, setSpan] = useState<Span>('24 h');
  const hours = HOURS[span];
  const round = useTicking(() => Math.floor(session.nowUs() / EVERY_US));
  // Ten minutes long the question stays the same, and its last answer on the screen while it is asked again.
  const tenMinutes = useTicking(() => Math.floor(session.nowUs() / TEN_MINUTES_US));
  const fromUs = hours === null ? 0 : Math.max(0, tenMinutes * TEN_MINUTES_US - hours * HOUR_US);
  const { data, problem } = useAnswer('getVenueComparison', { fromUs }, round);
  const readUs = useMemo(() => (data === undefined ? null : session.nowUs()), [data, session]);
  const age = useTicking(() => formatAge(readUs === null ? null : session.nowUs() - readUs));
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const rows = data?.venues ?? NO_ROWS;
  const home = data?.homeAsset ?? homeAsset;
  const columns = useMemo(() => comparisonColumns(home), [home]);
  return (
    <Panel
      title="Venue comparison"
      note={
        data !== undefined && data.orders > 0
          ? `${formatCount(data.orders)} orders${data.isCut ? ', the newest' : ''}`
          : undefined
      }
      actions={
        <>
          <Segments label="Period" values={SPANS} chosen={span} onChoose={setSpan} />
          <CsvButton
            what="the comparison"
            file="venue-comparison"
            text={() => columnsCsv(columns, rows)}
            disabled={rows.length === 0}
          />
          <AgeMark text={age} title="Since it was read from the database" />
        </>
      }
    >
      {problem !== null && <ProblemNotice title="The comparison could not be loaded" problem={problem} />}
      <VirtualTable
        label="Venue comparison"
        columns={columns}
        rows={rows}
        rowKey={({ venue }) => venue}
        empty={
          data === undefined ? (
            <EmptyState title="Loading…">Reading orders from the database.</EmptyState>
          ) : (
            <EmptyState title="No order in this period">
              Each venue’s fill rate, latency, slippage and rejections appear once orders were sent to it.
              Choose a longer period, or trade with the demo.
            </EmptyState>
          )
        }
      />
    </Panel>
  );
}
