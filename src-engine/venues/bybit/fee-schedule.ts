/**
 * What a trader without an account pays: the fee of an account without VIP level on the spot market, 0.1 % for makers and takers, as
 * traders' libraries list it. The levels above ask for a balance or a volume over several products, so that a volume of
 * the spot market alone says nothing.
 */
import { decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

const WITHOUT_LEVEL = decimal('0.001');

export const bybitFees: FeeSchedule = {
  basis: 'assumed, account without VIP level of 2026-07',
  assumed: () => WITHOUT_LEVEL,
  atVolume: () => undefined,
};
