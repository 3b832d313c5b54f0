/**
 * The go-live pipeline of each account: staging on paper and ghost, a canary, in full. Its state is kept in the database by profile; each
 * step is a fact, and arms or disarms by the same way as a trader does: size and loss of a canary are bounds of the risk engine, not of
 * this. It goes back by itself, and forward never.
 */
import { z } from 'zod';
import type { GoLiveStep, GoLiveView, VenueGoLive } from '../../contract/go-live-operations.ts';
import type { Caller, ParsedInput } from '../../contract/operations.ts';
import { decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import { type GoLiveStage, goLiveStage } from '../../domain/go-live.ts';
import type { VenueName } from '../../domain/ids.ts';
import { decimalText, timeUs } from '../../domain/value-schemas.ts';
import type { Clock } from '../../lib/clock.ts';
import { MINUTE_US } from '../../slo/slo-book.ts';
import { readSetting, setSetting } from '../../storage/settings.ts';
import type { EngineControls, GoLiveControls } from '../controls.ts';
import type { TradingSession } from '../trading-session.ts';
import { canaryGates, type GateFacts, stagingGates } from './go-live-gates.ts';
import {
  armFully,
  armingStatus,
  armLive,
  canaryBudget,
  recordOf,
  simulatedProfiles,
} from './live-controls.ts';

/** More venues than any session has. */
const MAX_VENUES = 100;
const MAX_REASON = 300;

const standing = z.object({
  stage: goLiveStage,
  sinceUs: timeUs,
  reason: z.string(),
  /** Minutes since then in which a canary was out. */
  canaryMinutes: z.number().int().nonnegative(),
  /** What the canary may lose in all, in the home currency; null: there is none. */
  budget: decimalText.nullable(),
});
type Standing = z.infer<typeof standing>;
const stored = z
  .record(z.string(), standing)
  .refine((all) => Object.keys(all).length <= MAX_VENUES, 'has too many venues');

const NOWHERE: Standing = { stage: 'none', sinceUs: 0, reason: '', canaryMinutes: 0, budget: null };
const NEXT: Readonly<Record<GoLiveStage, GoLiveStage | null>> = {
  none: 'staging',
  staging: 'canary',
  canary: 'full',
  full: null,
};
const BACK: Readonly<Partial<Record<GoLiveStage, GoLiveStage>>> = { canary: 'staging', full: 'canary' };
const ENGINE: Actor = { kind: 'engine', via: 'golive' };
const SELF: Caller = { role: 'viewer', via: 'golive' };

type DeskParts = {
  readonly clock: Clock;
  readonly engine: EngineControls;
  readonly note: (text: string) => void;
};

type Change = {
  readonly to: GoLiveStage;
  readonly reason: string;
  readonly actor: Actor;
  readonly budget?: string;
};

export class GoLiveDesk implements GoLiveControls {
  readonly handlers: GoLiveControls['handlers'];
  readonly #parts: DeskParts;
  #profile = '';
  #venues = new Map<VenueName, Standing>();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.handlers = {
      getGoLive: (_input, caller) => this.#view(caller),
      goLive: (input, caller) => this.#step(input, caller),
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

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** The pipelines of a profile from here on. @throws UserError when what is stored is damaged: nobody then knows what may be armed. */
  async open(profile: string): Promise<void> {
    if (profile === this.#profile) return;
    const found = await readSetting(this.#parts.engine.database, keyOf(profile), stored);
    this.#profile = profile;
    this.#venues = new Map(Object.entries(found ?? {}));
  }

  /** @throws UserError where the pipeline of the venue is not as far as what is to be armed by hand. */
  demand(venue: VenueName, to: 'canary' | 'full'): void {
    const { stage } = this.#standing(venue);
    const isAhead = stage === 'staging' || (stage === 'canary' && to === 'full');
    if (!isAhead) return;
    throw new UserError({
      code: 'go-live-gates',
      field: 'venue',
      value: venue,
      message: `is at stage ${stage} of its go-live pipeline`,
      remedy: `Go on with: golive --venue ${venue} --step ${to}, or leave the pipeline with --step end.`,
    });
  }

  /** What happened calls an account back. */
  take(event: EngineEvent): void {
    if (event.type === 'balancesDiffer') this.#back('the account differs from the ledger', event.venue);
    else if (event.type === 'riskLevelChanged' && event.to === 'halted')
      this.#back('the loss limit of the day is used up');
    else if (event.type === 'armingChanged' && event.to === 'disarmed' && event.actor.via === 'risk')
      this.#back(event.reason, event.venue);
  }

  #standing(venue: VenueName): Standing {
    return this.#venues.get(venue) ?? NOWHERE;
  }

  /** @param venue undefined: every one. */
  #back(reason: string, venue?: VenueName): void {
    for (const [name, { stage }] of this.#venues) {
      const to = BACK[stage];
      if (to === undefined || (venue !== undefined && venue !== name)) continue;
      this.#change(name, { to, reason, actor: ENGINE }).catch((error: unknown) =>
        this.#parts.note(
          `the go-live pipeline of ${name} went back and could not be stored: ${String(error)}`,
        ),
      );
    }
  }

  #minute(): void {
    const { session, outsiders } = this.#parts.engine;
    if (session === undefined || !session.parts.kernel.armings.isNeeded) return;
    let isCounted = false;
    for (const [venue, one] of this.#venues) {
      const isOut =
        one.stage === 'canary' &&
        isOfSession(session, venue) &&
        session.parts.kernel.armings.of(venue).state === 'canary';
      if (!isOut) continue;
      this.#venues.set(venue, { ...one, canaryMinutes: one.canaryMinutes + 1 });
      isCounted = true;
    }
    if (isCounted) void this.#save().catch(() => undefined);
    const [burning] = outsiders.slos.burning();
    if (burning !== undefined) this.#back(burning);
  }

  /** Disarms before all else where it goes back; in memory at once, so that one cause is one step. */
  async #change(venue: VenueName, { to, reason: why, actor, budget }: Change): Promise<void> {
    const before = this.#standing(venue);
    const { engine, clock } = this.#parts;
    const reason = why.slice(0, MAX_REASON);
    const sinceUs = clock.nowUs();
    this.#venues.set(venue, { stage: to, sinceUs, reason, canaryMinutes: 0, budget: budget ?? null });
    const { session } = engine;
    if (session !== undefined && isOfSession(session, venue)) {
      if (to !== NEXT[before.stage])
        await session.command({ type: 'disarm', reason: `go-live: ${reason}`, venue }, actor);
      await session.command({ type: 'noteGoLive', venue, from: before.stage, to, reason }, actor);
    }
    await this.#save();
  }

  async #save(): Promise<void> {
    const kept = [...this.#venues].filter(([, { stage }]) => stage !== 'none');
    await setSetting(this.#parts.engine.database, keyOf(this.#profile), Object.fromEntries(kept));
  }

  async #step({ venue, step, title, reason }: ParsedInput<'goLive'>, caller: Caller): Promise<GoLiveView> {
    const { engine } = this.#parts;
    const session = engine.requireSession();
    if (!session.parts.kernel.armings.isNeeded) throw noAccount(engine);
    const { venues } = await this.#view(caller);
    const one = venues.find((each) => each.venue === venue);
    if (one === undefined) throw unknownVenue(venue, venues);
    const actor: Actor = { kind: 'operator', via: caller.via };
    const to = this.#target(one, step);
    if (step === 'canary') await armLive(engine, { venue, title }, caller);
    if (step === 'full') await armFully(engine, { venue, title }, caller);
    const budget = to === 'canary' ? canaryBudget(session.parts.kernel).toString() : undefined;
    if (to !== one.stage)
      await this.#change(venue, { to, reason, actor, ...(budget !== undefined && { budget }) });
    return this.#view(caller);
  }

  /** @returns the stage after the step; the same one where an account is armed again behind a restart. @throws UserError */
  #target({ venue, stage, next, gates }: VenueGoLive, step: GoLiveStep): GoLiveStage {
    if (step === 'end' && stage !== 'none') return 'none';
    if (step === 'begin' && stage === 'none') return 'staging';
    if (step === 'rollback' && BACK[stage] !== undefined) return BACK[stage];
    const isReached =
      (step === 'canary' && (stage === 'canary' || stage === 'full')) ||
      (step === 'full' && stage === 'full');
    if (isReached) return stage;
    if (step !== next || (step !== 'canary' && step !== 'full')) throw wrongStep(venue, stage, step);
    const open = gates.find(({ ok }) => !ok);
    if (open === undefined) return step;
    throw new UserError({
      code: 'go-live-gates',
      field: open.id,
      value: open.detail,
      message: `does not hold yet: ${open.label}`,
      remedy: `${gates.filter(({ ok }) => !ok).length} of ${gates.length} gates are open; golive shows them.`,
    });
  }

  async #view(caller: Caller): Promise<GoLiveView> {
    const { engine } = this.#parts;
    const arming = await armingStatus(engine, caller);
    if (!arming.isNeeded) return { isNeeded: false, venues: [] };
    const venues = await Promise.all(
      arming.venues.map(async ({ venue, title, checklist }): Promise<VenueGoLive> => {
        const one = this.#standing(venue);
        const open = checklist.flatMap(({ ok, label }) => (ok ? [] : [label]));
        const gates = await this.#gates(venue, one, open);
        return {
          venue,
          title,
          stage: one.stage,
          reason: one.reason,
          sinceUs: one.sinceUs,
          next: NEXT[one.stage],
          gates,
        };
      }),
    );
    return { isNeeded: true, venues };
  }

  async #gates(venue: VenueName, one: Standing, checklistOpen: readonly string[]) {
    if (one.stage !== 'staging' && one.stage !== 'canary') return [];
    const facts = await this.#facts(venue, one, checklistOpen);
    return one.stage === 'staging' ? stagingGates(facts) : canaryGates(facts);
  }

  async #facts(venue: VenueName, one: Standing, checklistOpen: readonly string[]): Promise<GateFacts> {
    const { engine, clock } = this.#parts;
    const { slos } = engine.outsiders;
    const { kernel, plan, profile, ghost } = engine.requireSession().parts;
    const { sinceUs, stage, canaryMinutes, budget } = one;
    const record =
      stage === 'staging'
        ? await recordOf(engine, { profiles: await simulatedProfiles(engine, profile, plan), sinceUs }, SELF)
        : await recordOf(engine, { profiles: [profile], sinceUs, venue }, SELF);
    const compared = kernel.orderEvents.reconciler.standings().find((each) => each.venue === venue);
    const differences = compared?.differences.length ?? 0;
    const isAgreed = compared?.agreedUs !== undefined && compared.refusal === '' && differences === 0;
    const unknown = [...kernel.orders.open()].filter(
      (order) => order.venue === venue && order.state === 'unknown',
    );
    const { pairs = 0, trackingErrorBps = null } = ghost?.status(clock.nowUs()) ?? {};
    return {
      levels: {
        availability: slos.since('availability', sinceUs),
        api: slos.since('api', sinceUs),
        tracking: slos.since('tracking', sinceUs),
      },
      canaryMinutes,
      critical: engine.alerts.critical(),
      ledger: {
        isAgreed,
        detail: isAgreed ? 'agreed' : compared?.refusal || `${differences} balances differ`,
      },
      record,
      budget: budget === null ? undefined : decimal(budget),
      homeAsset: kernel.config.homeAsset,
      checklistOpen,
      tracking: { pairs, bps: trackingErrorBps },
      unknownOrders: unknown.length,
      burning: slos.burning(),
    };
  }
}

const keyOf = (profile: string): string => `goLive:${profile}`;

function isOfSession({ parts }: TradingSession, venue: VenueName): boolean {
  return parts.connections.some(({ market }) => market.venue === venue);
}

function wrongStep(venue: VenueName, stage: GoLiveStage, step: GoLiveStep): UserError {
  const next = NEXT[stage];
  const more = stage === 'none' ? [] : [...(BACK[stage] === undefined ? [] : ['rollback']), 'end'];
  const steps = [...(next === null ? [] : [next === 'staging' ? 'begin' : next]), ...more];
  return new UserError({
    code: 'go-live-stage',
    field: 'step',
    value: step,
    message: `does not follow on stage ${stage} of ${venue}`,
    remedy: `Use one of ${steps.join(', ')}.`,
  });
}

function unknownVenue(value: string, venues: readonly VenueGoLive[]): UserError {
  return new UserError({
    code: 'unknown-venue',
    field: 'venue',
    value,
    message: 'is not a venue of this session',
    remedy: `Use one of ${venues.map(({ venue }) => venue).join(', ')}.`,
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
