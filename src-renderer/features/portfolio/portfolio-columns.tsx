/** Columns of the coins of a portfolio. */
import type { PortfolioCoin } from '../../../src-engine/contract/portfolio-records.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { Amount, Signed } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { Word } from '../../components/word.tsx';
import { ABSENT, profitPlaces, signOf } from '../../lib/decimal-text.ts';
import { bandText, percentText, WHY_WORDS } from './portfolio-words.ts';

const none = <span className="dim">{ABSENT}</span>;

/** @param quote currency of all amounts. */
export function portfolioColumns(quote: string): readonly Column<PortfolioCoin>[] {
  const places = profitPlaces(quote);
  return [
    {
      id: 'coin',
      title: 'Coin',
      hint: 'Its market and venue',
      track: 'minmax(96px, 1fr)',
      value: ({ symbol, venue }) => `${symbol} ${venue}`,
      cell: ({ symbol, venue }) => (
        <span className="symbol" title={`${symbol} at ${venueTitle(venue)}`}>
          {symbol}
        </span>
      ),
    },
    {
      id: 'target',
      title: 'Target',
      hint: 'Share of the portfolio that is wanted, with what signals ask for',
      track: '72px',
      align: 'right',
      value: ({ target }) => target,
      cell: ({ target }) => <span className="num">{percentText(target)}</span>,
    },
    {
      id: 'actual',
      title: 'Actual',
      hint: 'Share that is held now, at the middle of the books',
      track: '72px',
      align: 'right',
      value: ({ actual }) => actual,
      cell: ({ actual }) => <span className="num">{percentText(actual)}</span>,
    },
    {
      id: 'band',
      title: 'Band',
      hint: 'Within it nothing is traded',
      track: '112px',
      align: 'right',
      fromWidth: 560,
      value: ({ band }) => band,
      cell: (coin) => <span className="num dim">{bandText(coin)}</span>,
    },
    {
      id: 'trade',
      title: 'Trade',
      hint: 'Of the last bar, towards the target, in the quote currency; below 0: a sale',
      track: 'minmax(80px, 0.7fr)',
      align: 'right',
      value: ({ trade }) => trade,
      cell: ({ trade }) => (signOf(trade) === 0 ? none : <Signed text={trade} places={places} />),
    },
    {
      id: 'cost',
      title: 'Cost',
      hint: 'Of that trade: fee, half the spread, slippage, and the way back of what a signal asks for',
      track: '72px',
      align: 'right',
      fromWidth: 440,
      value: ({ cost }) => cost,
      cell: ({ trade, cost }) =>
        signOf(trade) === 0 || cost === null ? none : <Amount text={cost} places={places} />,
    },
    {
      id: 'benefit',
      title: 'Benefit',
      hint: 'Expected of that trade: the growth that the deviation would cost, and the edge of a signal',
      track: '72px',
      align: 'right',
      fromWidth: 440,
      value: ({ benefit }) => benefit,
      cell: ({ trade, benefit }) =>
        signOf(trade) === 0 || benefit === null ? none : <Amount text={benefit} places={places} />,
    },
    {
      id: 'why',
      title: 'State',
      hint: 'Whether it is traded, and why not',
      track: 'minmax(104px, 0.8fr)',
      value: ({ why }) => why,
      cell: ({ why }) => <Word {...WHY_WORDS[why]} />,
    },
  ];
}
