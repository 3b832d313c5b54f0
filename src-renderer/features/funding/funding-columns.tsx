/** Columns of the funding board: a perpetual of a venue beside the spot market. */
import type { FundingRow } from '../../../src-engine/contract/funding-records.ts';
import { Price, Signed } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { overVenues } from '../../components/venue-column.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { useSession } from '../../engine/use-session.ts';
import { ABSENT, withPoint } from '../../lib/decimal-text.ts';
import { formatBps } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { intervalWords, ratePercent, untilWords } from './funding-words.ts';

const none = <span className="dim">{ABSENT}</span>;

function Bps({ bps, note }: { readonly bps: number | null; readonly note?: string | undefined }) {
  if (bps === null) return <span title={note}>{none}</span>;
  return (
    <span className="num" title={note}>
      {formatBps(bps)}
    </span>
  );
}

function Until({ nextUs }: { readonly nextUs: number | null }) {
  const session = useSession();
  return <span className="num">{useTicking(() => untilWords(nextUs, session.nowUs()))}</span>;
}

/** Why there is no basis. */
function basisNote({ basisBps, isDoubtful, spotVenue }: FundingRow): string | undefined {
  if (isDoubtful) return 'More than 5 % apart: the codes may not be of one coin';
  if (basisBps !== null) return `Against the spot book of ${spotVenue ?? ''}`;
  return spotVenue === null ? 'No spot market of this pair is in the session' : 'Its spot book is not live';
}

/** What the entry is between, or why there is none. */
function entryNote(row: FundingRow): string | undefined {
  const { entryBps, bid, ask, spotVenue } = row;
  if (bid === null || ask === null) return 'The venue shows no best prices of this perpetual';
  return entryBps === null
    ? basisNote(row)
    : `Sold at ${withPoint(bid)}, bought at the best ask of ${spotVenue ?? ''}`;
}

