/** What an operator may do about live trading, checked before the kernel is told. */
import type { ArmingStatus, GhostStatus } from '../contract/live-records.ts';
import type { Caller } from '../contract/operations.ts';
import { CANARY_SHARE } from '../domain/arming.ts';
import { decimal } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import { armingChecklist, RECORD_OF } from './arming-checklist.ts';
import type { EngineControls } from './controls.ts';
import type { TradingSession } from './trading-session.ts';
import type { VenueConnection } from './venue-connection.ts';

/** How live trading stands, and what must hold before it may be armed. */
export async function armingStatus(engine: EngineControls, caller: Caller): Promise<ArmingStatus> {
  const { kernel, connections, profile } = engine.requireSession().parts;
  const { market, account } = connections[0] as VenueConnection;
  const arming = kernel.armings.of(market.venue);
  const paper = RECORD_OF[profile];
  const profiles = paper === undefined ? [] : [paper, `${profile}-ghost`];
  const told = JSON.parse(await engine.read('record', profiles, caller)) as {
    readonly cycles: number;
    readonly profitHome: string;
  };
  const record = { cycles: told.cycles, profitHome: decimal(told.profitHome) };
  return {
    isNeeded: arming.isNeeded,
    state: arming.state,
    reason: arming.reason,
    sinceUs: arming.sinceUs,
    venueTitle: market.title,
    homeAsset: kernel.config.homeAsset,
    canaryShare: CANARY_SHARE,
    canary: arming.canary ?? null,
    checklist: arming.isNeeded ? armingChecklist({ kernel, account, record }) : [],
  };
}

/** Arms a canary. @throws UserError naming the first thing of the checklist that does not hold. */
export async function armLive(engine: EngineControls, venue: string, caller: Caller): Promise<ArmingStatus> {
  const session = demandLive(engine);
  venueNamed(session, venue);
  const { state, checklist } = await armingStatus(engine, caller);
  if (state !== 'disarmed') throw wrongState(state, 'is armed already', 'Disarm it first to start over.');
  const open = checklist.find(({ ok }) => !ok);
  if (open !== undefined) {
    throw new UserError({
      code: 'checklist-open',
      field: open.id,
      value: open.detail,
      message: `does not hold yet: ${open.label}`,
      remedy: open.remedy,
    });
  }
  const { kernel } = session.parts;
  const equity = kernel.risk.escalation.equity ?? decimal('0');
  const budget = equity.times(kernel.limits.haltedLossPct).div(100).times(CANARY_SHARE).toDecimalPlaces(8);
  await engine.command(
    { type: 'arm', venue: venueNamed(session, venue), lossBudget: budget.toString() },
    caller,
  );
  return armingStatus(engine, caller);
}

/** Lifts the canary's bounds. @throws UserError while no canary is out, or it has not done enough. */
export async function armFully(engine: EngineControls, venue: string, caller: Caller): Promise<ArmingStatus> {
  const session = demandLive(engine);
  const armed = venueNamed(session, venue);
  const { state, canary } = session.parts.kernel.armings.of(armed);
  if (canary === undefined) throw wrongState(state, 'has no canary out', 'Arm live trading first.');
  if (canary.completed < canary.neededCycles) {
    throw new UserError({
      code: 'canary-too-young',
      field: 'canary',
      value: `${canary.completed} cycles`,
      message: `has not completed ${canary.neededCycles} cycles yet`,
      remedy: 'Wait until it has.',
    });
  }
  await engine.command({ type: 'armFully', venue: armed }, caller);
  return armingStatus(engine, caller);
}

/** Back to the twin alone; nothing happens when it is disarmed already. */
export async function disarm(engine: EngineControls, reason: string, caller: Caller): Promise<ArmingStatus> {
  demandLive(engine);
  await engine.command({ type: 'disarm', reason }, caller);
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

/** The venue whose title somebody typed, as it is shown. @throws UserError when it is none of the session's. */
function venueNamed({ parts, title }: TradingSession, typed: string): VenueName {
  const named = parts.connections.find(({ market }) => market.title === typed);
  if (named !== undefined) return named.market.venue;
  throw new UserError({
    code: 'name-not-typed',
    field: 'venue',
    value: typed,
    message: 'is not the name of the venue whose account would be traded',
    remedy: `Type ${title}, as it is shown.`,
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
