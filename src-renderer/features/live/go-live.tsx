/** The go-live pipeline of one account: its stage, the gates to the next one, and its steps. The engine computes every gate. */
import type { GoLiveStep, GoLiveView, VenueGoLive } from '../../../src-engine/contract/go-live-operations.ts';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useSession } from '../../engine/use-session.ts';
import { ChecklistRow } from './checklist-row.tsx';

/** Gates change by the minute; a step is answered with all of them. */
const ASK_MS = 5_000;

const TITLES = { none: 'NO PIPELINE', staging: 'STAGING', canary: 'CANARY', full: 'FULL' } as const;

const askGoLive = (client: EngineClient) => client.call('getGoLive', {});

export function GoLive({ venue }: { readonly venue: string }) {
  const [view, take] = useAsked(askGoLive, ASK_MS);
  const one = view?.venues.find((each) => each.venue === venue);
  if (one === undefined) return null;
  return (
    <section aria-label="Go-live pipeline">
      <h3 className="account-head">Go-live pipeline: {TITLES[one.stage]}</h3>
      <p className="dim">
        {one.stage === 'none'
          ? 'Seven days on paper and ghost, 72 hours with a canary, then in full; it goes back by itself when an account differs, loses its budget, or a service level burns.'
          : one.reason}
      </p>
      {one.gates.length > 0 && (
        <ul className="checklist">
          {one.gates.map(({ id, label, ok, detail }) => (
            <ChecklistRow key={id} label={label} ok={ok} detail={detail} remedy="" />
          ))}
        </ul>
      )}
      <Steps one={one} take={take} />
    </section>
  );
}

function Steps({ one, take }: { readonly one: VenueGoLive; readonly take: (next: GoLiveView) => void }) {
  const session = useSession();
  const { venue, title, stage, next, gates } = one;
  const step = async (of: GoLiveStep) => {
    const answer = await session.run('The go-live pipeline did not change', 'goLive', { venue, step: of });
    if (answer !== undefined) take(answer);
  };
  const isOpen = gates.some(({ ok }) => !ok);
  return (
    <>
      {(next === 'canary' || next === 'full') && !isOpen && (
        <TypedConfirm
          word={title}
          action={next === 'canary' ? 'Go on with a canary' : 'Go on in full'}
          purpose="to send real orders there, as every gate holds"
          onConfirm={async () => take(await session.client.call('goLive', { venue, step: next, title }))}
        />
      )}
      <div className="form-actions">
        {stage === 'none' && (
          <button type="button" className="button" onClick={() => void step('begin')}>
            Begin staging and disarm
          </button>
        )}
        {(stage === 'canary' || stage === 'full') && (
          <button type="button" className="button button-warn" onClick={() => void step('rollback')}>
            Roll back one stage and disarm
          </button>
        )}
        {stage !== 'none' && (
          <button type="button" className="button" onClick={() => void step('end')}>
            Leave the pipeline and disarm
          </button>
        )}
      </div>
    </>
  );
}
