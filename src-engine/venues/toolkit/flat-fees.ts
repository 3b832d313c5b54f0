import { type DecimalText, decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

/**
 * What a trader without an account pays where the levels of a venue depend on more than the volume of its spot market: the taker fee of
 * the lowest level, as a fraction, whatever the volume. @param basis what is assumed, and of which date.
 */
export function flatFees(taker: DecimalText, basis: string): FeeSchedule {
  const fee = decimal(taker);
  return { basis, assumed: () => fee, atVolume: () => undefined };
}
