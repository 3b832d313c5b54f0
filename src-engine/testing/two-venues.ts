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
