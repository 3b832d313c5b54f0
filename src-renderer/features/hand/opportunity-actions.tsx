/** What can be done with one opportunity by hand: take it now, and keep its cycle or route from being traded. */
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { isSameStrategy, strategyOf } from '../../../src-engine/domain/venue-asset.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { useSession } from '../../engine/use-session.ts';
import { codesText } from '../../lib/words.ts';
import { useRisk } from '../risk/use-risk.ts';
import { TraceButton } from '../trace/trace-dialog.tsx';
import { WhatToMove } from '../strip/strip.tsx';
import { useStory } from '../story/story-store.ts';

export function OpportunityActions({ opportunity }: { readonly opportunity: Opportunity }) {
  const { venue, path } = opportunity;
  return (
    <span className="hand-actions">
      <TakeButton opportunity={opportunity} />
      <CycleSwitch venue={venue} path={path} />
      {(opportunity.closedUs !== undefined || opportunity.decision === 'taken') && (
        <TraceButton id={opportunity.opportunityId} what="opportunity" />
      )}
      {opportunity.decision === 'no-balance' && <WhatToMove />}
    </span>
  );
}

/** Open ones alone; its execution is shown as soon as it has begun. */
export function TakeButton({ opportunity }: { readonly opportunity: Opportunity }) {
  const session = useSession();
  const show = useStory((story) => story.show);
  const { opportunityId, path, closedUs, decision } = opportunity;
  if (closedUs !== undefined || decision === 'taken') return null;
  const take = async (): Promise<void> => {
    const taken = await session.run('The opportunity was not taken', 'takeOpportunity', { opportunityId });
    if (taken !== undefined) show(taken.executionId);
  };
  return (
    // Another opportunity in its place must not find the button pressed once already.
    <ConfirmButton
      key={opportunityId}
      label="Take"
      name={codesText(path)}
      confirm="Send orders"
      onConfirm={take}
    />
  );
}

type CycleSwitchProps = { readonly venue: string; readonly path: readonly string[] };

/** Disables a cycle or route, and enables it again. */
export function CycleSwitch({ venue, path }: CycleSwitchProps) {
  const session = useSession();
  const risk = useRisk();
  if (risk === undefined) return null;
  const strategy = strategyOf(venue, path);
  const stopped = risk.stops.find((stop) => isSameStrategy(stop.strategy, strategy))?.strategy;
  return stopped !== undefined ? (
    <ConfirmButton
      key={`${strategy} enable`}
      label="Enable"
      name={codesText(path)}
      confirm="Really enable"
      onConfirm={() => session.run('The cycle was not enabled', 'enableStrategy', { strategy: stopped })}
    />
  ) : (
    <ConfirmButton
      key={`${strategy} disable`}
      label="Disable"
      name={codesText(path)}
      confirm="Really disable"
      onConfirm={() => session.run('The cycle was not disabled', 'disableStrategy', { strategy })}
    />
  );
}
