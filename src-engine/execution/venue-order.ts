/** What the venue's list says of an order of ours, against what we hold of it. */
import { decimal } from '../domain/decimal.ts';
import type { Order, VenueOrder } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';

export type OrderFinding =
  | { readonly kind: 'agrees' }
  /** We hold it for over since so short a time that the venue's list may be older: the next one says. */
  | { readonly kind: 'lags' }
  /** It rests at the venue, which we did not know. */
  | { readonly kind: 'accepted' }
  /** It is over, and all its fills are here. */
  | { readonly kind: 'over'; readonly reason: string }
  /** Fills are missing that the venue counts: it cannot be settled yet. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  /** We hold it for over and the venue shows it open. */
  | { readonly kind: 'alive'; readonly reason: string }
  /** The venue's filled quantity is less than the fills that it reported. */
  | { readonly kind: 'contradiction'; readonly reason: string };

/** What ended so shortly before the question the venue's list may show open still: reports overtake lists. */
const LAG_US: DurationUs = 2 * US_PER_SECOND;

/** @param isOpen whether we hold it for alive. @param askedUs what changed since then the venue may not show yet. */
export function compareOrder(
  order: Order,
  isOpen: boolean,
  shown: VenueOrder,
  askedUs: TimeUs,
): OrderFinding {
  const theirs = decimal(shown.filledQty);
  const name = `order ${order.orderId} on ${order.symbol}`;
  const isOld = order.updatedUs < askedUs;
  if (!isOpen && shown.state === 'open') {
    return order.updatedUs < askedUs - LAG_US
      ? { kind: 'alive', reason: `${name} is ${order.state} here and open at the venue` }
      : { kind: 'lags' };
  }
  if (theirs.gt(order.filledQty)) {
    const reason = `${name}: the venue shows ${theirs.toString()} filled, it reported fills of ${order.filledQty.toString()}`;
    return { kind: 'incomplete', reason };
  }
  if (theirs.lt(order.filledQty)) {
    if (!isOld) return { kind: 'agrees' };
    const reason = `${name}: fills of ${order.filledQty.toString()} were reported, the venue shows ${theirs.toString()} filled`;
    return { kind: 'contradiction', reason };
  }
  if (!isOpen) return { kind: 'agrees' };
  if (shown.state === 'open') {
    return order.state === 'accepted' ? { kind: 'agrees' } : { kind: 'accepted' };
  }
  return { kind: 'over', reason: `the venue shows it as ${shown.state}` };
}
