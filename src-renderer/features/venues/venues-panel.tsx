/** How each venue of the session stands, those that could not be reached, and which venues the profile trades. */
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusLight } from '../../components/status-light.tsx';
import { type Column, columnsCsv } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useIsCutOff, useReplica, useSession } from '../../engine/use-session.ts';
import { type FeedStatus, feedLight } from '../../lib/feed-light.ts';
import { formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { VenuePlan } from './venue-plan.tsx';

const NO_FEEDS: readonly FeedStatus[] = [];
const NONE: EngineStatus['unreachedVenues'] = [];

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
        title={feed.reason === '' ? 'Age of the newest book change' : feed.reason}
      />
    </ul>
  );
}

const COLUMNS: readonly Column<FeedStatus>[] = [
  {
    id: 'venue',
    title: 'Venue',
    track: 'minmax(110px, 1.2fr)',
    value: ({ title }) => title,
    cell: ({ title, venue }) => (
      <span className="symbol" title={`In tables and files: ${venue}`}>
        {title}
      </span>
    ),
  },
  {
    id: 'feed',
    title: 'Feed',
    hint: 'Whether market data comes, and the age of the newest',
    track: 'minmax(100px, 0.9fr)',
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
    fromWidth: 640,
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
    fromWidth: 740,
    value: ({ checksumMismatches }) => checksumMismatches,
    cell: ({ checksumMismatches }) => <span className="num">{formatCount(checksumMismatches)}</span>,
  },
  {
    id: 'not-traded',
    title: 'Not traded',
    hint: 'Pairs that the venue lists and the session does not trade',
    track: '76px',
    align: 'right',
    fromWidth: 820,
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

export function VenuesPanel() {
  const feeds = useReplica(({ status }) => status.feeds) ?? NO_FEEDS;
  const unreached = useReplica(({ status }) => status.unreachedVenues) ?? NONE;
  return (
    <Panel
      title="Venues"
      note={
        feeds.length > 0 &&
        `${feeds.length} connected${unreached.length === 0 ? '' : `, ${unreached.length} not reached`}`
      }
      actions={
        <CsvButton
          what="the venues"
          file="venues"
          text={() => columnsCsv(COLUMNS, feeds)}
          disabled={feeds.length === 0}
        />
      }
    >
      <VirtualTable
        label="Venues"
        columns={COLUMNS}
        rows={feeds}
        rowKey={({ venue }) => venue}
        empty={
          <EmptyState title="No venue is connected">
            Choose a profile: the venues of its plan are connected, and each one’s state is listed here.
          </EmptyState>
        }
      />
      {unreached.length > 0 && (
        <ul className="rules" aria-label="Venues that were not reached">
          {unreached.map(({ title, reason }) => (
            <li key={title} className="rule">
              <div className="rule-text">
                <p>
                  <strong>{title}</strong> <Word tone="warn" label="Not reached" explain={reason} />
                </p>
                <p className="dim rule-more">{reason} The session goes on without it, and tries again.</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      <VenuePlan />
    </Panel>
  );
}
