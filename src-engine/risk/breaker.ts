/**
 * A circuit breaker over faults of one venue. Too many within a minute open it; after a rest it lets one execution at
 * a time try (half-open). What goes well closes it, another fault opens it again for twice as long.
 *
 *   closed --faults--> open --rest--> half-open --well--> closed
 *                        ^---------fault---------┘
 */
import type { ExecutionId } from '../domain/ids.ts';
import type { BreakerState } from '../domain/risk.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';

/** The window over which faults count: a minute. */
export const FAULT_WINDOW_US: DurationUs = 60 * US_PER_SECOND;
/** Orders that must go well in the trial, where orders are what is tried. */
export const TRIAL_PASSES = 2;
/** Most that the rest grows to, as a multiple of the first. */
const MAX_REST_FACTOR = 16;

export type BreakerRules = {
  /** Faults within the window that open it, at least 1. */
  faults(): number;
  rest(): DurationUs;
  /** Closes when the trial stayed without a fault for as long as the rest; else when TRIAL_PASSES orders went well. */
  readonly closesWhenQuiet: boolean;
};

export class Breaker {
  state: Extract<BreakerState, 'closed' | 'open' | 'half-open'> = 'closed';
  /** What opened it last, and when its state began. */
  reason = '';
  sinceUs: TimeUs = 0;
  readonly #rules: BreakerRules;
  /** Times of the last faults, oldest first; never more than open it. */
  readonly #faults: TimeUs[] = [];
  #restFactor = 1;
  #trial: ExecutionId | undefined;
  #passes = 0;

  constructor(rules: BreakerRules) {
    this.#rules = rules;
  }

  /** One fault. True when it opened the breaker. */
  fault(reason: string, nowUs: TimeUs): boolean {
    if (this.state === 'open') return false;
    this.#faults.push(nowUs);
    // The new one is no older than now: it stays.
    while (nowUs - (this.#faults[0] ?? nowUs) > FAULT_WINDOW_US) this.#faults.shift();
    while (this.#faults.length > this.#rules.faults()) this.#faults.shift();
    if (this.state === 'half-open') this.#restFactor = Math.min(MAX_REST_FACTOR, this.#restFactor * 2);
    else if (this.#faults.length < this.#rules.faults()) return false;
    const count = this.#faults.length;
    this.#move(
      'open',
      this.state === 'half-open'
        ? `${reason}, while half-open`
        : `${count} faults in a minute, last: ${reason}`,
      nowUs,
    );
    return true;
  }

  /** An order of the trial went well. True when that closed the breaker. */
  pass(nowUs: TimeUs): boolean {
    if (this.state !== 'half-open' || this.#rules.closesWhenQuiet) return false;
    this.#passes++;
    return this.#passes >= TRIAL_PASSES && this.#close(nowUs);
  }

  /** Time passes. True when that changed the state. */
  tick(nowUs: TimeUs): boolean {
    const elapsedUs = nowUs - this.sinceUs;
    if (this.state === 'open' && elapsedUs >= this.#rules.rest() * this.#restFactor) {
      this.#move('half-open', this.reason, nowUs);
      return true;
    }
    const isQuiet = this.state === 'half-open' && this.#rules.closesWhenQuiet;
    return isQuiet && elapsedUs >= this.#rules.rest() && this.#close(nowUs);
  }

  /** Whether this execution may begin: always while closed, one at a time in the trial, never while open. */
  allows(executionId: ExecutionId): boolean {
    if (this.state === 'closed') return true;
    return this.state === 'half-open' && (this.#trial === undefined || this.#trial === executionId);
  }

  /** This execution began: in the trial, it is the one. */
  begin(executionId: ExecutionId): void {
    if (this.state === 'half-open') this.#trial ??= executionId;
  }

  /** This execution ended: the next may try. */
  end(executionId: ExecutionId): void {
    if (this.#trial === executionId) this.#trial = undefined;
  }

  /** An operator closes it. True when it was not closed. */
  reset(nowUs: TimeUs): boolean {
    return this.state !== 'closed' && this.#close(nowUs);
  }

  #close(nowUs: TimeUs): boolean {
    this.#restFactor = 1;
    this.#move('closed', '', nowUs);
    return true;
  }

  #move(state: Breaker['state'], reason: string, nowUs: TimeUs): void {
    this.state = state;
    this.reason = reason;
    this.sinceUs = nowUs;
    this.#faults.length = 0;
    this.#passes = 0;
    this.#trial = undefined;
  }
}
