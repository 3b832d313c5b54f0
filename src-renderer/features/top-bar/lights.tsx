import { StatusLight } from '../../components/status-light.tsx';
import type { EngineLink } from '../../engine/link.ts';
import { useEngineLink, useIsCutOff, useReplica, useSession } from '../../engine/use-session.ts';
import { type FeedStatus, feedLight } from '../../lib/feed-light.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';

const LINK_WORDS: Readonly<Record<EngineLink, string>> = {
  starting: 'CONNECTING',
  answering: 'OK',
  silent: 'NOT ANSWERING',
  lost: 'NOT ANSWERING',
  refused: 'REFUSED',
};

const NO_FEEDS: readonly FeedStatus[] = [];

/** One light for the engine and one for each feed: shape, word and age. */
export function Lights() {
  const feeds = useReplica(({ status }) => status.feeds) ?? NO_FEEDS;
  return (
    <ul className="lights" aria-label="Connections">
      <EngineLightItem />
      {feeds.map((feed) => (
        <FeedLightItem key={feed.venue} feed={feed} />
      ))}
    </ul>
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
  const more = [feed.venueStatus, feed.reason].filter((text) => text !== '').join(' · ');
  return (
    <StatusLight
      level={isCutOff ? 'down' : level}
      name={feed.venue}
      word={isCutOff ? 'UNKNOWN' : word}
      age={`data ${age}`}
      label={`Feed ${feed.venue}`}
      title={more}
    />
  );
}
