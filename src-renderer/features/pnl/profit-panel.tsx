/** Where the profit came from: equity with its drawdown, day by day, and cycle by cycle. */
import { Download } from 'lucide-react';
import type { PnlReport } from '../../../src-engine/contract/market-records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Signed, signClass } from '../../components/exact.tsx';
import { Panel } from '../../components/panel.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useSession } from '../../engine/use-session.ts';
import { type CsvColumn, saveText, toCsv } from '../../lib/csv.ts';
import { profitPlaces, signOf } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps, formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatFull } from '../../lib/time-text.ts';
import { cycleText } from '../../lib/words.ts';
import { EquityCurve } from '../lab/equity-chart.tsx';
import { useAnswer } from '../lab/use-answer.ts';

type Day = PnlReport['days'][number];
type Cycle = PnlReport['cycles'][number];

/** The report reads the database: it is asked for four times a minute, and only in sight. */
const EVERY_US = 15_000_000;
const MAX_DAYS = 60;

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
      cell: ({ path }) => <span className="symbol">{cycleText(path)}</span>,
    },
    {
      id: 'profit',
      title: 'Profit',
      hint: `In ${homeAsset}, fees included`,
      track: '84px',
      align: 'right',
      cell: ({ profit }) => <Signed text={profit} places={profitPlaces(homeAsset)} />,
    },
    {
      id: 'executions',
      title: 'Tries',
      hint: 'Executions that finished',
      track: '46px',
      align: 'right',
      cell: ({ executions }) => <span className="num">{formatCount(executions)}</span>,
    },
    {
      id: 'wins',
      title: 'Won / lost',
      track: '70px',
      align: 'right',
      fromWidth: 360,
      cell: ({ wins, losses }) => <span className="num">{`${wins} / ${losses}`}</span>,
    },
    {
      id: 'expected',
      title: 'Exp. bps',
      hint: 'Mean net edge when decided, of those that traded',
      track: '58px',
      align: 'right',
      fromWidth: 560,
      cell: ({ expectedBps }) => <span className="num dim">{formatBps(expectedBps)}</span>,
    },
    {
      id: 'realized',
      title: 'Real bps',
      hint: 'Mean net edge that the fills gave',
      track: '58px',
      align: 'right',
      fromWidth: 440,
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
  const told = report.data;
  if (told === undefined) {
    return (
      <Panel title="Profit">
        <EmptyState title={report.problem === null ? 'Adding up…' : 'The report could not be made'}>
          {report.problem?.message ?? 'Finished executions are read from the database.'}
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="Profit"
      note={
        <>
          <Signed text={told.profit} places={profitPlaces(told.homeAsset)} /> {told.homeAsset} in{' '}
          {formatCount(told.executions)} executions{told.isCut ? ', older ones are left out' : ''}
        </>
      }
      actions={
        <span className="num dim age" title="Since the report was last asked for">
          {age}
        </span>
      }
    >
      {told.executions === 0 ? (
        <EmptyState title="Nothing earned yet">
          Each finished execution counts here, by its day and by its cycle.
        </EmptyState>
      ) : (
        <div className="profit">
          <div className="profit-curve">
            <EquityCurve samples={curve.data?.samples ?? []} home={told.homeAsset} atUs={null} />
          </div>
          <Days days={told.days} homeAsset={told.homeAsset} />
          <Cycles cycles={told.cycles} homeAsset={told.homeAsset} />
        </div>
      )}
    </Panel>
  );
}

function Days({ days, homeAsset }: { readonly days: readonly Day[]; readonly homeAsset: string }) {
  const most = Math.max(...days.map(({ profit }) => Math.abs(Number(profit))), Number.MIN_VALUE);
  const shown = days.slice(-MAX_DAYS).toReversed();
  return (
    <section className="profit-part" aria-label="Profit by day">
      <Head
        title={`By day, UTC (${formatCount(days.length)})`}
        file="days"
        text={() => toCsv(DAY_CSV, days)}
      />
      <div className="scrolling" role="table" aria-label="Profit by day" tabIndex={0}>
        {shown.map(({ dayUs, profit, executions }) => (
          <div key={dayUs} className="profit-day num" role="row">
            <span role="cell">{dayText(dayUs)}</span>
            <span className="profit-track" role="cell" aria-hidden="true">
              <span
                className={`profit-bar ${signOf(profit) < 0 ? 'profit-loss' : 'profit-gain'}`}
                style={{ width: `${(Math.abs(Number(profit)) / most) * 50}%` }}
              />
            </span>
            <span role="cell" className="right">
              <Signed text={profit} places={profitPlaces(homeAsset)} />
            </span>
            <span role="cell" className="right dim" title="Executions">
              {formatCount(executions)}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}

function Cycles({ cycles, homeAsset }: { readonly cycles: readonly Cycle[]; readonly homeAsset: string }) {
  return (
    <section className="profit-part" aria-label="Profit by cycle">
      <Head
        title={`By cycle (${formatCount(cycles.length)})`}
        file="cycles"
        text={() => toCsv(CYCLE_CSV, cycles)}
      />
      <VirtualTable
        label="Profit by cycle"
        columns={cycleColumns(homeAsset)}
        rows={cycles}
        rowKey={({ path }) => path.join('>')}
        empty={<EmptyState title="No cycle yet" />}
      />
    </section>
  );
}

function Head({
  title,
  file,
  text,
}: {
  readonly title: string;
  readonly file: string;
  readonly text: () => string;
}) {
  return (
    <header className="profit-head">
      <h3>{title}</h3>
      <button
        type="button"
        className="tab-button"
        title="Save as CSV: the same figures, exact"
        onClick={() => saveText(`parallax-profit-${file}.csv`, 'text/csv', text())}
      >
        <Download size={12} aria-hidden="true" />
        <span className="visually-hidden">Save profit by {file === 'days' ? 'day' : 'cycle'} as CSV</span>
      </button>
    </header>
  );
}
