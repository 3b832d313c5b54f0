/** The account of a venue as the session trades it: “cancel everything” reaches as far as this engine may reach at that moment. */
import type { OrderId, VenueName } from '../domain/ids.ts';
import type { VenueOrderEvent } from '../domain/order.ts';
import type { CancelScope } from '../engine/kill/cancel-scope.ts';
import type { OrderVenue, Placement } from '../execution/order-venue.ts';
import type { Clock } from '../lib/clock.ts';

export type ScopedVenueParts = {
  readonly inner: OrderVenue;
  readonly scope: Pick<CancelScope, 'decide' | 'holder' | 'isByHand'>;
  readonly clock: Clock;
  /** What this engine has open at the venue, orders of its earlier runs among them. */
  readonly own: () => readonly OrderId[];
};

export class ScopedVenue implements OrderVenue {
  readonly venue: VenueName;
  readonly #parts: ScopedVenueParts;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #isStopped = false;
  /** It is being asked who holds the account: the kernel asks again meanwhile. */
  #isDeciding = false;
  /** Canceled by id while that was not known: once each, as the kernel tries again every second. */
  #canceledInDoubt: ReadonlySet<OrderId> = new Set();

  constructor(parts: ScopedVenueParts) {
    this.#parts = parts;
    this.venue = parts.inner.venue;
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
    this.#parts.inner.connect(sink);
  }

  place(placement: Placement): void {
    this.#parts.inner.place(placement);
  }

  cancel(orderId: OrderId): void {
    this.#parts.inner.cancel(orderId);
  }

  cancelAll(): void {
    if (this.#isDeciding && !this.#parts.scope.isByHand) return;
    this.#isDeciding = true;
    const carryOut = (cancel: () => void): void => {
      this.#isDeciding = false;
      if (!this.#isStopped) cancel();
    };
    this.#parts.scope.decide({
      meanwhile: () => this.#cancelInDoubt(),
      whole: () => carryOut(() => this.#parts.inner.cancelAll()),
      own: (holder) => carryOut(() => this.#cancelOwn(holder)),
    });
  }

  reconcile(sinceUs: number, withHistory: boolean): void {
    this.#parts.inner.reconcile(sinceUs, withHistory);
  }

  /** An account has one dead-man switch: where another engine trades it, ending it would leave that one without. */
  keepAlive(timeoutMs: number): void {
    if (timeoutMs > 0 || this.#parts.scope.holder === '') this.#parts.inner.keepAlive(timeoutMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#parts.inner.stop(this.#parts.scope.holder !== '');
  }

  #cancelInDoubt(): void {
    const { inner, own } = this.#parts;
    const before = this.#canceledInDoubt;
    const open = own();
    this.#canceledInDoubt = new Set(open);
    for (const orderId of open) if (!before.has(orderId)) inner.cancel(orderId);
  }

  /** That nothing is open cannot be shown of an account on which another engine trades. */
  #cancelOwn(holder: string): void {
    const { inner, own, clock } = this.#parts;
    for (const orderId of own()) inner.cancel(orderId);
    const reason = `the account is traded by ${holder}: only orders of this engine are canceled`;
    this.#sink({ kind: 'cancel-all-failed', venue: this.venue, reason, atUs: clock.nowUs() });
  }
}
