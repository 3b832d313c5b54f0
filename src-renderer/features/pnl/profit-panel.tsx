/** Sources of the profit: equity with its drawdown, day by day, and cycle by cycle. */
import { useMemo } from 'react';
import type { PnlReport } from '../../../src-engine/contract/market-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Signed, signClass } from '../../components/exact.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useSession } from '../../engine/use-session.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { type CsvColumn, toCsv } from '../../lib/csv.ts';
import { profitPlaces, signOf } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps, formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatFull } from '../../lib/time-text.ts';
import { sumOf } from '../../lib/totals.ts';
import { cycleText } from '../../lib/words.ts';
import { EquityCurve } from '../lab/equity-chart.tsx';
import { useAnswer } from '../lab/use-answer.ts';

type Day = PnlReport['days'][number];
type Cycle = PnlReport['cycles'][number];

/** The report reads the database: it is asked for four times a minute, and only while visible. */
const EVERY_US = 15_000_000;

const dayText = (dayUs: number): string => formatFull(dayUs, 'utc').slice(0, 10);
const DAY_CSV: readonly CsvColumn<Day>[] = [
  { title: 'day', text: ({ dayUs }) => dayText(dayUs) },
  { title: 'profit', text: ({ profit }) => profit },
  { title: 'executions', text: ({ executions }) => String(executions) },
  { title: 'wins', text: ({ wins }) => String(wins) },
  { title: 'losses', text: ({ losses }) => String(losses) },
];
const CYCLE_CSV: readonly CsvColumn<Cycle>[] = [
  { title: 'cycle', text: ({ path }) => cycleText(path, '>') },
  { title: 'profit', text: ({ profit }) => profit },
  { title: 'executions', text: ({ executions }) => String(executions) },
  { title: 'wins', text: ({ wins }) => String(wins) },
  { title: 'losses', text: ({ losses }) => String(losses) },
  { title: 'expectedBps', text: ({ expectedBps }) => String(expectedBps) },
  { title: 'realizedBps', text: ({ realizedBps }) => String(realizedBps) },
];

function cycleColumns(homeAsset: string): Column<Cycle>[] {
  return [
    {
      id: 'path',
      title: 'Cycle',
      track: 'minmax(120px, 1fr)',
      value: ({ path }) => cycleText(path),
      cell: ({ path }) => <span className="symbol">{cycleText(path)}</span>,
    },
    {
      id: 'profit',
      title: 'Profit',
      hint: `In ${homeAsset}, fees included`,
      track: '84px',
      align: 'right',
      value: ({ profit }) => profit,
      total: (rows) => <Signed text={sumOf(rows, ({ profit }) => profit)} places={profitPlaces(homeAsset)} />,
      cell: ({ profit }) => <Signed text={profit} places={profitPlaces(homeAsset)} />,
    },
    {
      id: 'executions',
      title: 'Tries',
      hint: 'Executions that finished',
      track: '46px',
      align: 'right',
      value: ({ executions }) => executions,
      total: (rows) => <CountTotal rows={rows} />,
      cell: ({ executions }) => <span className="num">{formatCount(executions)}</span>,
    },
    {
      id: 'wins',
      title: 'Won / lost',
      track: '70px',
      align: 'right',
      fromWidth: 360,
      value: ({ wins }) => wins,
      cell: ({ wins, losses }) => <span className="num">{`${wins} / ${losses}`}</span>,
    },
    {
      id: 'expected',
      title: 'Exp. bps',
      hint: 'Mean net edge at the decision, of those that traded',
      track: '58px',
      align: 'right',
      fromWidth: 560,
      value: ({ expectedBps }) => expectedBps,
      cell: ({ expectedBps }) => <span className="num dim">{formatBps(expectedBps)}</span>,
    },
    {
      id: 'realized',
      title: 'Booked bps',
      hint: 'Mean net edge of the fills',
      track: '66px',
      align: 'right',
      fromWidth: 440,
      value: ({ realizedBps }) => realizedBps,
      cell: ({ realizedBps }) => (
        <span className={`num ${signClass(bpsSign(realizedBps))}`}>{formatBps(realizedBps)}</span>
      ),
    },
  ];
}

