import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { Amount, Signed, signClass } from '../../components/exact.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { placesFor } from '../../lib/decimal-text.ts';
import { formatBps } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatDuration } from '../../lib/time-text.ts';
import { DECISION_WORDS } from '../../lib/words.ts';

function Bps({ value }: { readonly value: number }) {
  return <span className={`num ${signClass(Math.sign(value))}`}>{formatBps(value)}</span>;
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
  const text = useTicking(() => (closedUs === undefined ? 'LIVE' : formatAge(session.nowUs() - closedUs)));
  return <span className={closedUs === undefined ? 'live-mark' : 'num dim'}>{text}</span>;
}

export function decisionWord({ decision, decisionDetail }: Opportunity) {
  const { label, explain, tone } = DECISION_WORDS[decision];
  return (
    <Word
      tone={tone}
      label={label}
      explain={decisionDetail === '' ? explain : `${explain} ${decisionDetail}`}
    />
  );
}

export const OPPORTUNITY_COLUMNS: readonly Column<Opportunity>[] = [
  {
    id: 'path',
    title: 'Cycle',
    track: 'minmax(158px, 1.3fr)',
    cell: (row) => <span className="symbol">{row.path.join('→')}</span>,
  },
  {
    id: 'net',
    title: 'Net bps',
    hint: 'Expected edge after fees, depth, rounding and slippage',
    track: '60px',
    align: 'right',
    cell: (row) => <Bps value={row.waterfall.netBps} />,
  },
  {
    id: 'gross',
    title: 'Gross',
    hint: 'Product of the best prices, before any cost, in bps',
    track: '58px',
    align: 'right',
    fromWidth: 600,
    cell: (row) => <span className="num dim">{formatBps(row.waterfall.grossBps)}</span>,
  },
  {
    id: 'size',
    title: 'Size',
    hint: 'Start amount that maximises the net profit, in the first asset of the cycle',
    track: '80px',
    align: 'right',
    fromWidth: 540,
    cell: (row) => <Amount text={row.startAmount} places={placesFor(row.path[0] ?? '')} />,
  },
  {
    id: 'profit',
    title: 'Exp. profit',
    hint: 'Expected profit in the first asset of the cycle',
    track: '78px',
    align: 'right',
    cell: (row) => <Signed text={row.expectedProfit} places={placesFor(row.path[0] ?? '') + 2} />,
  },
  {
    id: 'life',
    title: 'Life',
    hint: 'Time since it opened; for a closed one how long it lived',
    track: '58px',
    align: 'right',
    cell: (row) => <LifeCell row={row} />,
  },
  {
    id: 'when',
    title: 'Seen',
    hint: 'LIVE, or how long ago it closed',
    track: '54px',
    align: 'right',
    fromWidth: 480,
    cell: (row) => <WhenCell row={row} />,
  },
  {
    id: 'decision',
    title: 'Decision',
    track: 'minmax(112px, 1fr)',
    cell: decisionWord,
  },
];
