/** What an operator may do about live trading, checked before the kernel acts. */
import type { ArmingStatus, GhostStatus, VenueArming } from '../../contract/live-records.ts';
import type { RunPlan } from '../../contract/plan-records.ts';
import type { Caller } from '../../contract/operations.ts';
import { type ArmingState, CANARY_SHARE } from '../../domain/arming.ts';
import { type Decimal, decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/event.ts';
import type { VenueName } from '../../domain/ids.ts';
import { noAccount, unknownVenue } from '../../domain/session-errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { SimulatedRecord } from '../../storage/queries/account.ts';
import { armingChecklist, RECORD_OF } from './arming-checklist.ts';
import type { EngineControls, Named } from '../controls.ts';
import type { TradingSession } from '../trading-session.ts';
import type { VenueConnection } from '../market/venue-connection.ts';

/** How live trading stands at each venue, and what must hold before it may be armed there. */
export async function armingStatus(engine: EngineControls, caller: Caller): Promise<ArmingStatus> {
  const { kernel, connections, profile, plan } = engine.requireSession().parts;
  const record = await recordOf(engine, { profiles: await simulatedProfiles(engine, profile, plan) }, caller);
  const { isNeeded } = kernel.armings;
  return {
    isNeeded,
    homeAsset: kernel.config.homeAsset,
    canaryShare: CANARY_SHARE,
    venues: isNeeded
      ? connections.map((connection) => armingAt(kernel, connection, record, engine.intents))
      : [],
  };
}

/** Whose simulated trades count for an account: those of plans of its kind, and of its twin. */
export async function simulatedProfiles(
  engine: EngineControls,
  profile: string,
  { mode }: Pick<RunPlan, 'mode'>,
): Promise<string[]> {
  const counts = RECORD_OF[mode];
  if (counts === undefined) return [];
  const plans = (await engine.plans.list()).filter((one) => one.mode === counts);
  return [...plans.map((simulated) => simulated.profile), `${profile}-ghost`];
}

export async function recordOf(
  engine: EngineControls,
  of: { readonly profiles: readonly string[]; readonly sinceUs?: number; readonly venue?: string },
  caller: Caller,
): Promise<SimulatedRecord> {
  const recorded = await engine.read('record', of, caller);
  const { cycles, profitHome } = JSON.parse(recorded.takeText()) as {
    readonly cycles: number;
    readonly profitHome: string;
  };
  return { cycles, profitHome: decimal(profitHome) };
}

/** Loss at which a canary is called back, in the home currency. */
export function canaryBudget({ risk, limits }: Kernel): Decimal {
  const equity = risk.escalation.equity ?? decimal('0');
  return equity.times(limits.haltedLossPct).div(100).times(CANARY_SHARE).toDecimalPlaces(8);
}

function armingAt(
  kernel: Kernel,
  { market: { venue, title }, account, missing }: VenueConnection,
  record: SimulatedRecord,
  intents: EngineControls['intents'],
): VenueArming {
  const { state, reason, sinceUs, canary } = kernel.armings.of(venue);
  const watchedFor = missing?.reason ?? '';
  return {
    venue,
    title,
    state,
    reason,
    sinceUs,
    canary: canary ?? null,
    watchedFor,
    checklist: armingChecklist({ kernel, venue, account, watchedFor, record, intents }),
  };
}

/** What whoever keeps an account's pipeline has to say, besides the checklist. */
export type ArmingTerms = {
  /** What the canary may lose at most, in the home currency; undefined: its share of the day's loss limit. */
  readonly lossBudget?: Decimal | undefined;
  /** Asked right before the kernel acts, as the checklist is read over awaits. @throws UserError where it may not be armed any more. */
  readonly demand: () => void;
};

/** Arms a canary. @throws UserError naming the first thing of the checklist that does not hold, or why the kernel did not arm. */
export async function armLive(
  engine: EngineControls,
  named: Named,
  caller: Caller,
  { lossBudget, demand }: ArmingTerms,
): Promise<void> {
  const session = demandLive(engine);
  const venue = venueNamed(session, named);
  const { venues } = await armingStatus(engine, caller);
  demandStill(engine, session);
  const { checklist } = venues.find((one) => one.venue === venue) as VenueArming;
  const { kernel } = session.parts;
  const { state } = kernel.armings.of(venue);
  if (state !== 'disarmed') throw wrongState(state, 'is armed already', 'Disarm it first to start over.');
  const open = checklist.find(({ ok }) => !ok);
  if (open !== undefined) {
    throw new UserError({
      code: 'checklist-open',
      field: open.id,
      value: open.detail,
      message: `is not met yet: ${open.label}`,
      remedy: open.remedy,
    });
  }
  demand();
  engine.hold.demandOff('arming');
  const budget = canaryBudget(kernel);
  const allowed = lossBudget?.lt(budget) === true ? lossBudget : budget;
  await session.command({ type: 'arm', venue, lossBudget: allowed.toString() }, operator(caller));
  demandState(session, venue, 'canary');
}

/** Lifts the canary's bounds. @throws UserError while no canary is out, it has not done enough, or the kernel did not arm. */
export async function armFully(
  engine: EngineControls,
  named: Named,
  caller: Caller,
  { demand }: Pick<ArmingTerms, 'demand'>,
): Promise<void> {
  const session = demandLive(engine);
  const venue = venueNamed(session, named);
  const { state, canary } = session.parts.kernel.armings.of(venue);
  if (canary === undefined) throw wrongState(state, 'has no canary', 'Arm live trading first.');
  if (canary.completed < canary.neededCycles) {
    throw new UserError({
      code: 'canary-too-young',
      field: 'canary',
      value: `${canary.completed} cycles`,
      message: `has not completed ${canary.neededCycles} cycles yet`,
      remedy: 'Wait until it has.',
    });
  }
  demand();
  engine.hold.demandOff('arming');
  await session.command({ type: 'armFully', venue }, operator(caller));
  demandState(session, venue, 'armed');
}

const operator = ({ via }: Caller): Actor => ({ kind: 'operator', via });

/** What was read is of one session: another may hold an account of the same venue. */
function demandStill(engine: EngineControls, session: TradingSession): void {
  if (engine.session === session) return;
  throw new UserError({
    code: 'session-changed',
    field: 'profile',
    value: engine.profile ?? 'none',
    message: 'was chosen, or started again, while the checklist was read',
    remedy: 'Look at the checklist again.',
  });
}

/** The kernel passes over what it may not do, as after a kill. */
function demandState({ parts: { kernel } }: TradingSession, venue: VenueName, wanted: ArmingState): void {
  const { state, reason } = kernel.armings.of(venue);
  if (state === wanted) return;
  throw wrongState(state, `did not become ${wanted}: ${reason}`, 'See the checklist of live trading.');
}

/**
 * Back to the twin alone; nothing happens where it is disarmed already.
 * @param venue undefined: all of them. @throws UserError for one that is none of the session's.
 */
export async function disarm(
  engine: EngineControls,
  { reason, venue }: { readonly reason: string; readonly venue?: VenueName | undefined },
  caller: Caller,
): Promise<ArmingStatus> {
  const session = demandLive(engine);
  if (venue !== undefined) connectionAt(session, venue);
  await engine.command({ type: 'disarm', reason, venue }, caller);
  return armingStatus(engine, caller);
}

/** @throws UserError in a profile without a twin. */
export function ghostStatus(engine: EngineControls): GhostStatus {
  const { ghost } = demandLive(engine).parts;
  if (ghost === undefined) throw noAccount(engine.profile);
  return ghost.status(engine.clock.nowUs());
}

function demandLive(engine: EngineControls): TradingSession {
  const session = engine.requireSession();
  if (!session.parts.kernel.armings.isNeeded) throw noAccount(engine.profile);
  return session;
}

/** The venue, if the typed title is its own. @throws UserError when not, or it is none of the session's. */
function venueNamed(session: TradingSession, { venue, title: typed }: Named): VenueName {
  const { title } = connectionAt(session, venue).market;
  if (typed === title) return venue;
  throw new UserError({
    code: 'name-not-typed',
    field: 'title',
    value: typed,
    message: 'is not the name of the venue whose account would be traded',
    remedy: `Type ${title}, as it is shown.`,
  });
}

/** @throws UserError that lists the venues of the session. */
export function connectionAt({ parts: { connections } }: TradingSession, venue: VenueName): VenueConnection {
  const found = connections.find(({ market }) => market.venue === venue);
  if (found !== undefined) return found;
  throw unknownVenue(
    'venue',
    venue,
    connections.map(({ market }) => market.venue),
  );
}

function wrongState(state: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'wrong-arming-state', field: 'live trading', value: state, message, remedy });
}
