/** How orders ended, by venue, since the engine started. */
import type { Fact } from '../contract/topics.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Sample } from './exposition.ts';

export class OrderEnds {
  readonly #counts = new Map<string, { readonly venue: string; readonly end: string; count: number }>();

  take(facts: readonly Fact[]): void {
    for (const { event } of facts) {
      const end = endOf(event);
      if (end === undefined) continue;
      const key = `${end.venue} ${end.end}`;
      const known = this.#counts.get(key);
      if (known === undefined) this.#counts.set(key, { ...end, count: 1 });
      else known.count += 1;
    }
  }

  samples(): Sample[] {
    return [...this.#counts.values()].map(({ venue, end, count }) => ({
      labels: { venue, end },
      value: count,
    }));
  }
}

/** An unknown order has not ended yet: it is settled by what the venue shows, or by an operator. */
const ENDS = {
  orderFilled: 'filled',
  orderCanceled: 'canceled',
  orderRejected: 'rejected',
  orderDenied: 'denied',
  orderSettled: 'settled',
} as const;

function endOf(event: EngineEvent): { readonly venue: string; readonly end: string } | undefined {
  if (!isEnd(event)) return undefined;
  const { venue, state } = event.order;
  // Filled in part, it goes on.
  return event.type === 'orderFilled' && state !== 'filled' ? undefined : { venue, end: ENDS[event.type] };
}

function isEnd(event: EngineEvent): event is Extract<EngineEvent, { readonly type: keyof typeof ENDS }> {
  return Object.hasOwn(ENDS, event.type);
}
