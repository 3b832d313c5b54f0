/** A route as it is shown and sized: the trades of a walk at chosen venues, and how many carries close it. */
import type { VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { venuesJoined } from '../domain/venue-asset.ts';
import { sideOf } from './route-graph.ts';

/**
 * `path[k]` is spent by `legs[k]` and lies at that trade's venue: where it differs from the venue that the trade before received it at,
 * a carry lies between the two, which trades nothing. `venue` names all of them in the order of the trades.
 */
export type Route = Cycle & {
  readonly walk: number;
  readonly slots: readonly number[];
  readonly carries: number;
};

/** @param slots of the trades, in the walk's order. */
export function routeOf(
  id: number,
  walk: number,
  slots: readonly number[],
  instruments: readonly Instrument[],
): Route {
  const traded = slots.map((slot) => ({
    side: sideOf(slot),
    instrument: instruments[slot >> 1] as Instrument,
  }));
  const venues: VenueName[] = traded.map(({ instrument }) => instrument.venue);
  return {
    id,
    walk,
    slots,
    venue: venuesJoined(venues),
    path: traded.map(({ side, instrument }) => (side === 'sell' ? instrument.base : instrument.quote)),
    legs: traded.map(({ side, instrument }) => ({ instrumentId: instrument.id, side })),
    carries: venues.filter((venue, k) => venue !== venues.at(k - 1)).length,
  };
}
