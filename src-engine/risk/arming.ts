/**
 * The lock on real orders. A run whose venue keeps an account begins disarmed and takes no new risk until an operator
 * arms it: first as a canary with a hundredth of the risk, then in full. Nothing arms by itself, and no restart, kill or
 * doubt leaves it armed. What is under way when it is disarmed is brought to its end.
 */
import { type ArmingState, CANARY_CYCLES, CANARY_SHARE, type CanaryRecord } from '../domain/arming.ts';
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { type Actor, type ExecutionRecord, isOfCycle } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';

const ENGINE: Actor = { kind: 'engine', via: 'risk' };

export class Arming {
  /** False in runs that trade no account: these need no arming. */
  readonly isNeeded: boolean;
  state: ArmingState = 'disarmed';
  reason = 'not armed since the start';
  /** When that changed last; 0: not in this run. */
  sinceUs: TimeUs = 0;
  readonly #outbox: Outbox;
  #completed = 0;
  #result: Decimal = ZERO;
  #budget: Decimal = ZERO;

  readonly #venue: VenueName | undefined;

  /** @param venue whose account it is, named in reports; undefined where the run has one alone. */
  constructor(isNeeded: boolean, outbox: Outbox, venue?: VenueName) {
    this.isNeeded = isNeeded;
    this.#venue = venue;
    this.#outbox = outbox;
  }

  /** Why nothing new may begin; empty: it may. */
  get refusal(): string {
    return this.isNeeded && this.state === 'disarmed' ? `live trading is disarmed: ${this.reason}` : '';
  }

  /** What may be used of the limits on size: 1, or less for a canary. */
  get share(): number {
    return this.isNeeded && this.state === 'canary' ? CANARY_SHARE : 1;
  }

  /** Undefined unless a canary is out. */
  get canary(): CanaryRecord | undefined {
    if (this.state !== 'canary') return undefined;
    return {
      completed: this.#completed,
      neededCycles: CANARY_CYCLES,
      result: this.#result.toString(),
      budget: this.#budget.toString(),
    };
  }

  /** Sends a canary. @param lossBudget that it may lose, in the home currency, above zero. */
  arm(lossBudget: Decimal, actor: Actor, nowUs: TimeUs): void {
    if (!this.isNeeded || this.state !== 'disarmed') return;
    this.#completed = 0;
    this.#result = ZERO;
    this.#budget = lossBudget;
    this.#change('canary', `at ${CANARY_SHARE * 100} % of the risk`, actor, nowUs);
  }

  /** Takes the limits in full; nothing happens before the canary has completed its cycles. */
  armFully(actor: Actor, nowUs: TimeUs): void {
    if (this.state !== 'canary' || this.#completed < CANARY_CYCLES) return;
    this.#change('armed', `after ${this.#completed} canary cycles`, actor, nowUs);
  }

  disarm(reason: string, actor: Actor, nowUs: TimeUs): void {
    if (!this.isNeeded || this.state === 'disarmed') return;
    this.#change('disarmed', reason, actor, nowUs);
  }

  /**
   * A cycle ended, or what quotes did: a canary is called back when it has lost its budget, or left something behind.
   * @param isWhole it has shown the account from its first order to its last; of quotes, a fill was hedged and nothing is left to hedge.
   */
  onFinished(
    { outcome, profitHome, finishedUs }: ExecutionRecord,
    isWhole: boolean = outcome === 'completed',
  ): void {
    if (outcome === 'stranded') return this.disarm('a cycle was stranded', ENGINE, finishedUs);
    if (this.state !== 'canary' || !(outcome === 'quoted' || isOfCycle(outcome))) return;
    if (isWhole) this.#completed++;
    this.#result = this.#result.plus(decimal(profitHome));
    if (this.#result.negated().gte(this.#budget)) {
      this.disarm(`the canary lost ${this.#result.negated().toFixed(2)}, its budget`, ENGINE, finishedUs);
    }
  }

  /** A fill of a quote was not hedged in time: as after a cycle that is stranded an operator has to look first. */
  onNaked(nowUs: TimeUs): void {
    this.disarm('a fill of a quote was not hedged in time', ENGINE, nowUs);
  }

  #change(to: ArmingState, reason: string, actor: Actor, atUs: TimeUs): void {
    const from = this.state;
    this.state = to;
    this.reason = reason;
    this.sinceUs = atUs;
    const where = this.#venue === undefined ? {} : { venue: this.#venue };
    this.#outbox.emit({ type: 'armingChanged', atUs, from, to, reason, actor, ...where });
  }
}
