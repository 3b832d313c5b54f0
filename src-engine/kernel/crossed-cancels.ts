/**
 * Cancels of quotes that their venue refused. To be filled while its cancel is on the way is how a quote ends as often as not: its fill or its
 * end is reported a moment later. So nothing is doubted at once, which would hold up every order at that venue; what is still open after
 * a while is asked about as in any comparison, and a refusal after that is a doubt.
 */
import type { OrderId, VenueName } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';

export type CrossedPorts = {
  isOpen(orderId: OrderId): boolean;
  /** Compares the account; only what is new waits for the answer. */
  look(venue: VenueName, nowUs: TimeUs): void;
};

/** What crossed the cancel is reported within. */
const GRACE_US: DurationUs = 2 * US_PER_SECOND;
/** By then the comparison has an answer. */
const ANSWER_US: DurationUs = 10 * US_PER_SECOND;

type Crossed = { readonly venue: VenueName; readonly sinceUs: TimeUs; hasAsked: boolean };

export class CrossedCancels {
  readonly #ports: CrossedPorts;
  readonly #crossed = new Map<OrderId, Crossed>();

  constructor(ports: CrossedPorts) {
    this.#ports = ports;
  }

  /** The cancel of a quote that is open here was refused. @returns true: its end is overdue, and it is in doubt. */
  onRefused(orderId: OrderId, venue: VenueName, nowUs: TimeUs): boolean {
    const known = this.#crossed.get(orderId);
    if (known === undefined) this.#crossed.set(orderId, { venue, sinceUs: nowUs, hasAsked: false });
    return known !== undefined && nowUs - known.sinceUs > ANSWER_US;
  }

  onTick(nowUs: TimeUs): void {
    for (const [orderId, one] of this.#crossed) {
      if (!this.#ports.isOpen(orderId)) this.#crossed.delete(orderId);
      else if (!one.hasAsked && nowUs - one.sinceUs >= GRACE_US) {
        one.hasAsked = true;
        this.#ports.look(one.venue, nowUs);
      }
    }
  }
}
