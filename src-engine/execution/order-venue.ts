import type { OrderId, VenueName } from '../domain/ids.ts';
import type { Order, VenueOrderEvent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';

/** What is handed to a venue: an order that risk approved and the journal holds. */
export type Placement = Pick<
  Order,
  'orderId' | 'instrumentId' | 'symbol' | 'side' | 'price' | 'qty' | 'timeInForce' | 'postOnly' | 'expireUs'
> &
  /** A venue that needs something for each order holds what may have to follow a first one against it. */
  Partial<Pick<Order, 'purpose'>>;

/**
 * Where orders go. A call returns at once; whatever the venue says of it arrives later at the sink, exactly
 * once and in the venue's order. A placement that got no answer in time ends as `unknown`, never as a guess.
 */
export type OrderVenue = {
  readonly venue: VenueName;
  connect(sink: (event: VenueOrderEvent) => void): void;
  place(placement: Placement): void;
  cancel(orderId: OrderId): void;
  /** Cancels every order of ours; then asks what is open and answers with `open-orders`. */
  cancelAll(): void;
  /**
   * Asks how the account stands: `account` follows, or `account-failed`.
   * @param sinceUs of what has ended; the answer carries it. @param withHistory false: what is open and the balances alone.
   */
  reconcile(sinceUs: TimeUs, withHistory: boolean): void;
  /**
   * Asks the venue to cancel everything unless renewed within `timeoutMs`; 0 ends it. `guarded` follows. Venues
   * without such a dead-man switch, and simulated ones, do nothing.
   */
  keepAlive(timeoutMs: number): void;
  /**
   * Reports nothing more. Where nothing of ours is open, the dead-man switch is ended first.
   * @param isLeft another engine trades the account by now: the switch, one an account, is its own, and stays.
   */
  stop(isLeft?: boolean): Promise<void>;
};