export function ProfitPanel() {
  const session = useSession();
  const round = useTicking(() => Math.floor(session.nowUs() / EVERY_US));
  const report = useAnswer('getPnlReport', {}, round);
  const curve = useAnswer('listEquity', { maxPoints: 1_000 }, round);
  const age = useTicking(() => formatAge(report.data === undefined ? null : session.nowUs() % EVERY_US));
  const pnl = report.data;
  if (pnl === undefined) {
    return (
      <Panel title="Profit">
        {report.problem === null ? (
          <EmptyState title="Loading…">Reading finished executions from the database.</EmptyState>
        ) : (
          <ProblemNotice title="The report could not be loaded" problem={report.problem} />
        )}
      </Panel>
    );
  }
  return (
    <Panel
      title="Profit"
      note={
        <>
          <Signed text={pnl.profit} places={profitPlaces(pnl.homeAsset)} /> {pnl.homeAsset} in{' '}
          {formatCount(pnl.executions)} executions{pnl.isCut ? ', older ones not included' : ''}
        </>
      }
      actions={
        <span className="num dim age" title="Since the last update">
          {age}
        </span>
      }
    >
      {pnl.executions === 0 ? (
        <EmptyState title="No finished executions yet">
          Finished executions are added up here by day and by cycle.
        </EmptyState>
      ) : (
        <div className="profit">
          <div className="profit-curve">
            <EquityCurve samples={curve.data?.samples ?? []} home={pnl.homeAsset} atUs={null} />
          </div>
          <Days days={pnl.days} homeAsset={pnl.homeAsset} />
          <Cycles cycles={pnl.cycles} homeAsset={pnl.homeAsset} />
        </div>
      )}
    </Panel>
  );
}

function Days({ days, homeAsset }: { readonly days: readonly Day[]; readonly homeAsset: string }) {
  const newest = useMemo(() => days.toReversed(), [days]);
  const columns = useMemo(() => dayColumns(days, homeAsset), [days, homeAsset]);
  return (
    <section className="profit-part" aria-label="Profit by day">
      <Head
        title={`By day, UTC (${formatCount(days.length)})`}
        what="profit by day"
        file="profit-days"
        text={() => toCsv(DAY_CSV, days)}
      />
      <VirtualTable
        label="Profit by day"
        columns={columns}
        rows={newest}
        rowKey={({ dayUs }) => String(dayUs)}
        empty={<EmptyState title="No days yet" />}
      />
    </section>
  );
}

function dayColumns(days: readonly Day[], homeAsset: string): Column<Day>[] {
  const most = Math.max(...days.map(({ profit }) => Math.abs(Number(profit))), Number.MIN_VALUE);
  const places = profitPlaces(homeAsset);
  return [
    {
      id: 'day',
      title: 'Day',
      track: '78px',
      value: ({ dayUs }) => dayText(dayUs),
      cell: ({ dayUs }) => <span className="num">{dayText(dayUs)}</span>,
    },
    {
      id: 'bar',
      title: '',
      track: 'minmax(16px, 1fr)',
      cell: ({ profit }) => (
        <span className="profit-track" aria-hidden="true">
          <span
            className={`profit-bar ${signOf(profit) < 0 ? 'profit-loss' : 'profit-gain'}`}
            style={{ width: `${(Math.abs(Number(profit)) / most) * 50}%` }}
          />
        </span>
      ),
    },
    {
      id: 'profit',
      title: 'Profit',
      hint: `In ${homeAsset}, fees included`,
      track: '84px',
      align: 'right',
      value: ({ profit }) => profit,
      total: (rows) => <Signed text={sumOf(rows, ({ profit }) => profit)} places={places} />,
      cell: ({ profit }) => <Signed text={profit} places={places} />,
    },
    {
      id: 'executions',
      title: 'Tries',
      hint: 'Executions that finished',
      track: '46px',
      align: 'right',
      value: ({ executions }) => executions,
      total: (rows) => <CountTotal rows={rows} />,
      cell: ({ executions }) => <span className="num">{formatCount(executions)}</span>,
    },
  ];
}

/** How many executions all of the rows had. */
function CountTotal({ rows }: { readonly rows: readonly { readonly executions: number }[] }) {
  const count = rows.reduce((sum, { executions }) => sum + executions, 0);
  return (
    <span className="num" data-exact={count}>
      {formatCount(count)}
    </span>
  );
}

function Cycles({ cycles, homeAsset }: { readonly cycles: readonly Cycle[]; readonly homeAsset: string }) {
  const columns = useMemo(() => cycleColumns(homeAsset), [homeAsset]);
  return (
    <section className="profit-part" aria-label="Profit by cycle">
      <Head
        title={`By cycle (${formatCount(cycles.length)})`}
        what="profit by cycle"
        file="profit-cycles"
        text={() => toCsv(CYCLE_CSV, cycles)}
      />
      <VirtualTable
        label="Profit by cycle"
        columns={columns}
        rows={cycles}
        rowKey={({ path }) => path.join('>')}
        empty={<EmptyState title="No cycles yet" />}
      />
    </section>
  );
}

type HeadProps = {
  readonly title: string;
  readonly what: string;
  readonly file: string;
  readonly text: () => string;
};

function Head({ title, what, file, text }: HeadProps) {
  return (
    <header className="profit-head">
      <h3>{title}</h3>
      <CsvButton what={what} file={file} text={text} />
    </header>
  );
}
