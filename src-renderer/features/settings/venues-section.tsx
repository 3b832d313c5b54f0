/** What the engine trades on; the place to change to another profile. */
import { useState } from 'react';
import { type EngineStatus, profileName } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

const PROFILES: Readonly<Record<NonNullable<EngineStatus['profile']>, string>> = {
  demo: 'The simulated exchange on this machine; nothing is real.',
  paper: 'The venues’ live order books, simulated fills; no order leaves.',
  rehearsal: 'An account at the simulated exchange, traded like a live one.',
  live: 'Your account at the venue; begins disarmed.',
};

export function VenuesSection() {
  const status = useReplica((replica) => replica.status);
  if (status === undefined) return null;
  return (
    <section className="form" aria-label="Profile" id="settings-venues">
      <h3>Profile and venues</h3>
      <p className="field-help">
        {status.feeds.length === 0
          ? 'No venue is connected: a profile connects its venues.'
          : `Connected: ${status.feeds.map(({ title }) => title).join(', ')}.`}{' '}
        How each one stands, and which of them the profile trades, is in the Venues panel.
      </p>
      <Profiles chosen={status.profile} />
    </section>
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
