/** A venue a row: what a trader looks at first. The rest stands below the table, for the venue that is chosen. */
import { StatusLight } from '../../components/status-light.tsx';
import type { Column } from '../../components/table-column.ts';
import { Word } from '../../components/word.tsx';
import { useIsCutOff, useSession } from '../../engine/use-session.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { ABOUT_REST, type FeedStatus, feedLight } from '../../lib/feed-light.ts';
import { formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatLatency } from '../../lib/time-text.ts';
import { feeWords } from './venue-words.ts';

/** The light of a feed: its level and word go by the age of its data, which grows while nothing comes. */
function FeedCell({ feed }: { readonly feed: FeedStatus }) {
  const session = useSession();
  const isCutOff = useIsCutOff();
  const read = () => feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000);
  const level = useTicking(() => read().level);
  const word = useTicking(() => read().word);
  const age = useTicking(() => formatAge(read().dataAgeUs));
  return (
    <ul className="lights">
      <StatusLight
        level={isCutOff ? 'down' : level}
        name=""
        word={isCutOff ? 'UNKNOWN' : word}
        age={age}
        label={`Feed of ${feed.title}`}
        title={[
          feed.reason === '' ? 'Age of the newest book change' : feed.reason,
          feed.isByRest ? ABOUT_REST : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      />
    </ul>
  );
}

export const VENUE_COLUMNS: readonly Column<FeedStatus>[] = [
  {
    id: 'venue',
    title: 'Venue',
    track: 'minmax(110px, 1.2fr)',
    value: ({ title }) => title,
    cell: ({ title, venue }) => (
      <span className="symbol" title={`In files and the API: ${venue}`}>
        {title}
      </span>
    ),
  },
  {
    id: 'feed',
    title: 'Feed',
    hint: 'Whether market data comes, and the age of the newest',
    track: 'minmax(132px, 0.9fr)',
    value: ({ state }) => state,
    cell: (feed) => <FeedCell feed={feed} />,
  },
  {
    id: 'trading',
    title: 'New cycles',
    hint: 'Whether anything new begins there, and why not',
    track: 'minmax(96px, 1.4fr)',
    value: ({ blocker }) => blocker ?? 'open',
    cell: ({ blocker }) =>
      blocker === null ? (
        <Word tone="good" label="Open" explain="Nothing keeps a cycle from beginning at this venue." />
      ) : (
        <span title={blocker}>{blocker}</span>
      ),
  },
  {
    id: 'status',
    title: 'Status',
    hint: 'As the venue reports it: online, maintenance, cancels only, and the like',
    track: 'minmax(60px, 0.6fr)',
    fromWidth: 460,
    value: ({ venueStatus }) => venueStatus,
    cell: ({ venueStatus }) => <span>{venueStatus === '' ? 'not reported' : venueStatus}</span>,
  },
  {
    id: 'live',
    title: 'Live books',
    hint: 'In step with the venue; only these are traded',
    track: '72px',
    align: 'right',
    value: ({ booksLive }) => booksLive,
    cell: ({ booksLive }) => <span className="num">{formatCount(booksLive)}</span>,
  },
  {
    id: 'others',
    title: 'Others',
    hint: 'Books that wait for a snapshot, or whose venue is silent: not traded',
    track: '60px',
    align: 'right',
    fromWidth: 560,
    value: ({ booksSyncing, booksStale }) => booksSyncing + booksStale,
    cell: ({ booksSyncing, booksStale }) => (
      <span className="num" title={`${booksSyncing} syncing, ${booksStale} stale`}>
        {formatCount(booksSyncing + booksStale)}
      </span>
    ),
  },
  {
    id: 'messages',
    title: 'Messages',
    hint: 'Of books, since the profile began',
    track: '80px',
    align: 'right',
    fromWidth: 900,
    value: ({ messages }) => messages,
    isLive: true,
    cell: ({ messages }) => <span className="num">{formatCount(messages)}</span>,
  },
  {
    id: 'mismatches',
    title: 'Mismatches',
    hint: 'Messages whose checksum did not fit; the book was asked for again',
    track: '84px',
    align: 'right',
    fromWidth: 940,
    value: ({ checksumMismatches }) => checksumMismatches,
    cell: ({ checksumMismatches }) => <span className="num">{formatCount(checksumMismatches)}</span>,
  },
  {
    id: 'round-trip',
    title: 'Round trip',
    hint: 'From a question over its public REST interface until the answer was here; asked once a minute',
    track: '76px',
    align: 'right',
    fromWidth: 700,
    value: ({ clock }) => clock?.roundTripUs ?? null,
    isLive: true,
    cell: ({ clock }) => (
      <span className="num">{clock === null ? ABSENT : formatLatency(clock.roundTripUs)}</span>
    ),
  },
  {
    id: 'fee',
    title: 'Taker fee',
    hint: 'Of what is traded there, in bps; where it is from stands below',
    track: '80px',
    align: 'right',
    fromWidth: 780,
    value: ({ takerFees }) => takerFees?.most ?? null,
    cell: ({ takerFees }) => <span className="num">{feeWords(takerFees)}</span>,
  },
  {
    id: 'not-traded',
    title: 'Not traded',
    hint: 'Pairs that the venue lists and the session does not trade',
    track: '76px',
    align: 'right',
    fromWidth: 860,
    value: ({ notTraded }) => notTraded.count,
    cell: ({ notTraded }) => (
      <span
        className="num"
        title={notTraded.named.map(({ name, reason }) => `${name}: ${reason}`).join('\n') || undefined}
      >
        {formatCount(notTraded.count)}
      </span>
    ),
  },
];
