/** What the engine trades on, and how its venues stand; the place to change to another profile. */
import { useState } from 'react';
import { type EngineStatus, profileName } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { StatusLight } from '../../components/status-light.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { feedLight, type FeedStatus } from '../../lib/feed-light.ts';
import { formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';

const PROFILES: Readonly<Record<NonNullable<EngineStatus['profile']>, string>> = {
  demo: 'The simulated exchange on this machine; nothing is real.',
  paper: 'Kraken’s order books, simulated fills; no order leaves.',
  rehearsal: 'An account at the simulated exchange, traded like a live one.',
  live: 'Your account at Kraken; begins disarmed.',
};

export function VenuesSection() {
  const status = useReplica((replica) => replica.status);
  if (status === undefined) return null;
  return (
    <section className="form" aria-label="Venues" id="settings-venues">
      <h3>Venues</h3>
      {status.feeds.length === 0 && <p className="field-help">None is connected: a profile connects one.</p>}
      {status.feeds.map((feed) => (
        <Venue key={feed.venue} feed={feed} title={status.venueTitle} />
      ))}
      <Profiles chosen={status.profile} />
    </section>
  );
}

function Venue({ feed, title }: { readonly feed: FeedStatus; readonly title: string }) {
  const session = useSession();
  const read = () => feedLight(feed, (performance.now() - session.store.getState().statusAtMs) * 1_000);
  const level = useTicking(() => read().level);
  const word = useTicking(() => read().word);
  const age = useTicking(() => formatAge(read().dataAgeUs));
  const { venue, venueStatus, booksLive, booksSyncing, booksStale, messages, checksumMismatches, notTraded } =
    feed;
  return (
    <>
      <ul className="lights">
        <StatusLight level={level} name={venue} word={word} age={`data ${age}`} label={`Feed of ${venue}`} />
      </ul>
      <Facts>
        <Fact name="Venue">{title}</Fact>
        <Fact name="Says of itself" title="Its own word: online, maintenance, only cancels, and the like">
          {venueStatus === '' ? 'nothing yet' : venueStatus}
        </Fact>
        <Fact name="Books">
          {formatCount(booksLive)} live, {formatCount(booksSyncing)} syncing, {formatCount(booksStale)} stale
        </Fact>
        <Fact name="Messages" title="Of books, since the profile began">
          {formatCount(messages)}, of which {formatCount(checksumMismatches)} with a wrong checksum
        </Fact>
        {notTraded.count > 0 && (
          <Fact
            name="Not traded"
            title={notTraded.named.map(({ name, reason }) => `${name}: ${reason}`).join('\n')}
          >
            {formatCount(notTraded.count)} pairs: {notTraded.named.map(({ name }) => name).join(', ')}
            {notTraded.count > notTraded.named.length && ' and more'}
          </Fact>
        )}
      </Facts>
    </>
  );
}

function Profiles({ chosen }: { readonly chosen: EngineStatus['profile'] }) {
  const session = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <>
      <p className="field-help">
        Another profile stops this one first: orders under way are brought to their end, and every profile
        keeps its own history.
      </p>
      <ul className="rules" aria-label="Profiles">
        {profileName.options.map((name) => (
          <li key={name} className="rule">
            <div className="rule-text">
              <p>
                <strong>{name}</strong> {name === chosen && <span className="live-mark">RUNS</span>}
              </p>
              <p className="dim rule-more">{PROFILES[name]}</p>
            </div>
            {name !== chosen && (
              <ConfirmButton
                label="Change to it"
                name={name}
                confirm="Really change to"
                onConfirm={() => {
                  setProblem(null);
                  return session
                    .chooseProfile({ profile: name })
                    .catch((error: unknown) => setProblem(problemOf(error)));
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {problem !== null && <ProblemNotice title="The profile was not changed" problem={problem} />}
    </>
  );
}
