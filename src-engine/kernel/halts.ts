/**
 * Why nothing new begins: the operator paused, or trading halted. A halt has a scope: what one venue did
 * stops that venue, what concerns the engine or the whole account stops all. In a run of one venue the two are the same.
 */
import type { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';

/** What an operator has not ended yet: it goes on where a session starts again by itself. */
export type StandingHalts = {
  readonly isPaused: boolean;
  /** Of the whole account; empty: it is not halted. */
  readonly reason: string;
  readonly ofVenues: readonly (readonly [VenueName, reason: string])[];
};

const PAUSED = 'paused by the operator';

export class Halts {
  isPaused = false;
  /** Of the whole account; empty: it is not halted. */
  reason = '';
  readonly #reasons = new Map<VenueName, string>();
  readonly #isOne: boolean;
  readonly #outbox: Outbox;

  constructor(venues: readonly VenueName[], outbox: Outbox) {
    this.#isOne = venues.length < 2;
    this.#outbox = outbox;
  }

  /** Venues that are halted by themselves, each with its reason. */
  get ofVenues(): ReadonlyMap<VenueName, string> {
    return this.#reasons;
  }

  /** Why nothing new may begin at a venue; undefined: nothing here is against it. */
  refusal(venue: VenueName): string | undefined {
    return this.haltOf(venue) ?? (this.isPaused ? PAUSED : undefined);
  }

  /** The same without the operator's pause. */
  haltOf(venue: VenueName): string | undefined {
    return this.reason === '' ? this.#reasons.get(venue) : this.reason;
  }

  /** @param venue that alone is halted; undefined: all. */
  halt(code: string, reason: string, atUs: TimeUs, venue: VenueName | undefined): void {
    const scope = this.#isOne ? undefined : venue;
    // Said once: a journal that stays broken must not make new facts with each fact it refuses.
    if ((scope === undefined ? this.reason : this.#reasons.get(scope)) === reason) return;
    if (scope === undefined) this.reason = reason;
    else this.#reasons.set(scope, reason);
    const where = scope === undefined ? {} : { venue: scope };
    this.#outbox.emit({ type: 'tradingHalted', atUs, code, reason, ...where });
  }

  get standing(): StandingHalts {
    return { isPaused: this.isPaused, reason: this.reason, ofVenues: [...this.#reasons] };
  }

  /** What stood in the session before stands in this one; a halt of a venue that is its only one by now is one of all. */
  goOn({ isPaused, reason, ofVenues }: StandingHalts, atUs: TimeUs): void {
    if (isPaused) this.pause(atUs);
    for (const [venue, own] of ofVenues) this.halt('restart', own, atUs, venue);
    if (reason !== '') this.halt('restart', reason, atUs, undefined);
  }

  pause(atUs: TimeUs): void {
    this.isPaused = true;
    this.#outbox.emit({ type: 'tradingHalted', atUs, code: 'paused', reason: PAUSED });
  }

  /** The operator pauses one venue: in a run of one venue all of it. One that is halted keeps its reason. */
  pauseVenue(venue: VenueName, atUs: TimeUs): void {
    if (this.#isOne) this.pause(atUs);
    else if (!this.#reasons.has(venue)) this.halt('paused', PAUSED, atUs, venue);
  }

  /** @param venue whose halt alone ends; undefined: whatever was paused or halted goes on. */
  resume(actor: Actor, atUs: TimeUs, venue: VenueName | undefined): void {
    if (venue !== undefined && !this.#isOne) {
      if (this.#reasons.delete(venue)) this.#outbox.emit({ type: 'tradingResumed', atUs, actor, venue });
      return;
    }
    this.isPaused = false;
    this.reason = '';
    this.#reasons.clear();
    this.#outbox.emit({ type: 'tradingResumed', atUs, actor });
  }
}
