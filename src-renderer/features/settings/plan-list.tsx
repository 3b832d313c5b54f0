/** Run plans that can be chosen: the built-in ones, and the trader's own, which are made, copied, renamed and removed here. */
import { useState } from 'react';
import type { RunPlan } from '../../../src-engine/contract/plan-records.ts';
import type { EngineStatus, PlanMode } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { problemOf } from '../../engine/session.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { PlanForm } from './plan-form.tsx';

const MODES: Readonly<Record<PlanMode, string>> = {
  demo: 'Simulated exchanges on this machine, simulated fills; nothing is real.',
  paper: 'The venues’ live order books, simulated fills; no order leaves.',
  rehearsal: 'Accounts at simulated exchanges, traded like live ones.',
  live: 'Your accounts at the venues; begins disarmed.',
};

const askPlans = (client: EngineClient) => client.call('listPlans', {}).then(({ plans }) => plans);

export function PlanList({ chosen }: { readonly chosen: EngineStatus['profile'] }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const [plans, setPlans] = useAsked(askPlans);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (plans === undefined) return null;

  const attempt = (work: (client: EngineClient) => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    return work(session.client).then(
      async () => {
        setPlans(await askPlans(session.client));
        return true;
      },
      (error: unknown) => {
        setProblem(problemOf(error));
        return false;
      },
    );
  };

  return (
    <>
      <p className="field-help">
        Another plan stops this one first: orders under way are brought to their end, and every plan keeps its
        own history.
      </p>
      <ul className="rules" aria-label="Profiles">
        {plans.map((plan) => (
          <PlanRow key={plan.profile} plan={plan} isChosen={plan.profile === chosen} attempt={attempt} />
        ))}
      </ul>
      {problem !== null && <ProblemNotice title="The plans were not changed" problem={problem} />}
      {!isViewer && <PlanForm onAdd={(plan) => attempt((client) => client.call('addPlan', plan))} />}
    </>
  );
}

type RowProps = {
  readonly plan: RunPlan;
  readonly isChosen: boolean;
  readonly attempt: (work: (client: EngineClient) => Promise<unknown>) => Promise<boolean>;
};

function PlanRow({ plan: { profile, name, mode, home, isBuiltIn, venues }, isChosen, attempt }: RowProps) {
  const isViewer = useIsViewer();
  const session = useSession();
  const [naming, setNaming] = useState<'copy' | 'rename'>();
  const [draft, setDraft] = useState('');
  const begin = (what: 'copy' | 'rename'): void => {
    setNaming(what);
    setDraft(what === 'rename' ? name : `${name} copy`);
  };
  const submit = async (): Promise<void> => {
    const isDone = await attempt((client) =>
      naming === 'copy'
        ? client.call('copyPlan', { profile, name: draft })
        : client.call('changePlan', { profile, name: draft }),
    );
    if (isDone) setNaming(undefined);
  };
  return (
    <li className="rule">
      <div className="rule-text">
        <p>
          <strong>{name}</strong> {isChosen && <span className="live-mark">RUNNING</span>}
        </p>
        <p className="dim rule-more">
          {isBuiltIn ? '' : `${mode} · `}
          {venues.map(({ venue }) => venueTitle(venue)).join(', ')}
          {home === null ? '' : ` · profits in ${home}`}. {MODES[mode]}
        </p>
        {naming !== undefined && (
          <form
            aria-label={naming === 'copy' ? `Copy ${name}` : `Rename ${name}`}
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            <input
              className="input"
              aria-label="Name"
              maxLength={40}
              value={draft}
              onChange={({ target }) => setDraft(target.value)}
            />{' '}
            <button type="submit" className="button">
              {naming === 'copy' ? 'Copy' : 'Rename'}
            </button>{' '}
            <button type="button" className="button" onClick={() => setNaming(undefined)}>
              Cancel
            </button>
          </form>
        )}
      </div>
      {!isViewer && naming === undefined && (
        <>
          <button type="button" className="button" aria-label={`Copy ${name}`} onClick={() => begin('copy')}>
            Copy
          </button>
          {!isBuiltIn && (
            <button
              type="button"
              className="button"
              aria-label={`Rename ${name}`}
              onClick={() => begin('rename')}
            >
              Rename
            </button>
          )}
          {!isBuiltIn && !isChosen && (
            <ConfirmButton
              label="Remove"
              name={name}
              confirm="Really remove"
              onConfirm={() => attempt((client) => client.call('removePlan', { profile }))}
            />
          )}
          {!isChosen && (
            <ConfirmButton
              label="Change to it"
              name={name}
              confirm="Really change to"
              onConfirm={() => attempt(() => session.chooseProfile({ profile }))}
            />
          )}
        </>
      )}
    </li>
  );
}
