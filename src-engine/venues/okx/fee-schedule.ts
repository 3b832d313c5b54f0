/**
 * What a trader without an account pays. The first level differs by the region of the account: 0.10 % and 0.15 % for takers are both
 * listed by traders' libraries, and the higher one is assumed. The levels above ask for a balance or a volume of more than
 * the spot market, so that a volume alone says nothing.
 */
import { decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

const FIRST_LEVEL = decimal('0.0015');

export const okxFees: FeeSchedule = {
  basis: 'assumed, first level of 2026-07, the highest of any region',
  assumed: () => FIRST_LEVEL,
  atVolume: () => undefined,
};
