/**
 * What a trader without an account pays: the fee of the lowest level, 0.1 % for makers and takers, as traders' libraries list it. A
 * few pairs multiply it by a coefficient that only the account's own fees show, and a higher level asks for a balance of KCS
 * or a volume that includes futures: a volume alone says nothing.
 */
import { decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

const LOWEST_LEVEL = decimal('0.001');

export const kucoinFees: FeeSchedule = {
  basis: 'assumed, lowest level of 2026-07',
  assumed: () => LOWEST_LEVEL,
  atVolume: () => undefined,
};
