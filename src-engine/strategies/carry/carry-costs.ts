/** What a carry costs where no venue says it. */
import { Decimal } from '../../domain/decimal.ts';
import type { CarryCosts } from './carry-book.ts';

/** Taker fee of linear perpetuals without a level: 5 to 6 bps at the venues that are watched, so the highest is assumed. */
export const DEFAULT_PERPETUAL_FEE_BPS = 6;
/** By how much a fill of the perpetual is taken to be worse than its mark: its book is not read. */
export const DEFAULT_PERPETUAL_SLIP_BPS = 2;

const BPS = 10_000;

/** All four fills together, in bps of a leg; the spread of the spot market is in its own fills. @param orderCost of each spot order, whatever its size. */
export function roundTripBps(
  { spotFee, perpetualFee, perpetualSlip }: CarryCosts,
  stake: Decimal,
  orderCost: Decimal | undefined,
): number {
  const fixed = orderCost === undefined ? 0 : orderCost.div(stake);
  return new Decimal(spotFee)
    .plus(perpetualFee)
    .plus(perpetualSlip)
    .plus(fixed)
    .times(2)
    .times(BPS)
    .toNumber();
}
