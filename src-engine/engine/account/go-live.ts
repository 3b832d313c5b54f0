/**
 * The go-live pipeline of each account: staging on paper and ghost, a canary, in full. Its state is kept in the database by profile; each
 * step is a fact, and arms or disarms by the same way as a trader does: size and loss of a canary are bounds of the risk engine, not of
 * this. It goes back by itself, and forward never.
 */
import type { GoLiveStep, GoLiveView, VenueGoLive } from '../../contract/go-live-operations.ts';
import type { ArmingStatus } from '../../contract/live-records.ts';
import type { Caller, ParsedInput } from '../../contract/operations.ts';
import type { ArmingState } from '../../domain/arming.ts';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import type { GoLiveStage } from '../../domain/go-live.ts';
import type { VenueName } from '../../domain/ids.ts';
import { noAccount, unknownVenue } from '../../domain/session-errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { Serial } from '../../lib/serial.ts';
import { within } from '../../lib/within.ts';
import { MINUTE_US } from '../../slo/slo-book.ts';
import { readSetting, setSetting } from '../../storage/settings.ts';
import type { EngineControls, GoLiveControls, Named } from '../controls.ts';
import type { TradingSession } from '../trading-session.ts';
import { BACK, NEXT, Pipelines, type PipelineStore, storedPipelines } from './go-live-pipelines.ts';
import { budgetUsed, calledBack, gatesOpen, notAsFar, wrongStep } from './go-live-refusals.ts';
import { goLiveView } from './go-live-view.ts';
import { armFully, armingStatus, armLive, canaryBudget, recordOf } from './live-controls.ts';

const MAX_REASON = 300;
/** Longest that a stop waits for what is not stored yet. */
const STOP_US = 2_000_000;
const ENGINE: Actor = { kind: 'engine', via: 'golive' };

export type DeskParts = {
  readonly clock: Clock;
  readonly engine: EngineControls;
  readonly store: PipelineStore;
  readonly note: (text: string) => void;
};

/** Why the account that is being armed may not be any more; undefined: nothing came up. */
type Underway = { readonly venue: VenueName; cause: string | undefined };

type Change = { readonly to: GoLiveStage; readonly reason: string; readonly actor: Actor };

