import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { Signed, signClass } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { venueColumn } from '../../components/venue-column.tsx';
import { Word } from '../../components/word.tsx';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock, formatDuration, formatFull } from '../../lib/time-text.ts';
import { sumOf } from '../../lib/totals.ts';
import { codesText, cycleText } from '../../lib/words.ts';
import { outcomeWord } from './lab-words.ts';

function When({ atUs }: { readonly atUs: number }) {
  const zone = usePrefs((prefs) => prefs.zone);
  return (
    <span className="num" title={formatFull(atUs, zone)}>
      {formatClock(atUs, zone, true)}
    </span>
  );
}

function Outcome({ row }: { readonly row: ExecutionRecord }) {
  const { tone, label, explain } = outcomeWord(row.outcome);
  return <Word tone={tone} label={label} explain={explain} />;
}

export const TRADE_COLUMNS: readonly Column<ExecutionRecord>[] = [
  {
    id: 'when',
    title: 'Started',
    track: '84px',
    value: (row) => row.startedUs,
    unit: 'timeUs',
    cell: (row) => <When atUs={row.startedUs} />,
  },
  {
    id: 'cycle',
    title: 'Cycle',
    track: 'minmax(120px, 1.4fr)',
    value: (row) => cycleText(row.path),
    text: (row) => codesText(row.path),
    cell: (row) => (
      <span className="symbol" title={cycleText(row.path)}>
        {codesText(row.path)}
      </span>
    ),
  },
  venueColumn(),
  {
    id: 'outcome',
    title: 'Outcome',
    track: '92px',
    value: (row) => outcomeWord(row.outcome).label,
    cell: (row) => <Outcome row={row} />,
  },
  {
    id: 'profit',
    title: 'Profit',
    hint: 'Booked profit and residuals in the home currency, at the marks of its end, after fees',
    track: 'minmax(58px, 0.7fr)',
    align: 'right',
    value: (row) => row.profitHome,
    total: (rows) => <Signed text={sumOf(rows, (row) => row.profitHome)} places={4} />,
    cell: (row) => <Signed text={row.profitHome} places={4} />,
  },
  {
    id: 'booked',
    title: 'Booked',
    hint: 'The profit in bps of the start amount',
    track: '54px',
    align: 'right',
    value: (row) => row.realizedNetBps,
    cell: (row) => (
      <span className={`num ${signClass(bpsSign(row.realizedNetBps))}`}>{formatBps(row.realizedNetBps)}</span>
    ),
  },
  {
    id: 'expected',
    title: 'Expected',
    hint: 'Net edge at the decision, in bps',
    track: '58px',
    align: 'right',
    fromWidth: 520,
    value: (row) => row.expectedNetBps,
    cell: (row) => <span className="num">{formatBps(row.expectedNetBps)}</span>,
  },
  {
    id: 'took',
    title: 'Duration',
    track: '64px',
    align: 'right',
    fromWidth: 600,
    value: (row) => row.finishedUs - row.startedUs,
    cell: (row) => <span className="num">{formatDuration(row.finishedUs - row.startedUs)}</span>,
  },
];
