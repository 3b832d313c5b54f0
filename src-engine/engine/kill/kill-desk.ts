/** The kill switch as an operator throws it: in the session, and wherever no session could cancel. */
import type { Caller } from '../../contract/operations.ts';
import type { RunPlan } from '../../contract/plan-records.ts';
import type { ProfileName } from '../../contract/records.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import type { Database } from '../../storage/database-types.ts';
import { setSetting } from '../../storage/settings.ts';
import { UserError } from '../../domain/errors.ts';
import type { EngineLease } from '../../storage/lease/engine-lease.ts';
import type { CancelScope } from './cancel-scope.ts';
import { cancelOwn, leaveAccounts } from './leave-accounts.ts';
import type { EngineControls } from '../controls.ts';
import type { EngineLog } from '../history/engine-log.ts';
import { heldVenues, killStanding, lacksAccounts } from './kill-standing.ts';
import type { CancelProgress, KillWithoutSession } from './kill-without-session.ts';
import type { TradingSession } from '../trading-session.ts';

export const KILLED_SETTING = 'killed-without-session';
/** Longest that the answer to a kill waits until its latch is stored, and for venues beside the session. */
const LATCH_US = 1_000_000;

export type KillDeskParts = {
  readonly clock: Clock;
  readonly database: Database;
  readonly log: Pick<EngineLog, 'say'>;
  readonly loose: KillWithoutSession;
  readonly lease: Pick<EngineLease, 'refusal' | 'takenBy'> | undefined;
  readonly scope: CancelScope;
  readonly standing: () => {
    readonly session: TradingSession | undefined;
    readonly profile: ProfileName | undefined;
  };
};

export class KillDesk {
  readonly #parts: KillDeskParts;
  #throws = 0;

  constructor(parts: KillDeskParts) {
    this.#parts = parts;
  }

