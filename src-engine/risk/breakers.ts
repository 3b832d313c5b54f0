/** All breakers of a run: those of the account latch, those of each venue recover through a trial. */
import type { Actor } from '../domain/event.ts';
import type { ExecutionId, VenueName } from '../domain/ids.ts';
import { breakerLabel } from '../domain/halt-texts.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { BreakerName, BreakerState, TrippedBreaker } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { venuesNamed } from '../domain/venue-asset.ts';
import { Breaker } from './breaker.ts';

export type VenueBreaker = 'data-quality' | 'api-reliability';

export type BreakerChange = {
  readonly breaker: BreakerName;
  readonly venue: VenueName;
  readonly nowUs: TimeUs;
  /** The operator who reset it; undefined: the engine changed it. */
  readonly actor?: Actor;
};

export class Breakers {
  readonly #latched = new Map<BreakerName, TrippedBreaker>();
  readonly #venues = new Map<VenueName, Readonly<Record<VenueBreaker, Breaker>>>();
  readonly #changed: (change: BreakerChange) => void;

  /** @param latched as the run before left them. @param changed is called after every change. */
  constructor(
    venues: readonly VenueName[],
    latched: readonly TrippedBreaker[],
    limits: () => RiskLimits,
    changed: (change: BreakerChange) => void,
  ) {
    this.#changed = changed;
    for (const one of latched) this.#latched.set(one.breaker, one);
    const rest = (): number => limits().breakerRestS * US_PER_SECOND;
    for (const venue of venues) {
      this.#venues.set(venue, {
        'data-quality': new Breaker({
          faults: () => limits().maxBookFaultsPerMinute,
          rest,
          closesWhenQuiet: true,
        }),
        'api-reliability': new Breaker({
          faults: () => limits().maxOrderFaultsPerMinute,
          rest,
          closesWhenQuiet: false,
        }),
      });
    }
  }

  get latched(): readonly TrippedBreaker[] {
    return [...this.#latched.values()];
  }

  /** Every breaker that is not closed. */
  get tripped(): readonly TrippedBreaker[] {
    const ofVenues = this.#all().flatMap(({ breaker, venue, one }) =>
      one.state === 'closed'
        ? []
        : [{ breaker, venue, state: one.state, reason: one.reason, sinceUs: one.sinceUs }],
    );
    return [...this.latched, ...ofVenues];
  }

  stateOf(breaker: BreakerName, venue: VenueName): { readonly state: BreakerState; readonly reason: string } {
    const latched = this.#latched.get(breaker);
    if (latched !== undefined) return latched;
    const one = isOfVenue(breaker) ? this.#venues.get(venue)?.[breaker] : undefined;
    return { state: one?.state ?? 'closed', reason: one?.reason ?? '' };
  }

  /** Why this execution may not begin at this venue; undefined: no breaker is against it. */
  refusal(venue: VenueName, executionId: ExecutionId): string | undefined {
    for (const { breaker, reason } of this.#latched.values()) {
      return `${breakerLabel(breaker)} is latched: ${reason}; reset it to trade again`;
    }
    const own = this.#venues.get(venue);
    if (own === undefined) return undefined;
    for (const breaker of ['data-quality', 'api-reliability'] as const) {
      const one = own[breaker];
      if (!one.allows(executionId)) return `${breakerLabel(breaker, venue)} is ${one.state}: ${one.reason}`;
    }
    return undefined;
  }

  /** Trips a breaker of the account. False when it was latched already. */
  latch(breaker: BreakerName, reason: string, nowUs: TimeUs): boolean {
    if (this.#latched.has(breaker)) return false;
    this.#latched.set(breaker, { breaker, venue: '', state: 'latched', reason, sinceUs: nowUs });
    this.#changed({ breaker, venue: '', nowUs });
    return true;
  }

  fault(breaker: VenueBreaker, venue: VenueName, reason: string, nowUs: TimeUs): void {
    if (this.#venues.get(venue)?.[breaker].fault(reason, nowUs) === true)
      this.#changed({ breaker, venue, nowUs });
  }

  /** The venue answered an order as it should. */
  orderPassed(venue: VenueName, nowUs: TimeUs): void {
    const breaker = 'api-reliability';
    if (this.#venues.get(venue)?.[breaker].pass(nowUs) === true) this.#changed({ breaker, venue, nowUs });
  }

  onTick(nowUs: TimeUs): void {
    for (const own of this.#venues.values()) {
      for (const breaker of ['data-quality', 'api-reliability'] as const) {
        if (own[breaker].state === 'closed' || !own[breaker].tick(nowUs)) continue;
        for (const [venue, each] of this.#venues) if (each === own) this.#changed({ breaker, venue, nowUs });
      }
    }
  }

  /** @param venue of the execution; of a route all of them. */
  begin(venue: VenueName, executionId: ExecutionId): void {
    for (const one of venuesNamed(venue)) {
      const own = this.#venues.get(one);
      own?.['data-quality'].begin(executionId);
      own?.['api-reliability'].begin(executionId);
    }
  }

  end(venue: VenueName, executionId: ExecutionId): void {
    for (const one of venuesNamed(venue)) {
      const own = this.#venues.get(one);
      own?.['data-quality'].end(executionId);
      own?.['api-reliability'].end(executionId);
    }
  }

  /** An operator resets a breaker; those of the account have no venue. False when it was not tripped. */
  reset(breaker: BreakerName, venue: VenueName, actor: Actor, nowUs: TimeUs): boolean {
    const wasLatched = this.#latched.delete(breaker);
    const wasOpen = isOfVenue(breaker) && this.#venues.get(venue)?.[breaker].reset(nowUs) === true;
    if (wasLatched || wasOpen) this.#changed({ breaker, venue: wasLatched ? '' : venue, nowUs, actor });
    return wasLatched || wasOpen;
  }

  #all(): { readonly breaker: VenueBreaker; readonly venue: VenueName; readonly one: Breaker }[] {
    return [...this.#venues].flatMap(([venue, own]) =>
      (['data-quality', 'api-reliability'] as const).map((breaker) => ({
        breaker,
        venue,
        one: own[breaker],
      })),
    );
  }
}

function isOfVenue(breaker: BreakerName): breaker is VenueBreaker {
  return breaker === 'data-quality' || breaker === 'api-reliability';
}
