/** The cycle explorer: every triangle with what it pays now, the graph of currencies, and one triangle leg by leg. */
import { useState } from 'react';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { bpsSign, formatBps, formatCount } from '../../lib/figures.ts';
import { formatAge } from '../../lib/time-text.ts';
import { cycleText } from '../../lib/words.ts';
import { signClass } from '../../components/exact.tsx';
import { CycleWalk } from './cycle-walk.tsx';
import { CurrencyGraph } from './currency-graph.tsx';
import { MAX_TRIANGLES, type Valued } from './triangles.ts';
import { cycleKey, useFollow } from '../../workspace/followed.ts';
import { useValued } from './use-valued.ts';

const NOTHING = {};

const bps = (value: number) => <span className={`num ${signClass(bpsSign(value))}`}>{formatBps(value)}</span>;

const COLUMNS: readonly Column<Valued>[] = [
  {
    id: 'cycle',
    title: 'Cycle',
    track: 'minmax(134px, 1fr)',
    value: ({ triangle }) => cycleText(triangle.path),
    cell: ({ triangle }) => <span className="symbol">{cycleText(triangle.path)}</span>,
  },
  {
    id: 'gross',
    title: 'Gross bps',
    hint: 'At the best prices, before fees',
    track: '64px',
    align: 'right',
    file: 'gross_bps',
    value: ({ grossBps }) => grossBps,
    cell: ({ grossBps }) => bps(grossBps),
  },
  {
    id: 'net',
    title: 'Net bps',
    hint: 'After the taker fees of all legs; depth and lots are not included',
    track: '60px',
    align: 'right',
    file: 'net_bps',
    value: ({ netBps }) => netBps,
    cell: ({ netBps }) => bps(netBps),
  },
  {
    id: 'age',
    title: 'Book age',
    hint: 'Age of the oldest book of the cycle',
    track: '58px',
    align: 'right',
    file: 'book_age_ms',
    value: ({ oldestMs }) => (oldestMs === null ? null : Math.round(oldestMs)),
    cell: ({ oldestMs }) => (
      <span className="num dim">{formatAge(oldestMs === null ? null : oldestMs * 1_000)}</span>
    ),
  },
];

export function CyclesPanel() {
  const { triangles, valued } = useValued();
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const chosen = valued.find(({ triangle }) => triangle.key === chosenKey) ?? valued[0];
  const follow = useFollow();
  const choose = ({ triangle: { key, path, legs } }: Valued) => {
    setChosenKey(key);
    const venue = legs[0]?.instrument.venue ?? '';
    follow({ key: cycleKey({ venue, path }), path, legs, opportunity: undefined });
  };
  const missing = triangles.length - valued.length;
  return (
    <Panel
      title="Cycles"
      actions={
        <>
          <ViewAge topic="quotes" params={NOTHING} />
          <CsvButton what="the cycles" file="cycles" text={() => columnsCsv(COLUMNS, valued)} />
        </>
      }
      note={`${formatCount(valued.length)} triangles valued${missing > 0 ? `, ${formatCount(missing)} not live or not traded` : ''}${triangles.length >= MAX_TRIANGLES ? ', more not shown' : ''}`}
    >
      <div className="cycles">
        <VirtualTable
          label="Cycles"
          columns={COLUMNS}
          rows={valued}
          rowKey={({ triangle }) => triangle.key}
          selectedKey={chosen?.triangle.key ?? null}
          onSelect={choose}
          empty={
            <EmptyState title="No triangles yet">
              Triangles are valued once their legs are traded and the books of them are live.
            </EmptyState>
          }
        />
        {chosen !== undefined && (
          <div className="cycle-detail">
            <CurrencyGraph valued={valued} chosen={chosen} />
            <CycleWalk chosen={chosen} />
          </div>
        )}
      </div>
    </Panel>
  );
}
