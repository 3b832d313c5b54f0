import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { Amount, Signed, signClass } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { venueColumn } from '../../components/venue-column.tsx';
import { CutSentence } from '../../components/cut-text.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { reasonText, shownReason } from '../../lib/code-words.ts';
import { placesFor, profitPlaces } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatDuration } from '../../lib/time-text.ts';
import { codesText, DECISION_WORDS } from '../../lib/words.ts';

function Bps({ value }: { readonly value: number }) {
  return <span className={`num ${signClass(bpsSign(value))}`}>{formatBps(value)}</span>;
}

/** How long it has been open, or how long it lived. */
function LifeCell({ row }: { readonly row: Opportunity }) {
  const session = useSession();
  const text = useTicking(() =>
    row.closedUs === undefined
      ? formatAge(session.nowUs() - row.openedUs)
      : formatDuration(row.closedUs - row.openedUs),
  );
  return <span className="num">{text}</span>;
}

function WhenCell({ row }: { readonly row: Opportunity }) {
  const session = useSession();
  const { closedUs } = row;
  const text = useTicking(() => (closedUs === undefined ? 'OPEN' : formatAge(session.nowUs() - closedUs)));
  return <span className={closedUs === undefined ? 'live-mark' : 'num dim'}>{text}</span>;
}

export function decisionWord({ decision, decisionDetail }: Opportunity) {
  const { label, explain, tone } = DECISION_WORDS[decision];
  return (
    <Word
      tone={tone}
      label={label}
      explain={decisionDetail === '' ? explain : `${explain} ${shownReason(decisionDetail)}`}
    />
  );
}

export const OPPORTUNITY_COLUMNS: readonly Column<Opportunity>[] = [
  {
    id: 'path',
    title: 'Cycle',
    // The longest usual cycle of three legs, such as USD→USDT→USDC→USD.
    track: 'minmax(164px, 0.6fr)',
    value: (row) => codesText(row.path),
    cell: (row) => (
      <span className="symbol">
        <span className={row.closedUs === undefined ? 'open-dot' : 'past-dot'} aria-hidden="true" />
        {codesText(row.path)}
      </span>
    ),
  },
  venueColumn(),
  {
    id: 'net',
    title: 'Net bps',
    hint: 'Expected net edge after fees, depth, rounding and slippage',
    track: '52px',
    align: 'right',
    file: 'net_bps',
    value: (row) => row.waterfall.netBps,
    cell: (row) => <Bps value={row.waterfall.netBps} />,
  },
  {
    id: 'gross',
    title: 'Gross',
    hint: 'Product of the best prices, before any cost, in bps',
    track: '48px',
    align: 'right',
    fromWidth: 640,
    file: 'gross_bps',
    value: (row) => row.waterfall.grossBps,
    cell: (row) => <span className="num dim">{formatBps(row.waterfall.grossBps)}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    hint: 'Start amount that maximises the net profit, in the first asset of the cycle',
    track: '68px',
    align: 'right',
    fromWidth: 580,
    file: 'start_amount',
    value: (row) => row.startAmount,
    cell: (row) => <Amount text={row.startAmount} places={placesFor(row.path[0] ?? '')} />,
  },
  {
    id: 'profit',
    title: 'Profit',
    hint: 'Expected profit in the first asset of the cycle',
    fromWidth: 445,
    track: '74px',
    align: 'right',
    file: 'expected_profit',
    value: (row) => row.expectedProfit,
    cell: (row) => <Signed text={row.expectedProfit} places={profitPlaces(row.path[0] ?? '')} />,
  },
  {
    id: 'life',
    title: 'Life',
    hint: 'Time since it opened; for a closed one, until it closed',
    track: '52px',
    align: 'right',
    fromWidth: 590,
    file: 'life_us',
    value: (row) => (row.closedUs === undefined ? null : row.closedUs - row.openedUs),
    cell: (row) => <LifeCell row={row} />,
  },
  {
    id: 'age',
    title: 'Book age',
    hint: 'Age of the oldest book of the cycle when it was decided',
    track: '60px',
    align: 'right',
    fromWidth: 800,
    file: 'book_age_us',
    value: (row) => Math.round(row.waterfall.ageUs),
    cell: (row) => <span className="num dim">{formatDuration(row.waterfall.ageUs)}</span>,
  },
  {
    id: 'when',
    title: 'Seen',
    hint: 'OPEN, or how long ago it closed',
    track: '52px',
    align: 'right',
    fromWidth: 700,
    value: (row) => row.closedUs ?? null,
    unit: 'timeUs',
    cell: (row) => <WhenCell row={row} />,
  },
  {
    id: 'decision',
    title: 'Decision',
    hint: 'Whether it was taken, and if not, why',
    track: 'minmax(120px, 0.5fr)',
    value: (row) => DECISION_WORDS[row.decision].label,
    cell: decisionWord,
  },
  {
    id: 'why',
    title: 'Why',
    hint: 'The numbers of the decision',
    track: 'minmax(120px, 1.4fr)',
    fromWidth: 900,
    value: (row) => reasonText(row.decisionDetail),
    cell: (row) => <CutSentence text={shownReason(row.decisionDetail)} />,
  },
];
