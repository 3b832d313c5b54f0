import { type DecimalText, decimal } from '../../domain/decimal.ts';
import type { FeeSchedule } from '../venue-adapter.ts';

/**
 * What a trader without an account pays where the levels of a venue depend on more than the volume of its spot market: the taker fee of
 * the lowest level, as a fraction, whatever the volume. @param basis what is assumed, and of which date. @param maker the same of
 * makers; left out where it is not known: they are taken to pay as takers do.
 */
export function flatFees(taker: DecimalText, basis: string, maker?: DecimalText): FeeSchedule {
  const fee = decimal(taker);
  const own = maker === undefined ? undefined : decimal(maker);
  return {
    basis,
    assumed: () => fee,
    atVolume: () => undefined,
    ...(own === undefined ? {} : { maker: { assumed: () => own, atVolume: () => undefined } }),
  };
}
