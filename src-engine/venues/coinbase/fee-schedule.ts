/**
 * What a trader without an account pays: the first level of Advanced Trade, 1.2 % for takers and 0.6 % for makers, as traders' libraries
 * list it (a volume of less than 1,000 USD in 30 days). The levels above are not assumed: an account's own fee says which holds.
 */
import { decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

const FIRST_LEVEL = decimal('0.012');

export const coinbaseFees: FeeSchedule = {
  basis: 'assumed, first level of 2026-07',
  assumed: () => FIRST_LEVEL,
  atVolume: () => undefined,
};
