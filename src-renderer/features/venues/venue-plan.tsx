/** Which venues the profile trades; changing it stops the session and starts it with the others. */
import { useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import { isInLocalMarket } from './venue-about.ts';
import { VenueChoices } from './venue-choices.tsx';

const askVenues = (client: EngineClient) => client.call('listVenues', {}).then(({ venues }) => venues);

export function VenuePlan() {
  const session = useSession();
  const isViewer = useIsViewer();
  const profile = useReplica(({ status }) => status.profile) ?? null;
  const name = useReplica(({ status }) => status.plan?.name) ?? profile;
  const isRehearsal = useReplica(({ status }) => status.plan?.mode === 'rehearsal') ?? false;
  const isSimulated = useReplica(({ status }) => status.simulatedMarket) ?? false;
  // As one text, so that it is the same while the plan is.
  const planned = useReplica(({ status }) =>
    [...status.feeds, ...status.unreachedVenues].map(({ adapter }) => adapter).join(),
  );
  const [known] = useAsked(askVenues);
  const [chosen, setChosen] = useState<readonly string[]>();
  const [problem, setProblem] = useState<Problem | null>(null);
  if (profile === null || isViewer || known === undefined) return null;
  const running = known.map(({ id }) => id).filter((id) => planned?.split(',').includes(id) === true);
  const plan = chosen ?? running;
  const isChanged = plan.join() !== running.join();
  /** Known ones keep their order. The engine looks at a name that is not known here, and names the nearest ones where it is none. */
  const toggle = (id: string, isOn: boolean) => {
    const next = isOn ? [...new Set([...plan, id])] : plan.filter((other) => other !== id);
    const order = known.map((one) => one.id);
    setChosen([...order.filter((one) => next.includes(one)), ...next.filter((one) => !order.includes(one))]);
  };
  return (
    <section className="form" aria-label="Venues of this profile">
      <h3>Venues of {name}</h3>
      <VenueChoices
        known={known}
        chosen={plan}
        isLocal={isSimulated}
        fits={(venue) => !isSimulated || (venue !== undefined && isInLocalMarket(venue, isRehearsal))}
        onToggle={toggle}
      />
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
