/** What an operator may do about live trading, checked before the kernel acts. */
import type { ArmingStatus, GhostStatus, VenueArming } from '../../contract/live-records.ts';
import type { RunPlan } from '../../contract/plan-records.ts';
import type { Caller } from '../../contract/operations.ts';
import { CANARY_SHARE } from '../../domain/arming.ts';
import { type Decimal, decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { SimulatedRecord } from '../../storage/queries/account.ts';
import { armingChecklist, RECORD_OF } from './arming-checklist.ts';
import type { EngineControls } from '../controls.ts';
import type { TradingSession } from '../trading-session.ts';
import type { VenueConnection } from '../market/venue-connection.ts';

/** A venue, and its title as a person typed it. */
export type Named = { readonly venue: VenueName; readonly title: string };

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

/** Arms a canary. @throws UserError naming the first thing of the checklist that does not hold. */
export async function armLive(engine: EngineControls, named: Named, caller: Caller): Promise<ArmingStatus> {
  const session = demandLive(engine);
  const venue = venueNamed(session, named);
  const { venues } = await armingStatus(engine, caller);
  const { state, checklist } = venues.find((one) => one.venue === venue) as VenueArming;
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
  const { kernel } = session.parts;
  await engine.command({ type: 'arm', venue, lossBudget: canaryBudget(kernel).toString() }, caller);
  return armingStatus(engine, caller);
}

/** Lifts the canary's bounds. @throws UserError while no canary is out, or it has not done enough. */
export async function armFully(engine: EngineControls, named: Named, caller: Caller): Promise<ArmingStatus> {
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
  await engine.command({ type: 'armFully', venue }, caller);
  return armingStatus(engine, caller);
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
  if (ghost === undefined) throw noAccount(engine);
  return ghost.status(engine.clock.nowUs());
}

function demandLive(engine: EngineControls): TradingSession {
  const session = engine.requireSession();
  if (!session.parts.kernel.armings.isNeeded) throw noAccount(engine);
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
  throw new UserError({
    code: 'unknown-venue',
    field: 'venue',
    value: venue,
    message: 'is not a venue of this session',
    remedy: `Use one of ${connections.map(({ market }) => market.venue).join(', ')}.`,
  });
}

function noAccount({ profile }: EngineControls): UserError {
  return new UserError({
    code: 'no-account',
    field: 'profile',
    value: profile ?? 'none',
    message: 'trades no account at a venue',
    remedy: 'Choose the live profile, or the rehearsal.',
  });
}

function wrongState(state: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'wrong-arming-state', field: 'live trading', value: state, message, remedy });
}
