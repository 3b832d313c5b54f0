/** Which venues the profile trades; changing it stops the session and starts it with the others. */
import { useState } from 'react';
import type { KnownVenue } from '../../../src-engine/contract/venue-records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';

/** Begins the name of a venue that is reached through ccxt. */
const CCXT = 'ccxt:';

const INTEGRITY: Readonly<Record<KnownVenue['bookIntegrity'], string>> = {
  checksum: 'books checked by checksum',
  sequence: 'books checked by sequence number',
  'connection-sequence': 'messages checked by sequence number',
  none: 'books without a check',
};

/** What a trader should know of a venue before choosing it. */
function about(
  { tradesAccounts, bookIntegrity, hasDeadManSwitch, weaker }: KnownVenue,
  isOffered: boolean,
): string {
  if (weaker !== '') return `paper only · ${weaker}`;
  if (!isOffered) return 'not in a simulated market: no local exchange speaks its protocol';
  const orders = tradesAccounts ? 'paper and live' : 'paper only';
  const guard = hasDeadManSwitch ? 'has a dead-man switch' : 'no dead-man switch: only the watchdog cancels';
  return `${orders} · ${INTEGRITY[bookIntegrity]} · ${guard}`;
}

const askVenues = (client: EngineClient) => client.call('listVenues', {}).then(({ venues }) => venues);

export function VenuePlan() {
  const session = useSession();
  const isViewer = useIsViewer();
  const profile = useReplica(({ status }) => status.profile) ?? null;
  const name = useReplica(({ status }) => status.plan?.name) ?? profile;
  const isSimulated = useReplica(({ status }) => status.simulatedMarket) ?? false;
  // As one text, so that it is the same while the plan is.
  const planned = useReplica(({ status }) =>
    [...status.feeds, ...status.unreachedVenues].map(({ adapter }) => adapter).join(),
  );
  const [known] = useAsked(askVenues);
  const [chosen, setChosen] = useState<readonly string[]>();
  const [other, setOther] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  if (profile === null || isViewer || known === undefined) return null;
  const running = known.map(({ id }) => id).filter((id) => planned?.split(',').includes(id) === true);
  const plan = chosen ?? running;
  // The engine looks at a name that is not known here, and names the nearest ones where it is none.
  const added = plan.filter((id) => known.every((one) => one.id !== id));
  const isChanged = plan.join() !== running.join();
  const toggle = (id: string, isOn: boolean) =>
    setChosen(
      [...known.map((one) => one.id), ...added].filter((one) => (one === id ? isOn : plan.includes(one))),
    );
  const add = (): void => {
    const name = other.trim();
    const id = name.startsWith(CCXT) ? name : CCXT + name;
    if (name !== '' && !plan.includes(id)) setChosen([...plan, id]);
    setOther('');
  };
  return (
    <section className="form" aria-label="Venues of this profile">
      <h3>Venues of {name}</h3>
      {known.map((venue) => {
        const isOffered = !isSimulated || venue.hasLocalExchange;
        return (
          <label key={venue.id} className="check">
            <input
              type="checkbox"
              checked={plan.includes(venue.id)}
              disabled={!isOffered && !plan.includes(venue.id)}
              onChange={({ target }) => toggle(venue.id, target.checked)}
            />
            <span>
              {venue.title} <span className="dim">{about(venue, isOffered)}</span>
            </span>
          </label>
        );
      })}
      {added.map((id) => (
        <label key={id} className="check">
          <input type="checkbox" checked onChange={() => toggle(id, false)} />
          <span>
            {id} <span className="dim">paper only, through ccxt</span>
          </span>
        </label>
      ))}
      {!isSimulated && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <label className="field">
            <span title="Any other exchange that ccxt knows, for its books: slower, and without a check of missed messages">
              Another venue of ccxt
            </span>
            <input
              className="input"
              maxLength={40}
              placeholder="poloniex"
              value={other}
              onChange={({ target }) => setOther(target.value)}
            />
          </label>
          <button type="submit" className="button" disabled={other.trim() === ''}>
            Add
          </button>
        </form>
      )}
      {isChanged && (
        <ConfirmButton
          label="Trade these venues"
          name={profile}
          confirm="Really restart"
          onConfirm={() => {
            setProblem(null);
            return session.chooseProfile({ profile, venues: [...plan] }).then(
              () => setChosen(undefined),
              (error: unknown) => setProblem(problemOf(error)),
            );
          }}
        />
      )}
      {problem !== null && <ProblemNotice title="The venues were not changed" problem={problem} />}
    </section>
  );
}
