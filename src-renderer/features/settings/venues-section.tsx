/** What the engine trades on; the place to change to another profile. */
import { useReplica } from '../../engine/use-session.ts';
import { PlanList } from './plan-list.tsx';

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
        How each one stands, and which of them the plan trades, is in the Venues panel.
      </p>
      <PlanList chosen={status.profile} />
    </section>
  );
}
