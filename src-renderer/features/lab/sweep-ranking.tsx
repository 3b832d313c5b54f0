import { codeOf } from '../../lib/venue-asset-text.ts';
import { shownValue } from '../../lib/decimal-text.ts';
import { type ReactNode, useMemo } from 'react';
import type { SweepReview } from '../../../src-engine/contract/lab-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { Signed, signClass } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { signed } from './heatmap-painter.ts';
import { metricText } from './metric-text.ts';
import { varied } from './trial-points.ts';

type RankedTrial = SweepReview['ranking'][number];
type Row = RankedTrial & { readonly rank: number };

type SweepRankingProps = {
  readonly review: SweepReview;
  readonly chosenId: string | null;
  readonly onChoose: (trialId: string) => void;
  readonly actions: ReactNode;
};

function Score({ value }: { readonly value: number }) {
  return <span className={`num ${signClass(Math.sign(value))}`}>{signed(value)}</span>;
}

/** All trials, best by test first, with what they did in train beside it. */
export function SweepRanking({ review, chosenId, onChoose, actions }: SweepRankingProps) {
  const { ranking } = review;
  const homeAsset = codeOf(review.homeAsset);
  const rows = useMemo(() => ranking.map((trial, at): Row => ({ ...trial, rank: at + 1 })), [ranking]);
  const columns = useMemo(() => columnsOf(varied(ranking), homeAsset), [ranking, homeAsset]);
  return (
    <section className="lab-ranking" aria-label="Ranking by test">
      <div className="lab-row">
        <h3>Ranking by test</h3>
        {actions}
        <CsvButton what="the ranking" file="ranking" text={() => columnsCsv(columns, rows)} />
      </div>
      <VirtualTable
        label="Trials"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.trialId}
        selectedKey={chosenId}
        onSelect={(row) => onChoose(row.trialId)}
        empty={<p className="dim">No trials ran.</p>}
      />
    </section>
  );
}

function columnsOf(names: readonly string[], home: string): readonly Column<Row>[] {
  // What the columns that are always there take, with their gaps.
  const plain = 420 + names.length * 104;
  const parameters = names.map(
    (name): Column<Row> => ({
      id: name,
      title: name,
      hint: name,
      track: 'minmax(96px, 1fr)',
      align: 'right',
      value: (row) => row.params[name] ?? null,
      cell: (row) => <span className="num">{shownValue(row.params[name] ?? '')}</span>,
    }),
  );
  return [
    {
      id: 'rank',
      title: '#',
      track: '34px',
      align: 'right',
      value: (row) => row.rank,
      cell: (row) => <span className="num dim">{row.rank}</span>,
    },
    ...parameters,
    {
      id: 'test',
      title: 'Test',
      track: '72px',
      align: 'right',
      value: (row) => row.test,
      cell: (row) => <Score value={row.test} />,
    },
    {
      id: 'train',
      title: 'Train',
      track: '72px',
      align: 'right',
      value: (row) => row.train,
      cell: (row) => <Score value={row.train} />,
    },
    {
      id: 'testTrades',
      title: 'In test',
      hint: 'Trades in the tests',
      track: '56px',
      align: 'right',
      value: (row) => row.testTrades,
      cell: (row) => <span className="num">{row.testTrades}</span>,
    },
    {
      id: 'pnl',
      title: `PnL ${home}`,
      hint: 'Over all data',
      track: 'minmax(80px, 0.8fr)',
      align: 'right',
      value: (row) => row.netPnl,
      cell: (row) => <Signed text={row.netPnl} places={4} />,
    },
    {
      id: 'trades',
      title: 'Trades',
      track: '56px',
      align: 'right',
      fromWidth: plain + 64,
      value: (row) => row.trades,
      cell: (row) => <span className="num">{row.trades}</span>,
    },
    {
      id: 'drawdown',
      title: 'Drawdown',
      track: '80px',
      align: 'right',
      fromWidth: plain + 152,
      value: (row) => row.maxDrawdown,
      cell: (row) => <span className="num">{metricText({ format: 'percent' }, row.maxDrawdown)}</span>,
    },
  ];
}
