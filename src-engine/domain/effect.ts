import type { EngineEvent } from './event.ts';
import type { InstrumentId, OrderId, VenueName } from './ids.ts';
import type { Order } from './order.ts';
import type { TimeUs } from './time.ts';

/** What the kernel asks of the world. The runner performs them in order, after the events are journaled. */
export type Effect =
  | { readonly type: 'place'; readonly order: Order }
  | { readonly type: 'cancel'; readonly venue: VenueName; readonly orderId: OrderId }
  | { readonly type: 'cancelAll'; readonly venue: VenueName }
  /** Asks how the account stands, and, with its history, what of ours ended since then. */
  | {
      readonly type: 'reconcile';
      readonly venue: VenueName;
      readonly sinceUs: TimeUs;
      readonly withHistory: boolean;
    }
  /**
   * Restarts the countdown of the venue's dead-man switch, or ends it with 0. Dropped where it is not performed at once:
   * only a loop that is healthy now may put the countdown off.
   */
  | { readonly type: 'keepAlive'; readonly venue: VenueName; readonly timeoutMs: number }
  | { readonly type: 'resubscribe'; readonly venue: VenueName; readonly instrumentId: InstrumentId };

/** What one step of the kernel leaves behind: facts in order, then effects in order. Emptied by the runner. */
export class Outbox {
  events: EngineEvent[] = [];
  effects: Effect[] = [];

  emit(event: EngineEvent): void {
    this.events.push(event);
  }

  perform(effect: Effect): void {
    this.effects.push(effect);
  }

  get isEmpty(): boolean {
    return this.events.length === 0 && this.effects.length === 0;
  }
}
