/** Columns of a market at its venues: prices before and after fees, age, and who moves first. */
import type { CrossVenueRow } from '../../../src-engine/contract/cross-venue-records.ts';
import { Exact, Price } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { Word } from '../../components/word.tsx';
import { ABSENT, trimZeros, withPoint } from '../../lib/decimal-text.ts';
import { formatAge, formatLatency } from '../../lib/time-text.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { BOOK_WORDS } from '../../lib/words.ts';

const none = <span className="dim">{ABSENT}</span>;
const BEST = 'the best of all venues';

/** "leads 300 ms", "lags 300 ms", "together". */
export function leadWords(leadMs: number | null): string {
  if (leadMs === null) return ABSENT;
  if (leadMs === 0) return 'together';
  return leadMs > 0 ? `leads ${leadMs} ms` : `lags ${-leadMs} ms`;
}

export const BOARD_COLUMNS: readonly Column<CrossVenueRow>[] = [
  {
    id: 'venue',
    title: 'Venue',
    track: 'minmax(84px, 0.8fr)',
    value: ({ venue }) => venue,
    cell: ({ venue, symbol }) => (
      <span className="symbol" title={symbol}>
        {venueTitle(venue)}
      </span>
    ),
  },
  {
    id: 'bid',
    title: 'Bid',
    hint: 'Best price at which others buy',
    track: 'minmax(76px, 0.9fr)',
    align: 'right',
    fromWidth: 520,
    isLive: true,
    value: ({ bid }) => bid,
    cell: ({ bid }) => <Price text={bid} />,
  },
  {
    id: 'netBid',
    title: 'Sell, net',
    hint: 'What a seller is left with of the best bid after the taker fee; ▸ marks the best of all venues',
    track: 'minmax(92px, 1fr)',
    align: 'right',
    isLive: true,
    value: ({ netBid }) => netBid,
    cell: ({ netBid, isBestBid }) => (
      <Price text={netBid} isBest={isBestBid} note={isBestBid ? BEST : undefined} />
    ),
  },
  {
    id: 'netAsk',
    title: 'Buy, net',
    hint: 'What a buyer pays at the best ask for each unit that he keeps, taker fee included; ▸ marks the best of all venues',
    track: 'minmax(92px, 1fr)',
    align: 'right',
    isLive: true,
    value: ({ netAsk }) => netAsk,
    cell: ({ netAsk, isBestAsk }) => (
      <Price text={netAsk} isBest={isBestAsk} note={isBestAsk ? BEST : undefined} />
    ),
  },
  {
    id: 'ask',
    title: 'Ask',
    hint: 'Best price at which others sell',
    track: 'minmax(76px, 0.9fr)',
    align: 'right',
    fromWidth: 520,
    isLive: true,
    value: ({ ask }) => ask,
    cell: ({ ask }) => <Price text={ask} />,
  },
  {
    id: 'bidQty',
    title: 'Bid qty',
    hint: 'Quantity at the best bid',
    track: 'minmax(70px, 0.7fr)',
    align: 'right',
    fromWidth: 820,
    isLive: true,
    value: ({ bidQty }) => bidQty,
    cell: ({ bidQty }) => (bidQty === null ? none : <Exact text={trimZeros(bidQty)} />),
  },
  {
    id: 'askQty',
    title: 'Ask qty',
    hint: 'Quantity at the best ask',
    track: 'minmax(70px, 0.7fr)',
    align: 'right',
    fromWidth: 820,
    isLive: true,
    value: ({ askQty }) => askQty,
    cell: ({ askQty }) => (askQty === null ? none : <Exact text={trimZeros(askQty)} />),
  },
  {
    id: 'feeBps',
    title: 'Taker',
    hint: 'Taker fee in bps; + gas: each order also costs gas, whatever its size; neither net price has it',
    track: '64px',
    align: 'right',
    fromWidth: 640,
    value: ({ feeBps }) => feeBps,
    cell: ({ feeBps, orderCost, symbol }) =>
      feeBps === null ? (
        none
      ) : (
        <span
          className="num"
          title={
            orderCost === undefined
              ? undefined
              : `${withPoint(orderCost)} ${symbol.split('/')[1] ?? ''} for each order`
          }
        >
          {withPoint(trimZeros(feeBps.toFixed(2)))}
          {orderCost !== undefined && ' + gas'}
        </span>
      ),
  },
  {
    id: 'ageUs',
    title: 'Age',
    hint: 'Since the book last changed',
    track: '58px',
    align: 'right',
    isLive: true,
    value: ({ ageUs }) => (ageUs === null ? null : Math.round(ageUs)),
    cell: ({ ageUs }) => <span className="num">{formatAge(ageUs)}</span>,
  },
  {
    id: 'lead',
    title: 'Lead',
    hint: 'Which venue’s price moves first: the lag at which the last minute’s returns are most like those of the other venues, where both moved. A dash: nothing stands out from chance',
    track: 'minmax(84px, 0.8fr)',
    fromWidth: 440,
    isLive: true,
    value: ({ leadMs }) => leadMs,
    cell: ({ leadMs, leadCorrelation }) => (
      <span
        title={
          leadCorrelation === null
            ? undefined
            : `Correlation at that lag: ${withPoint(leadCorrelation.toFixed(2))}`
        }
      >
        {leadWords(leadMs)}
      </span>
    ),
  },
  {
    id: 'roundTrip',
    title: 'Round trip',
    hint: 'To the venue and back, as last measured',
    track: '72px',
    align: 'right',
    fromWidth: 720,
    isLive: true,
    value: ({ roundTripUs }) => roundTripUs,
    cell: ({ roundTripUs }) => (
      <span className="num">{roundTripUs === null ? ABSENT : formatLatency(roundTripUs)}</span>
    ),
  },
  {
    id: 'state',
    title: 'Book',
    hint: 'Only a live book counts here and is traded',
    track: '88px',
    fromWidth: 420,
    value: ({ state, reason }) => (reason === '' ? state : `${state}: ${reason}`),
    cell: ({ state, reason }) => {
      const { label, explain, tone } = BOOK_WORDS[state];
      const isHeld = state === 'live' && reason !== '';
      return (
        <Word
          tone={isHeld ? 'warn' : tone}
          label={isHeld ? 'Not traded' : label}
          explain={reason === '' ? explain : reason}
        />
      );
    },
  },
];
