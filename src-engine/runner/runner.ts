/**
 * Runs a kernel: inputs in, one at a time and to the end. An order is sent once its intent is kept; all else waits until its
 * events are in the journal, and then, and only then, goes to the screen and out into the world as effects. Cancels wait for
 * nothing, and leave before the orders of their step: they can only take risk away, and a disk that hangs must not hold them up.
 */
import type { Effect } from '../domain/effect.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import type { OrderVenue } from '../execution/order-venue.ts';
import type { Input } from '../kernel/input.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Denial } from '../risk/check.ts';
import type { Clock } from '../lib/clock.ts';
import type { MarketFeed } from '../venues/market-feed.ts';
import { Backlog, type Batch, isCancel, isLater, type LaterEffect } from './backlog.ts';
import { attempt } from './attempt.ts';
import { BookIntake, type Pace } from './book-intake.ts';
import type { IntentGate } from './intent-gate.ts';
import type { Journal } from './journal.ts';
import type { StepTrace } from './story-keeper.ts';

/**
 * An order whose intent took longer to become durable is not sent: it was decided on a market that has moved. Nor is one sent while
 * the journal has been behind for longer, or a dead-man switch put off by a decision that old.
 */
const MAX_DELAY_US = US_PER_SECOND;

type PlaceEffect = Extract<Effect, { type: 'place' }>;
type CancelEffect = Exclude<Effect, LaterEffect | PlaceEffect>;
type KeepAlive = Extract<Effect, { type: 'keepAlive' }>;

/** Neither: the intents of a decision are durable. */
type Kept = { readonly durable?: Promise<void>; readonly refusal?: unknown };

/** Inputs that may wait while one is being handled; more would mean a loop of our own making. */
export const MAX_QUEUE = 10_000;

export type RunnerParts = {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly intents: IntentGate;
  readonly venues: ReadonlyMap<VenueName, OrderVenue>;
  readonly feeds: ReadonlyMap<VenueName, Pick<MarketFeed, 'resubscribe'>>;
  /** Gets every event, in order, once it is durable. */
  publish(events: readonly EngineEvent[]): void;
  readonly pace?: Pace | undefined;
  /** Keeps what of a step is in no record: when its orders left, and the books as they stood. */
  readonly trace?: StepTrace | undefined;
  /** Why this process may send no order at this moment; empty: it may. Asked as each leaves. */
  readonly refusal?: (() => string) | undefined;
  /** Hears that the kernel has taken a tick to its end: the sign of life of the decision loop. */
  readonly beat?: ((atUs: TimeUs) => void) | undefined;
};

