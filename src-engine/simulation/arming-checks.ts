/** What must hold of arming: nothing begins at a venue that is not armed, and a canary that lost its budget begins nothing more. */
import { CANARY_CYCLES } from '../domain/arming.ts';
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, ExecutionRecord } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import { venuesNamed } from '../domain/venue-asset.ts';
import type { Command } from '../kernel/input.ts';
import type { World } from './world.ts';

type Canary = { readonly budget: Decimal; result: Decimal; completed: number };

export class ArmingChecks {
  /** Canaries that were sent, those that were armed in full, and cycles that were begun. */
  canaries = 0;
  armedInFull = 0;
  begun = 0;
  readonly #world: World;
  readonly #breach: (what: string) => void;
  readonly #armed = new Set<VenueName>();
  readonly #canaries = new Map<VenueName, Canary>();
  /** What the last word of an operator lets a canary lose. */
  readonly #budgets = new Map<VenueName, string>();
  /** When an operator's word took the arming away, whether the engine has heard it or not. */
  readonly #disarmedUs = new Map<VenueName, number>();
  /** When the first order of an execution was made. */
  readonly #beganUs = new Map<string, number>();

  constructor(world: World, breach: (what: string) => void) {
    this.#world = world;
    this.#breach = breach;
  }

  onCommand(command: Command): void {
    if (command.type === 'arm') this.#budgets.set(command.venue, command.lossBudget);
    const isAll = command.type === 'kill' || (command.type === 'disarm' && command.venue === undefined);
    if (isAll) for (const { venue } of this.#world.exchanges) this.#wordAt(venue);
    else if (command.type === 'disarm' && command.venue !== undefined) this.#wordAt(command.venue);
  }

  #wordAt(venue: VenueName): void {
    this.#disarmedUs.set(venue, this.#world.clock.nowUs());
  }

  onEvent(event: EngineEvent): void {
    if (!this.#world.isGuarded) return;
    if (event.type === 'runStarted') this.#armed.clear();
    else if (event.type === 'armingChanged') this.#onArming(event);
    else if (event.type === 'executionFinished') this.#onFinished(event);
    else if (event.type === 'orderCreated') this.#onOrder(event);
  }

  #onArming({
    to,
    venue = this.#only,
    atUs,
  }: Extract<EngineEvent, { readonly type: 'armingChanged' }>): void {
    this.#armed.delete(venue);
    const canary = this.#canaries.get(venue);
    this.#canaries.delete(venue);
    if (to === 'disarmed') return;
    this.#armed.add(venue);
    if (atUs > (this.#disarmedUs.get(venue) ?? 0)) this.#disarmedUs.delete(venue);
    if (to === 'canary') {
      this.canaries++;
      const budget = decimal(this.#budgets.get(venue) ?? '0');
      this.#canaries.set(venue, { budget, result: ZERO, completed: 0 });
      return;
    }
    this.armedInFull++;
    if (canary === undefined || canary.completed < CANARY_CYCLES)
      this.#breach(`${venue} was armed in full after ${canary?.completed ?? 0} cycles of a canary`);
  }

  /** Of a run that has one venue alone, be it that another could not be reached. */
  get #only(): VenueName {
    return this.#world.engine?.kernel.portfolio.universe.venues[0] ?? '';
  }

  #onFinished({ execution }: Extract<EngineEvent, { readonly type: 'executionFinished' }>): void {
    for (const venue of venuesNamed(execution.venue)) this.#onFinishedAt(venue, execution);
  }

  #onFinishedAt(venue: VenueName, { outcome, profitHome }: ExecutionRecord): void {
    const canary = this.#canaries.get(venue);
    if (outcome === 'stranded') this.#armed.delete(venue);
    if (canary === undefined || outcome === 'swept' || outcome === 'late') return;
    canary.result = canary.result.plus(profitHome);
    // Of what quotes did only some show the account whole, which the record does not say.
    if (outcome === 'completed' || outcome === 'quoted') canary.completed++;
    if (canary.result.negated().gte(canary.budget)) this.#armed.delete(venue);
  }

  /** New risk: what brings home or goes on with a cycle is not asked, be it the legs of a route that leave once its first one is filled. */
  #onOrder({ order }: Extract<EngineEvent, { readonly type: 'orderCreated' }>): void {
    const { orderId, executionId, venue, createdUs, timeInForce } = order;
    if (this.#world.engine?.kernel.orders.get(orderId)?.purpose !== 'open') return;
    const beganUs = this.#beganUs.get(executionId) ?? createdUs;
    this.#beganUs.set(executionId, beganUs);
    // Each quote that rests takes risk of its own.
    if (timeInForce === 'ioc' && beganUs < createdUs) return;
    this.begun++;
    if (!this.#armed.has(venue))
      this.#breach(`order ${orderId} began a cycle at ${venue}, which was not armed`);
    if (createdUs > (this.#disarmedUs.get(venue) ?? Number.POSITIVE_INFINITY))
      this.#breach(`order ${orderId} began a cycle at ${venue} after it was disarmed`);
  }
}