export const FUNDING_COLUMNS: readonly Column<FundingRow>[] = [
  {
    id: 'symbol',
    title: 'Perpetual',
    hint: 'Coin and the currency that it is settled in',
    track: 'minmax(94px, 0.9fr)',
    value: ({ symbol }) => symbol,
    cell: ({ symbol, contract, isStale }) => (
      <span className={isStale ? 'symbol stale-value' : 'symbol'} title={contract}>
        {symbol}
      </span>
    ),
  },
  {
    id: 'venue',
    title: 'Venue',
    hint: 'Whose perpetual it is',
    track: 'minmax(54px, 0.6fr)',
    value: ({ venue }) => venue,
    text: ({ venue }) => venueTitle(venue),
    over: overVenues(({ venue }) => venue, ''),
    cell: ({ venue }) => venueTitle(venue),
  },
  {
    id: 'spotMid',
    title: 'Spot mid',
    hint: 'Middle of the spot book of the same pair in this session, at the same venue where it has it there',
    track: 'minmax(84px, 1fr)',
    align: 'right',
    fromWidth: 560,
    isLive: true,
    value: ({ spotMid }) => spotMid,
    cell: (row) => (
      <Price text={row.spotMid} note={row.spotMid === null ? basisNote(row) : (row.spotVenue ?? undefined)} />
    ),
  },
  {
    id: 'mark',
    title: 'Mark',
    hint: 'The price at which the venue values positions',
    track: 'minmax(84px, 1fr)',
    align: 'right',
    fromWidth: 470,
    isLive: true,
    value: ({ mark }) => mark,
    cell: ({ mark }) => <Price text={mark} />,
  },
  {
    id: 'index',
    title: 'Index',
    hint: 'The venue’s own price of the coin over several spot markets',
    track: 'minmax(84px, 1fr)',
    align: 'right',
    fromWidth: 900,
    isLive: true,
    value: ({ index }) => index,
    cell: ({ index }) => <Price text={index} />,
  },
  {
    id: 'basisBps',
    title: 'Basis',
    hint: 'Mark above the spot mid, in bps',
    track: '58px',
    align: 'right',
    isLive: true,
    value: ({ basisBps }) => basisBps,
    cell: (row) => <Bps bps={row.basisBps} note={basisNote(row)} />,
  },
  {
    id: 'entryBps',
    title: 'Entry',
    hint: 'Best bid of the perpetual above the best ask of the spot book, in bps: what a carry is entered at',
    track: '58px',
    align: 'right',
    fromWidth: 700,
    isLive: true,
    value: ({ entryBps }) => entryBps,
    cell: (row) => <Bps bps={row.entryBps} note={entryNote(row)} />,
  },
  {
    id: 'bid',
    title: 'Bid',
    hint: 'Best bid of the perpetual’s own book',
    track: 'minmax(84px, 1fr)',
    align: 'right',
    fromWidth: 1_080,
    isLive: true,
    value: ({ bid }) => bid,
    cell: ({ bid }) => <Price text={bid} />,
  },
  {
    id: 'ask',
    title: 'Ask',
    hint: 'Best ask of the perpetual’s own book',
    track: 'minmax(84px, 1fr)',
    align: 'right',
    fromWidth: 1_080,
    isLive: true,
    value: ({ ask }) => ask,
    cell: ({ ask }) => <Price text={ask} />,
  },
  {
    id: 'premiumBps',
    title: 'Premium',
    hint: 'Mark above the venue’s own index, in bps',
    track: '70px',
    align: 'right',
    fromWidth: 980,
    isLive: true,
    value: ({ premiumBps }) => premiumBps,
    cell: ({ premiumBps }) => <Bps bps={premiumBps} />,
  },
  {
    id: 'rate',
    title: 'Funding',
    hint: 'Announced for the next payment; above 0 longs pay shorts',
    track: '88px',
    align: 'right',
    isLive: true,
    value: ({ rate }) => rate,
    cell: ({ rate, paid }) => (
      <span
        className="num"
        title={`${withPoint(rate)}${paid === null ? '' : `; last paid ${ratePercent(paid.rate)}`}`}
        data-exact={rate}
      >
        {ratePercent(rate)}
      </span>
    ),
  },
  {
    id: 'annualPct',
    title: 'A year',
    hint: 'The announced rate paid for a year of 365 days, not compounded',
    track: '78px',
    align: 'right',
    fromWidth: 370,
    isLive: true,
    value: ({ annualPct }) => annualPct,
    cell: ({ annualPct }) =>
      annualPct === null ? (
        <span title="How often it is paid is not known">{none}</span>
      ) : (
        <>
          <Signed text={annualPct} places={2} /> %
        </>
      ),
  },
  {
    id: 'everyUs',
    title: 'Every',
    hint: 'From one payment to the next: not always eight hours',
    track: '56px',
    align: 'right',
    fromWidth: 640,
    file: 'interval_us',
    value: ({ everyUs }) => everyUs,
    cell: ({ everyUs }) => <span className="num">{intervalWords(everyUs)}</span>,
  },
  {
    id: 'nextUs',
    title: 'Next in',
    hint: 'Until the next payment',
    track: '68px',
    align: 'right',
    fromWidth: 440,
    unit: 'timeUs',
    value: ({ nextUs }) => nextUs,
    cell: ({ nextUs }) => <Until nextUs={nextUs} />,
  },
  {
    id: 'openInterest',
    title: 'Open interest',
    hint: 'Contracts that are open, in coins',
    track: 'minmax(92px, 0.9fr)',
    align: 'right',
    fromWidth: 760,
    isLive: true,
    value: ({ openInterest }) => openInterest,
    cell: ({ openInterest }) => <Price text={openInterest} />,
  },
  {
    id: 'receivedUs',
    title: 'Age',
    hint: 'Since the reading came',
    track: '58px',
    align: 'right',
    unit: 'timeUs',
    value: ({ receivedUs }) => receivedUs,
    cell: ({ receivedUs, isStale }) => (
      <span className={isStale ? 'num age-old' : 'num'}>
        <AgeSince atUs={receivedUs} />
      </span>
    ),
  },
];
