import { useSyncExternalStore } from 'react';
import { StatusLight } from '../../components/status-light.tsx';
import type { EngineLink } from '../../engine/link.ts';
import { useEngineLink, useIsCutOff, useReplica, useSession } from '../../engine/use-session.ts';
import { ABOUT_REST, type FeedStatus, feedLight } from '../../lib/feed-light.ts';
import { useTicking } from '../../lib/ticker.ts';
import { shortVenueTitle, venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { formatAge } from '../../lib/time-text.ts';

const LINK_WORDS: Readonly<Record<EngineLink, string>> = {
  starting: 'CONNECTING',
  answering: 'OK',
  silent: 'NOT ANSWERING',
  lost: 'NOT ANSWERING',
  refused: 'REFUSED',
};

const NO_FEEDS: readonly FeedStatus[] = [];

/** As many feeds as the bar has room for have a light each; more are one light, beside those that are not well. */
const ROOM = [
  { query: '(width < 1280px)', feeds: 1 },
  { query: '(width < 1760px)', feeds: 2 },
] as const;
const WIDE = 3;

function subscribeWidth(changed: () => void): () => void {
  const queries = ROOM.map(({ query }) => window.matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

function roomForFeeds(): number {
  return ROOM.find(({ query }) => window.matchMedia(query).matches)?.feeds ?? WIDE;
}

/** One light for the engine and one for each feed: shape, word and age. What is not well is never among those that are left out. */
export function Lights() {
  const feeds = useReplica(({ status }) => status.feeds) ?? NO_FEEDS;
  const areJoined = feeds.length > useSyncExternalStore(subscribeWidth, roomForFeeds);
  return (
    <ul className="lights" aria-label="Connections">
      <EngineLightItem />
      {areJoined ? (
        <JoinedFeeds feeds={feeds} />
      ) : (
        feeds.map((feed) => <FeedLightItem key={feed.venue} feed={feed} />)
      )}
    </ul>
  );
}

/** Feeds that are not well by name, and one light with the oldest data of all that are. */
function JoinedFeeds({ feeds }: { readonly feeds: readonly FeedStatus[] }) {
  const session = useSession();
  const isCutOff = useIsCutOff();
  const lightOf = (feed: FeedStatus) =>
    feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000);
  const isWell = (feed: FeedStatus) => !isCutOff && lightOf(feed).level === 'fresh';
  const names = useTicking(() =>
    feeds
      .filter(isWell)
      .map(({ venue }) => venue)
      .join(' '),
  );
  const oldest = useTicking(() =>
    formatAge(Math.max(0, ...feeds.filter(isWell).map((feed) => lightOf(feed).dataAgeUs ?? 0))),
  );
  const well = new Set(names === '' ? [] : names.split(' '));
  const titles = [...well].map(venueTitle).join(', ');
  return (
    <>
      {feeds
        .filter(({ venue }) => !well.has(venue))
        .map((feed) => (
          <FeedLightItem key={feed.venue} feed={feed} />
        ))}
      {well.size > 0 && (
        <StatusLight
          level="fresh"
          name={well.size === 1 ? shortVenueTitle(names) : `${well.size} venues`}
          word="OK"
          age={`data ${oldest}`}
          label={`Feeds ${titles}`}
          title={titles}
        />
      )}
    </>
  );
}

function EngineLightItem() {
  const link = useEngineLink();
  const session = useSession();
  const age = useTicking(() => {
    const silentMs = session.silentMs();
    return silentMs === null || silentMs < 1_000 ? '' : formatAge(silentMs * 1_000);
  });
  const bad = link !== 'answering' && link !== 'starting';
  return (
    <StatusLight
      level={bad ? 'down' : link === 'starting' ? 'waiting' : 'fresh'}
      name="engine"
      word={LINK_WORDS[link]}
      age={age}
      label="Engine"
    />
  );
}

function FeedLightItem({ feed }: { readonly feed: FeedStatus }) {
  const session = useSession();
  const isCutOff = useIsCutOff();
  const read = () => feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000);
  const level = useTicking(() => read().level);
  const word = useTicking(() => read().word);
  const age = useTicking(() => formatAge(read().dataAgeUs));
  const more = [feed.venueStatus, feed.reason, feed.isByRest ? ABOUT_REST : '']
    .filter((text) => text !== '')
    .join(' · ');
  return (
    <StatusLight
      level={isCutOff ? 'down' : level}
      name={shortVenueTitle(feed.venue)}
      word={isCutOff ? 'UNKNOWN' : word}
      age={`data ${age}`}
      label={`Feed ${venueTitle(feed.venue)}`}
      title={more}
    />
  );
}
