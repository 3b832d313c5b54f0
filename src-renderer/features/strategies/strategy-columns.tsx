/** Columns of the strategies of a session. */
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import { Amount, Signed } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { Word } from '../../components/word.tsx';
import { ABSENT, profitPlaces } from '../../lib/decimal-text.ts';
import { marketsText, plainPositions, positionText, STATE_WORDS } from './strategy-words.ts';

const none = <span className="dim">{ABSENT}</span>;

export const STRATEGY_COLUMNS: readonly Column<StrategyRow>[] = [
  {
    id: 'strategy',
    title: 'Strategy',
    hint: 'Its name',
    track: 'minmax(110px, 1.2fr)',
    value: ({ name }) => name,
    cell: ({ name, strategy }) => (
      <span className="symbol" title={strategy}>
        {name}
      </span>
    ),
  },
  {
    id: 'markets',
    title: 'Market',
    hint: 'What it looks at, and trades',
    track: 'minmax(100px, 1fr)',
    fromWidth: 420,
    value: marketsText,
    cell: (row) => <span className="dim">{marketsText(row)}</span>,
  },
  {
    id: 'mode',
    title: 'Mode',
    hint: 'Shadow sends no order; paper sends simulated ones',
    track: '60px',
    fromWidth: 420,
    value: ({ mode }) => mode,
    cell: ({ mode }) => mode,
  },
  {
    id: 'state',
    title: 'State',
    hint: 'What it does now',
    track: 'minmax(100px, 0.7fr)',
    value: ({ state }) => state,
    cell: ({ state }) => <Word {...STATE_WORDS[state]} />,
  },
  {
    id: 'position',
    title: 'Position',
    hint: 'What is held, in stakes',
    track: '64px',
    align: 'right',
    fromWidth: 540,
    value: ({ markets }) => plainPositions(markets.map(({ position }) => position)),
    cell: ({ markets }) => (
      <span className="num">{positionText(markets.map(({ position }) => position))}</span>
    ),
  },
  {
    id: 'net',
    title: 'Net',
    hint: 'Gained after all fees, and what selling the rest now would gain, in the quote currency',
    track: 'minmax(84px, 0.8fr)',
    align: 'right',
    value: ({ net }) => net ?? '',
    cell: ({ net, quote }) => (net === null ? none : <Signed text={net} places={profitPlaces(quote)} />),
  },
  {
    id: 'fees',
    title: 'Fees',
    hint: 'Of all its fills, in the quote currency',
    track: '72px',
    align: 'right',
    fromWidth: 780,
    value: ({ fees }) => fees,
    cell: ({ fees, quote }) => <Amount text={fees} places={profitPlaces(quote)} />,
  },
  {
    id: 'decisions',
    title: 'Decisions',
    hint: 'How often it wanted another position',
    track: '76px',
    align: 'right',
    fromWidth: 680,
    value: ({ decisions }) => decisions,
    cell: ({ decisions }) => <span className="num">{decisions}</span>,
  },
  {
    id: 'fills',
    title: 'Fills',
    hint: 'Parts of decisions that were carried out',
    track: '52px',
    align: 'right',
    fromWidth: 680,
    value: ({ fills }) => fills,
    cell: ({ fills }) => <span className="num">{fills}</span>,
  },
  {
    id: 'meanUs',
    title: 'Time',
    hint: 'Of one decision on average in this session, in µs',
    track: '64px',
    align: 'right',
    fromWidth: 780,
    value: ({ meter }) => meter.meanUs,
    cell: ({ meter }) =>
      meter.calls === 0 ? none : <span className="num">{meter.meanUs.toFixed(0)} µs</span>,
  },
];
