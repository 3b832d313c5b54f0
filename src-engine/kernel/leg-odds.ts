/** How likely an order that takes what is there is to fill, by venue, as measured of this run's orders. */
import type { VenueName } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { estimateOf } from '../domain/decimal.ts';

/** What one order changes of the average: half of it is of the last seven. */
const WEIGHT = 0.1;

export class LegOdds {
  /** Average part of orders that was filled. */
  readonly #filled = new Map<VenueName, number>();

  /** An order is over. One that the venue refused was filled as little as one that found nothing. */
  onEnded({ venue, timeInForce, state, qty, filledQty }: Order): void {
    if (timeInForce !== 'ioc' || state === 'denied' || state === 'unknown') return;
    const before = this.of(venue);
    const part = Math.min(1, estimateOf(filledQty) / estimateOf(qty));
    this.#filled.set(venue, before + (part - before) * WEIGHT);
  }

  /** From 0 to 1; 1 where nothing was measured. */
  of(venue: VenueName): number {
    return this.#filled.get(venue) ?? 1;
  }
}
