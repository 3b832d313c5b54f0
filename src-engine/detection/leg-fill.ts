/** What one trade costs and gives when it takes a ladder as it stands: exact decimals, for routes that were found. */
import { ladderOf } from '../books/ladder.ts';
import type { OrderBook } from '../books/order-book.ts';
import { Decimal, fromUnits, ZERO } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { FEE_STEP } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import { chargedFee, type FeeCharge } from './fee-charge.ts';

export type LegFill = {
  readonly qty: Decimal;
  /** What leaves and what comes in at the venue, in the assets of the leg; a fee in an asset of its own is in neither. */
  readonly spent: Decimal;
  readonly received: Decimal;
  /** Worth of the fee in quote where it is charged in an asset of its own; zero elsewhere. */
  readonly asideInQuote: Decimal;
  /** Worst price taken, in price units; 0: nothing was taken. */
  readonly worstUnits: number;
};

/** @param qtyUnits what is asked for; less is filled where the ladder ends. Fees are rounded up to the places of a fee, fixed costs of an order included. */
export function fillOf(
  instrument: Instrument,
  side: Side,
  qtyUnits: number,
  book: OrderBook,
  charge: FeeCharge,
): LegFill {
  const sells = side === 'sell';
  const { prices, qtys, count } = ladderOf(side, book);
  let left = qtyUnits;
  let worstUnits = 0;
  let notional = ZERO;
  for (let level = 0; level < count && left > 0; level++) {
    const taken = Math.min(left, qtys[level] as number);
    worstUnits = prices[level] as number;
    notional = notional.plus(
      fromUnits(taken, instrument.qtyDecimals).times(fromUnits(worstUnits, instrument.priceDecimals)),
    );
    left -= taken;
  }
  const qty = fromUnits(qtyUnits - left, instrument.qtyDecimals);
  const rate = chargedFee(instrument, charge);
  const places = FEE_STEP.decimalPlaces();
  const feeOn = (amount: Decimal): Decimal => amount.times(rate).toDecimalPlaces(places, Decimal.ROUND_CEIL);
  const fixed = notional.isZero() ? ZERO : (instrument.orderCost ?? ZERO);
  const fee = feeOn(notional).plus(fixed);
  if (charge.in === 'discount-asset')
    return {
      qty,
      spent: sells ? qty : notional,
      received: sells ? notional : qty,
      asideInQuote: fee,
      worstUnits,
    };
  if (sells) return { qty, spent: qty, received: notional.minus(fee), asideInQuote: ZERO, worstUnits };
  return charge.in === 'received'
    ? { qty, spent: notional.plus(fixed), received: qty.minus(feeOn(qty)), asideInQuote: ZERO, worstUnits }
    : { qty, spent: notional.plus(fee), received: qty, asideInQuote: ZERO, worstUnits };
}
