/** The go-live pipelines as a caller sees them: every gate from what the engine keeps anyhow. */
import type { GoLiveGate, GoLiveView, VenueGoLive } from '../../contract/go-live-operations.ts';
import type { Caller } from '../../contract/operations.ts';
import { decimal } from '../../domain/decimal.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { EngineControls } from '../controls.ts';
import { canaryGates, type Counted, type GateFacts, stagingGates } from './go-live-gates.ts';
import { NEXT, type Standing } from './go-live-pipelines.ts';
import { armingStatus, recordOf, simulatedProfiles } from './live-controls.ts';

/** @param caller whose share of the reading thread this takes, and no one else waits for it. */
export async function goLiveView(
  engine: EngineControls,
  caller: Caller,
  standingOf: (venue: VenueName) => Standing,
): Promise<GoLiveView> {
  const arming = await armingStatus(engine, caller);
  if (!arming.isNeeded) return { isNeeded: false, venues: [] };
  const venues = await Promise.all(
    arming.venues.map(async ({ venue, title, checklist }): Promise<VenueGoLive> => {
      const one = standingOf(venue);
      const { stage, reason, sinceUs } = one;
      const open = checklist.flatMap(({ ok, label }) => (ok ? [] : [label]));
      const gates = await gatesOf(engine, caller, { venue, one, open });
      return { venue, title, stage, reason, sinceUs, next: NEXT[stage], gates };
    }),
  );
  return { isNeeded: true, venues };
}

type Looked = { readonly venue: VenueName; readonly one: Standing; readonly open: readonly string[] };

async function gatesOf(engine: EngineControls, caller: Caller, looked: Looked): Promise<GoLiveGate[]> {
  const { stage } = looked.one;
  if (stage !== 'staging' && stage !== 'canary') return [];
  const facts = await gateFacts(engine, caller, looked);
  return stage === 'staging' ? stagingGates(facts) : canaryGates(facts);
}

async function gateFacts(
  engine: EngineControls,
  caller: Caller,
  { venue, one: { sinceUs, stage, minutes, readyMinutes, budget }, open: checklistOpen }: Looked,
): Promise<GateFacts> {
  const { slos } = engine.outsiders;
  const { kernel, plan, profile, ghost } = engine.requireSession().parts;
  const record =
    stage === 'staging'
      ? await recordOf(engine, { profiles: await simulatedProfiles(engine, profile, plan), sinceUs }, caller)
      : await recordOf(engine, { profiles: [profile], sinceUs, venue }, caller);
  const compared = kernel.orderEvents.reconciler.standings().find((each) => each.venue === venue);
  const differences = compared?.differences.length ?? 0;
  const isAgreed = compared?.agreedUs !== undefined && compared.refusal === '' && differences === 0;
  const unknown = [...kernel.orders.open()].filter(
    (order) => order.venue === venue && order.state === 'unknown',
  );
  const { pairs = 0, trackingErrorBps = null } = ghost?.status(engine.clock.nowUs()) ?? {};
  return {
    minutes,
    levels: {
      // Those of other profiles would thin out what this account missed; a dead engine counts no minutes of its own.
      availability: worse({ total: minutes, good: readyMinutes }, slos.since('availability', sinceUs)),
      api: slos.since('api', sinceUs),
    },
    critical: engine.alerts.critical(),
    ledger: { isAgreed, detail: isAgreed ? 'agreed' : compared?.refusal || `${differences} balances differ` },
    record,
    budget: budget === null ? undefined : decimal(budget),
    homeAsset: kernel.config.homeAsset,
    checklistOpen,
    tracking: { pairs, bps: trackingErrorBps },
    unknownOrders: unknown.length,
    burning: slos.burning().map(({ detail }) => detail),
  };
}

/** That of which less was good; of nothing counted, nothing is known to be good. */
function worse(one: Counted, other: Counted): Counted {
  const share = ({ total, good }: Counted): number => (total === 0 ? -1 : good / total);
  return share(other) < share(one) ? other : one;
}
