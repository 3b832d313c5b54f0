/** An order that never left, as the kernel hears of it. */
import type { OrderId } from '../../domain/ids.ts';
import type { VenueOrderEvent } from '../../domain/order.ts';
import type { TimeUs } from '../../domain/time.ts';

/** @param refusal why it may not leave. @param rateRefusal why the venue's rate limit, as counted here, keeps it back. @returns undefined: it may leave. */
export function notSent(
  orderId: OrderId,
  refusal: string | undefined,
  rateRefusal: () => string | undefined,
  atUs: TimeUs,
): VenueOrderEvent | undefined {
  const rate = refusal === undefined ? rateRefusal() : undefined;
  const why = refusal ?? rate;
  if (why === undefined) return undefined;
  const cause = rate === undefined ? undefined : 'rate-limit';
  return { kind: 'rejected', orderId, reason: `not sent: ${why}`, cause, atUs };
}
