/** Every venue that is known: a folder and a line. */
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import { binanceAdapter } from './binance/adapter.ts';
import { BINANCE, BINANCE_US } from './binance/dialect.ts';
import { krakenAdapter } from './kraken/adapter.ts';
import type { VenueAdapter } from './venue-adapter.ts';

const ADAPTERS: readonly VenueAdapter[] = [
  krakenAdapter,
  binanceAdapter(BINANCE),
  binanceAdapter(BINANCE_US),
];

export const VENUES: readonly VenueName[] = ADAPTERS.map(({ id }) => id);

/** @param field what named it, for the error. @throws UserError that lists the venues. */
export function venueAdapter(name: string, field: string): VenueAdapter {
  const adapter = ADAPTERS.find(({ id }) => id === name);
  if (adapter !== undefined) return adapter;
  throw new UserError({
    code: 'unknown-venue',
    field,
    value: name,
    message: 'is not a venue that is known here',
    remedy: `Use one of ${VENUES.join(', ')}.`,
  });
}