export class GoLiveDesk implements GoLiveControls {
  readonly handlers: GoLiveControls['handlers'];
  readonly #parts: DeskParts;
  readonly #pipelines: Pipelines;
  /** Steps of people and what they arm, one after another. What calls an account back waits for none of them. */
  readonly #steps = new Serial();
  #underway: Underway | undefined;
  /** The last try to store failed, which was said. */
  #isRefused = false;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#pipelines = new Pipelines(parts.store);
    this.handlers = {
      getGoLive: (_input, caller) => this.#view(caller),
      goLive: (input, caller) => this.#steps.run(() => this.#step(input, caller)),
    };
  }

  start(): void {
    if (this.#isStopped) return;
    const { clock } = this.#parts;
    this.#cancel = clock.schedule(clock.nowUs() + MINUTE_US, () => {
      this.#minute();
      this.start();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    // A disk that hangs keeps no engine from ending.
    await within(this.#parts.clock, STOP_US, this.#save(), undefined);
  }

  /** The pipelines of a profile from here on. @throws UserError when what is stored is damaged: what may be armed is not known then. */
  open(profile: string): Promise<void> {
    return this.#pipelines.open(profile);
  }

  /** By hand, where no pipeline holds it back. @throws UserError as armLive and armFully do, or where the pipeline is not as far. */
  async armByHand(to: 'canary' | 'full', named: Named, caller: Caller): Promise<ArmingStatus> {
    const demand = (): void => this.#demandStage(named.venue, to);
    await this.#steps.run(() => this.#arm(to, named, caller, demand));
    return armingStatus(this.#parts.engine, caller);
  }

  /** What happened calls an account back. */
  take(event: EngineEvent): void {
    if (event.type === 'balancesDiffer') this.#back('the account differs from the ledger', event.venue);
    else if (event.type === 'riskLevelChanged' && event.to === 'halted')
      this.#back('the loss limit of the day is used up');
    else if (event.type === 'armingChanged' && event.to === 'disarmed' && event.actor.via === 'risk')
      this.#back(event.reason, event.venue);
  }

  #demandStage(venue: VenueName, to: 'canary' | 'full'): void {
    const { stage } = this.#pipelines.of(venue);
    if (stage === 'staging' || (stage === 'canary' && to === 'full')) throw notAsFar(venue, stage, to);
  }

  /** @param venue undefined: every one of the session. Venues outside of it trade nothing, and their step would have no fact. */
  #back(reason: string, venue?: VenueName): void {
    const underway = this.#underway;
    if (underway !== undefined && (venue === undefined || venue === underway.venue))
      underway.cause ??= reason;
    for (const [name, { stage }] of this.#pipelines.list()) {
      const to = BACK[stage];
      if (to === undefined || (venue !== undefined && venue !== name)) continue;
      if (this.#sessionOf(name) !== undefined) void this.#change(name, { to, reason, actor: ENGINE });
    }
  }

  #minute(): void {
    const { slos } = this.#parts.engine.outsiders;
    for (const [venue, one] of this.#pipelines.list()) {
      const session = this.#sessionOf(venue);
      if (session === undefined || !session.parts.kernel.armings.isNeeded) continue;
      const isCounted =
        one.stage === 'staging'
          ? slos.wasReady !== undefined && isTraded(session, venue)
          : one.stage === 'canary' && session.parts.kernel.armings.of(venue).state === 'canary';
      if (isCounted) {
        const readyMinutes = one.readyMinutes + (slos.wasReady === true ? 1 : 0);
        this.#pipelines.set(venue, { ...one, minutes: one.minutes + 1, readyMinutes });
      }
      const { state, sinceUs } = session.parts.kernel.armings.of(venue);
      // Of the time in which it was armed: the same bad hour does not call it back twice, and what is disarmed needs no way back.
      const badSince = state === 'disarmed' ? [] : slos.burning(Math.max(one.sinceUs, sinceUs));
      // How fast calls are answered is in the hands of whoever may look.
      const burning = badSince.find(({ name }) => name !== 'api');
      if (burning !== undefined) this.#back(burning.detail, venue);
    }
    // Also what an earlier minute could not store.
    void this.#save();
  }

  /** In memory and in the kernel at once, so that one cause is one step; stored beside that. */
  async #change(venue: VenueName, { to, reason: why, actor }: Change): Promise<void> {
    const { stage: from } = this.#pipelines.of(venue);
    const reason = why.slice(0, MAX_REASON);
    const session = this.#sessionOf(venue);
    const sinceUs = this.#parts.clock.nowUs();
    const budget = to === 'canary' && session !== undefined ? stageBudget(session, venue) : null;
    this.#pipelines.set(venue, { stage: to, sinceUs, reason, minutes: 0, readyMinutes: 0, budget });
    // Who begins staging may have armed by hand before.
    const isArmed = NEXT[from] === to && to !== 'staging';
    const disarm = { type: 'disarm', reason: `go-live: ${reason}`, venue } as const;
    await Promise.all([
      !isArmed && session?.command(disarm, actor),
      session?.command({ type: 'noteGoLive', venue, from, to, reason }, actor),
      this.#save(),
    ]).catch((error: unknown) =>
      this.#parts.note(`the step of ${venue} from ${from} to ${to} was not noted: ${String(error)}`),
    );
  }

  /** What the database refuses is held and stored by a later minute. */
  async #save(): Promise<void> {
    try {
      await this.#pipelines.save();
      this.#isRefused = false;
    } catch (error) {
      if (!this.#isRefused) this.#parts.note(`the go-live pipelines could not be stored: ${String(error)}`);
      this.#isRefused = true;
    }
  }

  async #step({ venue, step, title, reason }: ParsedInput<'goLive'>, caller: Caller): Promise<GoLiveView> {
    const { engine } = this.#parts;
    const session = engine.requireSession();
    if (!session.parts.kernel.armings.isNeeded) throw noAccount(engine.profile);
    const underway: Underway = { venue, cause: undefined };
    this.#underway = underway;
    try {
      const { venues } = await this.#view(caller);
      const one = venues.find((each) => each.venue === venue);
      if (one === undefined)
        throw unknownVenue(
          'venue',
          venue,
          venues.map((each) => each.venue),
        );
      const demand = (): void => {
        const cause = engine.session === session ? underway.cause : 'another session began';
        if (cause !== undefined) throw calledBack(venue, cause);
      };
      const isArming = step === 'canary' || step === 'full';
      if (isArming || engine.session !== session) demand();
      const to = targetOf(one, step);
      if (isArming) await this.#arm(step, { venue, title }, caller, demand);
      // A way back that was taken while the gates were read is not taken twice, nor undone.
      const isTaken = step === 'rollback' && this.#pipelines.of(venue).stage !== one.stage;
      const actor: Actor = { kind: 'operator', via: caller.via };
      if (to !== one.stage && !isTaken) await this.#change(venue, { to, reason, actor });
    } finally {
      this.#underway = undefined;
    }
    return this.#view(caller);
  }

  /**
   * @param demand asked right before the kernel arms, and again behind it: an account that was called back meanwhile is disarmed.
   * @throws UserError with the account as it was, or disarmed.
   */
  async #arm(to: 'canary' | 'full', named: Named, caller: Caller, demand: () => void): Promise<void> {
    const { engine } = this.#parts;
    const { venue } = named;
    const session = engine.requireSession();
    const before = stateAt(session, venue);
    try {
      demand();
      if (to === 'full') await armFully(engine, named, caller, { demand });
      else
        await armLive(engine, named, caller, { demand, lossBudget: await this.#budgetLeft(venue, caller) });
      demand();
    } catch (error) {
      if (stateAt(session, venue) !== before)
        await session.command({ type: 'disarm', reason: 'go-live: arming did not end well', venue }, ENGINE);
      // The cause itself, where there is one: the kernel reports what came of it.
      demand();
      throw error;
    }
    const one = this.#pipelines.of(venue);
    if (one.stage !== 'canary' || one.budget !== null) return;
    this.#pipelines.set(venue, { ...one, budget: stageBudget(session, venue) });
    await this.#save();
  }

  /** What a canary of this stage may still lose, whoever arms it; undefined: none was out in it. @throws UserError: nothing is left. */
  async #budgetLeft(venue: VenueName, caller: Caller): Promise<Decimal | undefined> {
    const { engine } = this.#parts;
    const { profile, kernel } = engine.requireSession().parts;
    const { stage, budget, sinceUs } = this.#pipelines.of(venue);
    if (stage !== 'canary' || budget === null) return undefined;
    const { profitHome } = await recordOf(engine, { profiles: [profile], sinceUs, venue }, caller);
    // What it has won is no reason to lose more.
    const left = profitHome.isNegative() ? decimal(budget).plus(profitHome) : decimal(budget);
    if (left.gt(ZERO)) return left;
    throw budgetUsed(venue, profitHome.negated().toFixed(2), budget, kernel.config.homeAsset);
  }

  #view(caller: Caller): Promise<GoLiveView> {
    return goLiveView(this.#parts.engine, caller, (venue) => this.#pipelines.of(venue));
  }

  #sessionOf(venue: VenueName): TradingSession | undefined {
    const { session } = this.#parts.engine;
    return session !== undefined && stateAt(session, venue) !== undefined ? session : undefined;
  }
}

