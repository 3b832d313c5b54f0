/**
 * What the kernel left and the journal has not taken yet, in order, within a bound. Beyond it the facts about orders,
 * fills, money and commands are still kept: they are few, as nothing new is sent then. Facts about the market
 * are let go and counted.
 */
import type { Effect } from '../domain/effect.ts';
import type { EngineEvent, EventType } from '../domain/event.ts';
import type { TimeUs } from '../domain/time.ts';

/** Facts that may wait. A journal on a healthy disk writes thousands a second. */
export const MAX_BACKLOG = 10_000;
/** Events written at once: what piled up behind a broken disk must still fit into what a journal takes. */
const MAX_EVENTS_PER_WRITE = 2_000;

/** What is seen again when the market moves on. A sample that belongs to a fill is not among them. */
const MARKET_FACTS: ReadonlySet<EventType> = new Set<EventType>([
  'opportunityOpened',
  'opportunityClosed',
  'bookStateChanged',
  'feedChanged',
  'equitySampled',
]);

/** What waits for its facts: all but orders, which wait for their intents alone, and cancels, which wait for nothing. */
export type LaterEffect = Exclude<Effect, { type: 'place' | 'cancel' | 'cancelAll' }>;

export function isCancel(effect: Effect): effect is Extract<Effect, { type: 'cancel' | 'cancelAll' }> {
  return effect.type === 'cancel' || effect.type === 'cancelAll';
}

export function isLater(effect: Effect): effect is LaterEffect {
  return effect.type !== 'place' && !isCancel(effect);
}

/** What one step of the kernel left behind, and how often the kill switch had been thrown by then. */
export type Batch = {
  readonly events: readonly EngineEvent[];
  readonly effects: readonly LaterEffect[];
  readonly atUs: TimeUs;
  /** When the frame arrived that this followed from; of other inputs, when they were taken. */
  readonly sinceUs: TimeUs;
  readonly trips: number;
  /** The intents of its orders are kept until the journal has its facts. */
  readonly isKept: boolean;
};

export class Backlog {
  #batches: Batch[] = [];
  #events = 0;
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Facts that wait. */
  get events(): number {
    return this.#events;
  }

  get isFull(): boolean {
    return this.#events >= MAX_BACKLOG;
  }

  push(batch: Batch): void {
    const kept = this.isFull ? { ...batch, events: this.#withoutMarket(batch.events) } : batch;
    this.#dropped += batch.events.length - kept.events.length;
    this.#events += kept.events.length;
    this.#batches.push(kept);
  }

  /** Puts batches back at the head of the line: the journal refused them. Their effects are not for later. */
  putBack(group: readonly Batch[]): readonly Batch[] {
    const all = [...group, ...this.#batches];
    this.#batches = all.flatMap((batch) => (batch.events.length === 0 ? [] : { ...batch, effects: [] }));
    this.#events = this.#batches.reduce((sum, { events }) => sum + events.length, 0);
    return all;
  }

  /** The oldest batches that fit into one write; at least one. */
  takeGroup(): readonly Batch[] {
    let count = 0;
    const beyond = this.#batches.findIndex((batch, index) => {
      count += batch.events.length;
      return index > 0 && count > MAX_EVENTS_PER_WRITE;
    });
    const group = this.#batches.splice(0, beyond < 0 ? this.#batches.length : beyond);
    for (const { events } of group) this.#events -= events.length;
    return group;
  }

  /** How many facts were let go since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #withoutMarket(events: readonly EngineEvent[]): readonly EngineEvent[] {
    const movesMoney = events.some(({ type }) => type === 'orderFilled' || type === 'executionFinished');
    return events.filter(({ type }) => !MARKET_FACTS.has(type) || (movesMoney && type === 'equitySampled'));
  }
}
