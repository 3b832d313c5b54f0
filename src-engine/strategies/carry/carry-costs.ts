/** What the fills of a carry cost: by the books as far as they are shown, else by an assumption. */
import { Decimal, decimal, ONE } from '../../domain/decimal.ts';
import type { PerpetualReading } from '../../domain/perpetual.ts';
import type { CarryCosts } from './carry-book.ts';

/** Taker fee of linear perpetuals without a level: 5 to 6 bps at the venues that are watched, so the highest is assumed. */
export const DEFAULT_PERPETUAL_FEE_BPS = 6;
/** By how much a fill of the perpetual is taken to be worse where its book is not shown: than its mark, or than the best price for what is more than lies there. */
export const DEFAULT_PERPETUAL_SLIP_BPS = 2;

const BPS = 10_000;

/** What a fill is decided by. */
type Shown = Pick<PerpetualReading, 'mark' | 'top'>;

/**
 * In quote, of a quantity of the perpetual that is sold or bought back at once: the best price for what lies there, the slip worse for the rest. Without best
 * prices all of it is the slip worse than the mark.
 */
export function perpetualValue(
  side: 'sell' | 'buy',
  qty: Decimal,
  { mark, top }: Shown,
  slip: Decimal,
): Decimal {
  const isSold = side === 'sell';
  const worse = isSold ? ONE.minus(slip) : ONE.plus(slip);
  if (top === undefined) return qty.times(decimal(mark)).times(worse);
  const price = decimal(isSold ? top.bid : top.ask);
  const shown = Decimal.min(qty, decimal(isSold ? top.bidQty : top.askQty));
  return shown.times(price).plus(qty.minus(shown).times(price).times(worse));
}

/**
 * All four fills together, in bps of a leg, as the books stand: fees, what each spot order costs whatever its size, and both spreads. The slip of two fills stands
 * for the spread of a perpetual whose best prices are not shown.
 */
export function roundTripBps(
  { spotFee, perpetualFee, perpetualSlip }: CarryCosts,
  stake: Decimal,
  orderCost: Decimal | undefined,
  spot: { readonly bid: Decimal; readonly ask: Decimal },
  top: Shown['top'],
): number {
  const perpetualSpread =
    top === undefined ? perpetualSlip.times(2) : decimal(top.ask).minus(top.bid).div(top.ask);
  const fixed = orderCost === undefined ? 0 : orderCost.div(stake);
  return new Decimal(spotFee)
    .plus(perpetualFee)
    .plus(fixed)
    .times(2)
    .plus(spot.ask.minus(spot.bid).div(spot.ask))
    .plus(perpetualSpread)
    .times(BPS)
    .toNumber();
}