/** The pipelines as settings of the database. */
export function pipelineStore({ database }: Pick<EngineControls, 'database'>): PipelineStore {
  const keyOf = (profile: string): string => `goLive:${profile}`;
  return {
    load: (profile) => readSetting(database, keyOf(profile), storedPipelines),
    save: (profile, all) => setSetting(database, keyOf(profile), all),
  };
}

/** @returns the stage after the step; the same one where an account is armed again behind a restart. @throws UserError */
function targetOf({ venue, stage, next, gates }: VenueGoLive, step: GoLiveStep): GoLiveStage {
  if (step === 'end' && stage !== 'none') return 'none';
  if (step === 'begin' && stage === 'none') return 'staging';
  if (step === 'rollback' && BACK[stage] !== undefined) return BACK[stage];
  const isReached =
    (step === 'canary' && (stage === 'canary' || stage === 'full')) || (step === 'full' && stage === 'full');
  if (isReached) return stage;
  if (step !== next || (step !== 'canary' && step !== 'full')) throw wrongStep(venue, stage, step);
  const open = gatesOpen(gates);
  if (open !== undefined) throw open;
  return step;
}

/** Undefined: the venue is not of the session. */
function stateAt({ parts }: TradingSession, venue: VenueName): ArmingState | undefined {
  const isOurs = parts.connections.some(({ market }) => market.venue === venue);
  return isOurs ? parts.kernel.armings.of(venue).state : undefined;
}

/** Of the canary that is out, or of one that would be sent now; null: nothing is known of what the account is worth. */
function stageBudget({ parts: { kernel } }: TradingSession, venue: VenueName): string | null {
  const { canary } = kernel.armings.of(venue);
  if (canary !== undefined) return canary.budget;
  const budget = canaryBudget(kernel);
  return budget.gt(ZERO) ? budget.toString() : null;
}

function isTraded({ parts }: TradingSession, venue: VenueName): boolean {
  return parts.connections.some(({ market, missing }) => market.venue === venue && missing === undefined);
}