  /** The other engine that trades the account; empty where none is known to. A kill by hand does not change it, as it does the scope's. */
  get #holder(): string {
    return this.#parts.lease?.takenBy ?? '';
  }

  /**
   * The kill switch latches even while nothing runs: what is started later starts killed. Accounts that no session holds are
   * canceled over REST, before anything waits for the disk.
   */
  async throw(
    reason: string,
    caller: Caller,
    actor: Actor = { kind: 'operator', via: caller.via },
  ): ReturnType<EngineControls['kill']> {
    const { clock, database, log, loose, scope, standing } = this.#parts;
    const { session, profile } = standing();
    this.#throws++;
    if (actor.kind === 'operator') scope.killByHand();
    if (session?.isConnected === true) return this.#throwAt(session, reason, actor);
    const kept = setSetting(database, KILLED_SETTING, true).catch((error: unknown) =>
      log.say('error', 'kill', `the kill is not stored and would not survive a restart: ${String(error)}`),
    );
    const [progress] = await Promise.all([loose.throw(profile), within(clock, LATCH_US, kept, undefined)]);
    const { venues } = killStanding(undefined, loose);
    const problem = progress === undefined ? 'no venue has answered yet' : loose.problem;
    return answerOf(venues, problem, (venue) => canceledAt(progress, venue));
  }

  /**
   * No order leaves. Where it is not known that another engine has the lease it is a kill: what is open is canceled until the venues
   * show that nothing is. One that has it trades the account: then this engine disarms, halts, and cancels its own orders alone.
   */
  async loseLease(reason: string): Promise<void> {
    const { log, scope, standing } = this.#parts;
    log.say('error', 'lease', reason);
    if (this.#holder === '') {
      await this.throw(reason, { role: 'operator', via: 'lease' }, { kind: 'engine', via: 'lease' });
      return;
    }
    scope.forgetHand();
    const { session } = standing();
    if (session?.isConnected === true) await this.#leave(session, reason);
  }

  /** The lease is lost, and it is being looked for who has it: what is this engine's own is canceled whatever the answer will be. */
  doubtLease(): void {
    const { session } = this.#parts.standing();
    if (session?.isConnected === true) cancelOwn(session);
  }

  async #leave(session: TradingSession, reason: string): Promise<void> {
    const { canceled, stillOpen } = await leaveAccounts(session, reason);
    const rest = stillOpen === 0 ? '' : `; ${stillOpen} of them may still be open: check them at the venue`;
    this.#parts.log.say(
      'warn',
      'lease',
      `${canceled} orders of this engine were canceled, and all others on its accounts left alone${rest}. Stop this engine`,
    );
  }

  /** A session runs from here on: an earlier kill, and a takeover while it was being made, reach it. */
  begun(session: TradingSession): void {
    const { lease } = this.#parts;
    // The kill of an earlier run reaches the venues of which this one holds no account.
    if (session.parts.kernel.killSwitch.isOn) void this.elsewhere(session);
    if (this.#holder !== '') void this.#leave(session, lease?.refusal() ?? '');
  }

  /** @throws UserError where another engine has the lease: this one begins and resumes nothing. */
  demandOwnAccount(field: string): void {
    if (this.#holder === '') return;
    throw new UserError({
      code: 'no-lease',
      field,
      message: `stays as it is: ${this.#parts.lease?.refusal() ?? ''}`,
      remedy: 'Stop this engine; the other one trades.',
    });
  }

  /**
   * Releases the kills up to now: one that comes while the release is being stored stays, as does the latch when the lease ends meanwhile.
   * @throws UserError then, and while this engine has no lease on its database: another one may trade the account.
   */
  async rearm(caller: Caller): Promise<void> {
    const { database, loose, standing } = this.#parts;
    this.#demandLease();
    const { session } = standing();
    const kills = this.#killsOf(session);
    await setSetting(database, KILLED_SETTING, false);
    try {
      this.#demandLease();
      if (this.#killsOf(session) !== kills) throw killedAgain();
    } catch (error) {
      // Stored beside the release, in either order.
      if (loose.isOn) await setSetting(database, KILLED_SETTING, true);
      throw error;
    }
    loose.release();
    this.#parts.scope.forgetHand();
    await session?.command({ type: 'rearm' }, { kind: 'operator', via: caller.via });
  }

  /** Of operators, the lease and risk. */
  #killsOf(session: TradingSession | undefined): string {
    return `${this.#throws} ${session?.parts.kernel.killSwitch.trips ?? 0}`;
  }

  #demandLease(): void {
    const refusal = this.#parts.lease?.refusal() ?? '';
    if (refusal === '') return;
    throw new UserError({
      code: 'no-lease',
      field: 'kill switch',
      message: `stays on: ${refusal}`,
      remedy: 'Stop this engine, or the other one; a re-arm is possible once the lease holds again.',
    });
  }

  /** Two plans may trade one account: a kill of the one that runs holds in the next until an operator re-arms. */
  async carry({ profile, mode }: Pick<RunPlan, 'profile' | 'mode'>): Promise<void> {
    const { database, loose, standing } = this.#parts;
    const { plan, kernel } = standing().session?.parts ?? {};
    const isKilled = kernel?.killSwitch.isOn === true && kernel.armings.isNeeded;
    if (!isKilled || plan?.profile === profile || plan?.mode !== mode) return;
    await loose.throw(undefined);
    await setSetting(database, KILLED_SETTING, true);
  }

  /** What risk itself kills: an operator's kill has gone everywhere before its fact is durable. */
  take(event: EngineEvent): void {
    const { session } = this.#parts.standing();
    if (event.type === 'killed' && event.actor.kind === 'engine' && session !== undefined)
      void this.elsewhere(session);
  }

  /** Accounts of the plan that the session does not hold: orders of an earlier run may be open there. */
  async elsewhere(session: TradingSession): ReturnType<KillWithoutSession['throw']> {
    if (!lacksAccounts(session)) return [];
    return this.#parts.loose.throw(session.parts.profile, heldVenues(session));
  }

  async #throwAt(session: TradingSession, reason: string, actor: Actor): ReturnType<EngineControls['kill']> {
    const { clock, loose } = this.#parts;
    const open = [...session.parts.kernel.orders.open()];
    const killed = session.command({ type: 'kill', reason }, actor);
    const elsewhere = this.elsewhere(session);
    await killed;
    const answered = await within(clock, LATCH_US, elsewhere, undefined);
    // What an earlier kill has done there is no answer to this one.
    const progress = answered ?? loose.progress;
    const { problem, venues } = killStanding(session, loose);
    const isWaited = lacksAccounts(session) && answered === undefined;
    const waited = isWaited ? 'accounts that the session does not hold have not answered yet' : '';
    const problems = [problem, waited].filter((text) => text !== '').join('; ');
    const held = heldVenues(session);
    return answerOf(venues, problems, (venue) =>
      held.has(venue) ? open.filter((order) => order.venue === venue).length : canceledAt(progress, venue),
    );
  }
}

function killedAgain(): UserError {
  return new UserError({
    code: 'killed-again',
    field: 'kill switch',
    message: 'stays on: it was thrown again while the re-arm was being stored',
    remedy: 'Look at the reason of that kill, then re-arm again.',
  });
}

function answerOf(
  venues: ReturnType<typeof killStanding>['venues'],
  problem: string,
  cancelsAt: (venue: VenueName) => number,
): Awaited<ReturnType<EngineControls['kill']>> {
  const counted = venues.map((one) => ({ ...one, cancelsSent: cancelsAt(one.venue) }));
  const cancelsSent = counted.reduce((sum, one) => sum + one.cancelsSent, 0);
  return { cancelsSent, venues: counted, ...(problem !== '' && { problem }) };
}

function canceledAt(progress: readonly CancelProgress[] | undefined, venue: VenueName): number {
  return progress?.find((one) => one.venue === venue)?.canceled ?? 0;
}
