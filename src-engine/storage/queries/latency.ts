/** How long orders took in earlier runs, for backtests that shall assume no less. */
import { UserError } from '../../domain/errors.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { DurationUs } from '../../domain/time.ts';
import type { Readable } from '../database-types.ts';
import { readableEvents } from './event-rows.ts';

type OrderEvent = Extract<EngineEvent, { readonly type: 'orderCreated' | 'orderAccepted' }>;

function isOrderEvent(event: EngineEvent): event is OrderEvent {
  return event.type === 'orderCreated' || event.type === 'orderAccepted';
}

/** Newest events that are looked at; those that cannot be read measure nothing. */
const MAX_EVENTS = 40_000;
/** Orders below which a distribution says nothing. */
const MIN_MEASURED = 20;

/**
 * Half of the time from each order's creation to the venue's acceptance, rising: one way, if both are alike. Journaling
 * is in it, as it is on the way of every order.
 */
export async function measuredLatenciesUs({ db }: Readable, profile: string): Promise<DurationUs[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'json'])
    .where('profile', '=', profile)
    .where('type', 'in', ['orderCreated', 'orderAccepted'])
    .orderBy('seq', 'desc')
    .limit(MAX_EVENTS)
    .execute();
  const createdUs = new Map<string, number>();
  const latencies: DurationUs[] = [];
  for (const { event } of readableEvents(rows.toReversed(), isOrderEvent).events) {
    const { type, atUs } = event;
    const { orderId } = event.order;
    if (type === 'orderCreated') createdUs.set(orderId, atUs);
    else {
      const sinceUs = createdUs.get(orderId);
      if (sinceUs !== undefined) latencies.push(Math.round((atUs - sinceUs) / 2));
    }
  }
  return latencies.sort((a, b) => a - b);
}

/** The distribution as 101 values at equal steps of probability. @param sorted at least one, rising. */
export function quantilesOf(sorted: readonly DurationUs[]): DurationUs[] {
  return Array.from({ length: 101 }, (_, percent) => {
    const place = (percent / 100) * (sorted.length - 1);
    const low = Math.floor(place);
    const from = sorted[low] ?? 0;
    return Math.round(from + ((sorted[low + 1] ?? from) - from) * (place - low));
  });
}

/** The distribution of a profile's own latencies. @param field that asked for it. @throws UserError for too few orders. */
export async function measuredQuantilesUs(
  database: Readable,
  profile: string,
  field: string,
): Promise<DurationUs[]> {
  const measured = await measuredLatenciesUs(database, profile);
  if (measured.length >= MIN_MEASURED) return quantilesOf(measured);
  throw new UserError({
    code: 'too-few-orders',
    field,
    value: profile,
    message: `has ${measured.length} accepted orders to measure latency by; ${MIN_MEASURED} are needed`,
    remedy: 'Trade longer with it, or give a latency.',
  });
}
