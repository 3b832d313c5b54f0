/**
 * What a trader without an account pays: the fee of the lowest level, 0.1 % for makers and takers of every pair, as traders'
 * libraries list it; the levels above ask for a balance of BNB as well, so that a volume alone says nothing.
 */
import { decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

const LOWEST_LEVEL = decimal('0.001');

export const binanceFees: FeeSchedule = {
  basis: 'assumed, lowest level of 2026-07',
  assumed: () => LOWEST_LEVEL,
  // No listed fee begins a schedule by volume alone.
  atVolume: () => undefined,
  maker: { assumed: () => LOWEST_LEVEL, atVolume: () => undefined },
};
