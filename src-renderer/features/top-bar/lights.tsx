import { Circle, CircleDot, Hourglass, type LucideIcon, OctagonX, TriangleAlert, Unplug } from 'lucide-react';
import type { EngineLink } from '../../engine/link.ts';
import { useEngineLink, useReplica, useSession } from '../../engine/use-session.ts';
import { type FeedLight, type FeedStatus, feedLight } from '../../lib/feed-light.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';

const FEED_ICONS: Readonly<Record<FeedLight['level'], LucideIcon>> = {
  fresh: CircleDot,
  quiet: Circle,
  stale: TriangleAlert,
  waiting: Hourglass,
  down: Unplug,
};

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
  const Icon = bad ? OctagonX : link === 'starting' ? Hourglass : CircleDot;
  return (
    <li
      className={`light light-${bad ? 'down' : link === 'starting' ? 'waiting' : 'fresh'}`}
      aria-label="Engine"
    >
      <Icon size={13} aria-hidden="true" />
      <span className="light-name">engine</span>
      <span className="light-word">{LINK_WORDS[link]}</span>
      {age !== '' && <span className="num">{age}</span>}
    </li>
  );
}

function FeedLightItem({ feed }: { readonly feed: FeedStatus }) {
  const session = useSession();
  const read = () => feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000);
  const level = useTicking(() => read().level);
  const word = useTicking(() => read().word);
  const age = useTicking(() => formatAge(read().dataAgeUs));
  const Icon = FEED_ICONS[level];
  const more = [feed.venueStatus, feed.reason].filter((text) => text !== '').join(' · ');
  return (
    <li className={`light light-${level}`} title={more} aria-label={`Feed ${feed.venue}`}>
      <Icon size={13} aria-hidden="true" />
      <span className="light-name">{feed.venue}</span>
      <span className="light-word">{word}</span>
      <span className="num">data {age}</span>
    </li>
  );
}
