/** Two venues with the same three pairs each, their assets named with their venues: for tests of a kernel that trades both. */
import { createInstrument } from '../domain/instrument.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { TRIANGLE } from './kernel-harness.ts';

export const [EAST, WEST] = ['east', 'west'] as const;

/** Those of the east first: BTC/USD, ETH/BTC and ETH/USD, as in `TRIANGLE`. */
export const TWO_VENUES = [EAST, WEST]
  .flatMap((venue) => TRIANGLE.map((spec) => ({ spec, venue })))
  .map(({ spec, venue }, id) =>
    createInstrument(
      { ...spec, base: assetAt(spec.base, venue), quote: assetAt(spec.quote, venue) },
      id,
      venue,
    ),
  );

/** Of a kernel that trades both venues, with these balances at its start: its instruments and its opening account. */
export const twoVenuesHolding = (balances: Readonly<Record<string, string>>) => ({
  instruments: TWO_VENUES,
  opening: {
    balances: Object.entries(balances).map(([asset, total]) => ({ asset, total })),
    realizedPnl: '0',
    fees: '0',
  },
});