export class Runner {
  readonly #parts: RunnerParts;
  readonly #queue: Input[] = [];
  readonly #intake: BookIntake | undefined;
  #isStepping = false;
  /** Most inputs that ever waited at once. */
  mostWaiting = 0;
  readonly #backlog = new Backlog();
  #saidFull = false;
  #writing: Promise<void> | undefined;
  #isWriting = false;
  /** When the oldest facts were decided that the journal is taking now. */
  #writingSinceUs: TimeUs | undefined;
  /** Why the journal refused the last facts; undefined: it took them. */
  #journalFault: string | undefined;
  /** Orders that wait for their intents, decision by decision. */
  #placing: Promise<void> | undefined;
  /** Of those orders: true once one was canceled, so that it never leaves behind its cancel. */
  readonly #unsent = new Map<OrderId, boolean>();
  /** Batches that the kernel left so far, and those of them that are durable and done. */
  #flushed = 0;
  #delivered = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    const { kernel, pace, clock } = parts;
    if (pace !== undefined) {
      const look = (instrumentIds: readonly InstrumentId[]): void =>
        this.submit({ kind: 'look', instrumentIds, atUs: clock.nowUs() });
      this.#intake = new BookIntake(kernel, pace, look);
    }
    for (const venue of parts.venues.values()) {
      venue.connect((event) => this.submit({ kind: 'order', event }));
    }
  }

  begin(): void {
    this.#parts.kernel.begin(this.#parts.clock.nowUs());
    this.#flush();
  }

  /** The last facts of a run; nothing is submitted after it. */
  end(): void {
    this.#parts.kernel.end(this.#parts.clock.nowUs());
    this.#flush();
  }

  /** Hands one input to the kernel; inputs that arise meanwhile wait their turn. */
  submit(input: Input): void {
    if (this.#isStepping) {
      if (this.#queue.length >= MAX_QUEUE) throw new Error(`more than ${MAX_QUEUE} inputs are waiting`);
      this.mostWaiting = Math.max(this.mostWaiting, this.#queue.push(input));
      return;
    }
    this.#isStepping = true;
    try {
      for (let next: Input | undefined = input; next !== undefined; next = this.#queue.shift()) {
        if (next.kind === 'book' && this.#intake !== undefined) this.#intake.take(next);
        else this.#parts.kernel.step(next);
        if (!this.#parts.kernel.outbox.isEmpty) this.#flush(next);
        if (next.kind === 'tick') this.#parts.beat?.(next.atUs);
      }
    } finally {
      this.#isStepping = false;
    }
  }

  /** Resolves when everything so far is durable and done, or the journal refused it; what follows is not waited for. */
  async settled(): Promise<void> {
    const asked = this.#flushed;
    await this.#placing;
    while (this.#writing !== undefined && this.#delivered < asked) await this.#writing;
  }

  /** Book messages that were not looked at by themselves, since the start. */
  get conflated(): number {
    return this.#intake?.conflated ?? 0;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  #flush(input?: Input): void {
    const { outbox, killSwitch } = this.#parts.kernel;
    const { events, effects } = outbox;
    outbox.events = [];
    outbox.effects = [];
    const atUs = this.#parts.clock.nowUs();
    const sinceUs = input?.kind === 'book' ? input.receivedUs : atUs;
    const orders = effects.filter((effect) => effect.type === 'place');
    const kept = orders.length === 0 ? undefined : this.#keep(events);
    const isKept = kept !== undefined && !('refusal' in kept);
    const later = effects.filter(isLater);
    const batch = { events, effects: later, atUs, sinceUs, trips: killSwitch.trips, isKept };
    this.#backlog.push(batch);
    this.#flushed++;
    // Before the cancels, one of which may be of an order of the same step.
    for (const { order } of orders) this.#unsent.set(order.orderId, false);
    for (const effect of effects) if (isCancel(effect)) this.#cancel(effect);
    if (kept !== undefined) this.#placeOnce(kept, orders, batch);
    if (events.length > 0)
      this.#parts.trace?.onStep(events, atUs, input?.kind === 'book' ? input.receivedUs : undefined);
    if (this.#backlog.isFull && !this.#saidFull) this.#sayFull(atUs);
    if (!this.#isWriting) this.#write();
  }

  /** The intents of a decision; a gate that throws refuses them. */
  #keep(events: readonly EngineEvent[]): Kept {
    try {
      const durable = this.#parts.intents.keep(events.filter(({ type }) => type === 'orderCreated'));
      return durable instanceof Promise ? { durable } : {};
    } catch (error) {
      return { refusal: error };
    }
  }

  /** Sends the orders of a decision once their intents are durable: at once where they are. */
  #placeOnce(kept: Kept, orders: readonly PlaceEffect[], decided: Batch): void {
    if (kept.refusal !== undefined) this.#onIntentsRefused(orders, kept.refusal);
    else if (kept.durable === undefined) this.#placeAll(orders, decided);
    else {
      const placing = kept.durable.then(
        () => this.#placeAll(orders, decided),
        (error: unknown) => this.#onIntentsRefused(orders, error),
      );
      this.#placing = placing;
    }
  }

  #placeAll(orders: readonly PlaceEffect[], decided: Batch): void {
    const journaledUs = this.#parts.clock.nowUs();
    for (const { order } of orders) this.#place(order, decided, journaledUs);
  }

  /** None of these orders leaves, and nothing new follows until an operator resumes. */
  #onIntentsRefused(orders: readonly PlaceEffect[], error: unknown): void {
    const reason = `intents could not be stored: ${error instanceof Error ? error.message : String(error)}`;
    this.submit({ kind: 'journal-failed', reason, atUs: this.#parts.clock.nowUs() });
    for (const { order } of orders) this.#withdraw(order.orderId, { code: 'not-durable', detail: reason });
  }

  /** The journal cannot keep up: nothing new is sent until it has, and an operator resumes. */
  #sayFull(atUs: TimeUs): void {
    this.#saidFull = true;
    const reason = `${this.#backlog.events} facts wait for the journal`;
    this.submit({ kind: 'journal-failed', reason, atUs });
  }

  /** Journals what is pending, a group at a time, and delivers it; what arose meanwhile is the next group. */
  #write(): void {
    this.#isWriting = true;
    while (!this.#backlog.isEmpty) {
      const group = this.#backlog.takeGroup();
      const events = group.flatMap((batch) => batch.events);
      this.#writingSinceUs = group[0]?.atUs;
      const written = events.length === 0 ? undefined : this.#append(events);
      if (written instanceof Promise) {
        this.#writing = this.#finish(written, group);
        return;
      }
      this.#writingSinceUs = undefined;
      for (const batch of group) this.#deliver(batch);
    }
    this.#isWriting = false;
    this.#sayDropped();
  }

  /** A journal that throws has refused, as one whose promise is rejected. */
  #append(events: readonly EngineEvent[]): Promise<void> | void {
    try {
      return this.#parts.journal.append(events);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #finish(written: Promise<void>, group: readonly Batch[]): Promise<void> {
    let failure: unknown;
    try {
      await written;
    } catch (error) {
      failure = error ?? new Error('unknown');
    }
    this.#writingSinceUs = undefined;
    if (failure === undefined) {
      this.#journalFault = undefined;
      for (const batch of group) this.#deliver(batch);
    }
    this.#isWriting = false;
    this.#writing = undefined;
    if (failure !== undefined) this.#onJournalFailed(group, failure);
    else if (this.#backlog.isEmpty) this.#sayDropped();
    else this.#write();
  }

  #deliver(batch: Batch): void {
    this.#delivered++;
    if (batch.isKept) this.#parts.intents.confirm();
    if (batch.events.length > 0) this.#parts.publish(batch.events);
    for (const effect of batch.effects) this.#perform(effect, batch);
  }

  /** The journal has caught up: what was let go meanwhile is a fact of its own. */
  #sayDropped(): void {
    this.#saidFull = false;
    const count = this.#backlog.takeDropped();
    if (count > 0) this.submit({ kind: 'facts-dropped', count, atUs: this.#parts.clock.nowUs() });
  }

  /**
   * No order is sent while the journal refuses; cancels have gone out, what else waited still does, and nothing new follows
   * until an operator resumes. The facts stay at the head of the line and are written with the next ones.
   */
  #onJournalFailed(group: readonly Batch[], error: unknown): void {
    const reason = `facts could not be stored: ${error instanceof Error ? error.message : String(error)}`;
    const atUs = this.#parts.clock.nowUs();
    const undone = this.#backlog.putBack(group);
    this.#delivered += undone.filter(({ events }) => events.length === 0).length;
    this.#isWriting = true;
    this.#journalFault = reason;
    this.submit({ kind: 'journal-failed', reason, atUs });
    for (const batch of undone) {
      for (const effect of batch.effects) {
        if (effect.type === 'keepAlive') this.#refuseKeepAlive(effect, reason);
        else this.#perform(effect, batch);
      }
    }
    this.#isWriting = false;
  }

  #withdraw(orderId: OrderId, denial: Denial): void {
    this.#unsent.delete(orderId);
    this.submit({ kind: 'withdrawn', orderId, denial, atUs: this.#parts.clock.nowUs() });
  }

  #cancel(effect: CancelEffect): void {
    if (effect.type === 'cancelAll')
      this.#carryOut(effect, this.#venue(effect), (venue) => venue.cancelAll());
    else if (this.#unsent.has(effect.orderId)) this.#unsent.set(effect.orderId, true);
    else this.#carryOut(effect, this.#venue(effect), (venue) => venue.cancel(effect.orderId));
  }

  #perform(effect: LaterEffect, decided: Batch): void {
    switch (effect.type) {
      case 'resubscribe':
        this.#carryOut(effect, this.#parts.feeds.get(effect.venue), (feed) =>
          feed.resubscribe(effect.instrumentId),
        );
        return;
      case 'keepAlive':
        this.#keepAlive(effect, decided);
        return;
      case 'reconcile':
        this.#carryOut(effect, this.#venue(effect), (venue) =>
          venue.reconcile(effect.sinceUs, effect.withHistory),
        );
    }
  }

  #venue({ venue }: { readonly venue: VenueName }): OrderVenue | undefined {
    return this.#parts.venues.get(venue);
  }

  /** Nothing that the kernel decided vanishes: what no adapter takes is an input of its own, and halts trading. */
  #carryOut<T>(effect: LaterEffect | CancelEffect, adapter: T | undefined, call: (adapter: T) => void): void {
    const why = attempt(adapter, call);
    if (why === undefined) return;
    const atUs = this.#parts.clock.nowUs();
    this.submit({ kind: 'effect-failed', effect, reason: `${effect.venue}: ${why}`, atUs });
  }

  /** A decision that waited is no sign that the loop is healthy now. */
  #keepAlive(effect: KeepAlive, decided: Batch): void {
    const waitedUs = this.#parts.clock.nowUs() - decided.atUs;
    if (waitedUs > MAX_DELAY_US) {
      this.#refuseKeepAlive(
        effect,
        `the decision waited ${Math.round(waitedUs / US_PER_MS)} ms for the journal`,
      );
    } else this.#carryOut(effect, this.#venue(effect), (venue) => venue.keepAlive(effect.timeoutMs));
  }

  #refuseKeepAlive({ venue, timeoutMs }: KeepAlive, why: string): void {
    const atUs = this.#parts.clock.nowUs();
    const refusal = `not sent: ${why}`;
    this.submit({ kind: 'order', event: { kind: 'guarded', venue, timeoutMs, refusal, atUs } });
  }

  /**
   * While the intent was on its way to the disk the kill switch may have been thrown, the journal have failed, the market have
   * moved, or the venue have changed the rules that the order was made by.
   */
  #place(order: PlaceEffect['order'], decided: Batch, journaledUs: TimeUs): void {
    const denial = this.#lateDenial(order, decided);
    this.#unsent.delete(order.orderId);
    if (denial === undefined) this.#send(order, decided, journaledUs);
    else this.#withdraw(order.orderId, denial);
  }

  #lateDenial(order: PlaceEffect['order'], decided: Batch): Denial | undefined {
    const { killSwitch, desk } = this.#parts.kernel;
    const nowUs = this.#parts.clock.nowUs();
    const ms = (us: number): string => `${Math.round(us / US_PER_MS)} ms`;
    const limit = `the limit is ${ms(MAX_DELAY_US)}`;
    const waitedUs = nowUs - decided.atUs;
    const behindUs = nowUs - (this.#writingSinceUs ?? nowUs);
    if (killSwitch.isOn || killSwitch.trips > decided.trips)
      return { code: 'killed', detail: 'the kill switch came before it was sent' };
    if (this.#unsent.get(order.orderId) === true)
      return { code: 'canceled', detail: 'it was canceled before it was sent' };
    const refusal = this.#parts.refusal?.() ?? '';
    if (refusal !== '') return { code: 'no-lease', detail: refusal };
    if (this.#journalFault !== undefined) return { code: 'not-durable', detail: this.#journalFault };
    if (waitedUs > MAX_DELAY_US)
      return { code: 'not-durable', detail: `its intent took ${ms(waitedUs)} to be stored, ${limit}` };
    if (behindUs > MAX_DELAY_US) {
      const detail = `the journal has not stored the facts before it for ${ms(behindUs)}, ${limit}`;
      return { code: 'not-durable', detail };
    }
    return desk.reviewer.ruleFault(order);
  }

  /** An order that no adapter is there for never left. One whose adapter failed may have left: its end is not known. */
  #send(order: PlaceEffect['order'], decided: Batch, journaledUs: TimeUs): void {
    const venue = this.#venue(order);
    const why = attempt(venue, (there) => there.place(order));
    const atUs = this.#parts.clock.nowUs();
    if (why === undefined) {
      this.#parts.pace?.meter.record('sent', (atUs - decided.sinceUs) * 1_000);
      this.#parts.trace?.onSent(order.orderId, journaledUs, atUs);
      return;
    }
    const { orderId, venue: name } = order;
    const effect = { type: 'place', venue: name, orderId } as const;
    this.submit({ kind: 'effect-failed', effect, reason: `${name}: ${why}`, atUs });
    if (venue === undefined) this.#withdraw(orderId, { code: 'no-venue', detail: why });
    else this.submit({ kind: 'order', event: { kind: 'unknown', orderId, reason: why, atUs } });
  }
}
