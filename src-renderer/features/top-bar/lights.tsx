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

const JOINED = ['OK', 'BY REST'] as const;

/** Feeds that are not well by name, and one light with the oldest data of all that are; another of those that are asked for by REST. */
function JoinedFeeds({ feeds }: { readonly feeds: readonly FeedStatus[] }) {
  const session = useSession();
  const isCutOff = useIsCutOff();
  const wordOf = (feed: FeedStatus): string =>
    isCutOff ? '' : feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000).word;
  // As one text, so that it is the same while no word changes.
  const words = useTicking(() => feeds.map(wordOf).join()).split(',');
  const groups = JOINED.map((word) => ({ word, joined: feeds.filter((_, at) => words[at] === word) }));
  return (
    <>
      {feeds
        .filter((_, at) => !JOINED.some((word) => word === words[at]))
        .map((feed) => (
          <FeedLightItem key={feed.venue} feed={feed} />
        ))}
      {groups.map(
        ({ word, joined }) => joined.length > 0 && <JoinedLight key={word} word={word} feeds={joined} />,
      )}
    </>
  );
}

function JoinedLight({
  feeds,
  word,
}: {
  readonly feeds: readonly FeedStatus[];
  readonly word: (typeof JOINED)[number];
}) {
  const session = useSession();
  const oldest = useTicking(() => {
    const sinceUs = (performance.now() - session.store.getState().statusAtMs) * 1_000;
    return formatAge(Math.max(0, ...feeds.map((feed) => feedLight(feed, sinceUs).dataAgeUs ?? 0)));
  });
  const titles = feeds.map(({ venue }) => venueTitle(venue)).join(', ');
  return (
    <StatusLight
      level={word === 'OK' ? 'fresh' : 'quiet'}
      name={feeds.length === 1 ? shortVenueTitle(feeds[0]?.venue ?? '') : `${feeds.length} venues`}
      word={word}
      age={`data ${oldest}`}
      label={`Feeds ${titles}`}
      title={word === 'OK' ? titles : `${titles}: ${ABOUT_REST}`}
    />
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
