/** A venue whose market is watched and whose account is not traded: nothing is sent there. */
import type { OrderVenue, Placement } from '../execution/order-venue.ts';
import type { VenueName } from '../domain/ids.ts';
import type { OrderId } from '../domain/ids.ts';

export class WatchedVenue implements OrderVenue {
  readonly venue: VenueName;

  constructor(venue: VenueName) {
    this.venue = venue;
  }

  connect(): void {}

  /** @throws Error always: the kernel has no order for such a venue, and one that came would be carried out nowhere. */
  place(_placement: Placement): void {
    throw new Error(`the account at ${this.venue} is not traded in this session`);
  }

  /** @throws Error always. */
  cancel(_orderId: OrderId): void {
    throw new Error(`the account at ${this.venue} is not traded in this session`);
  }

  cancelAll(): void {}

  reconcile(): void {}

  keepAlive(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
