/** From an amount held to an order: whole lots at a limit price, never more than the amount pays for. */
import { Decimal, divide, roundToStep, ZERO } from '../domain/decimal.ts';
import { FEE_STEP, feeToReckon, type Instrument, takerFeeOf } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';

/** Places that are enough to find the last whole lot. */
const DIVISION_DECIMALS = 24;

/** Most whole lots that `amount` (base for a sale, quote for a purchase, fee included) pays for at `limit`. */
export function affordableQty(instrument: Instrument, side: Side, amount: Decimal, limit: Decimal): Decimal {
  if (side === 'sell') return roundToStep(amount, instrument.lotSize, 'down');
  const { orderCost } = instrument;
  if (orderCost !== undefined && amount.lte(orderCost)) return ZERO;
  const most = orderCost === undefined ? amount : amount.minus(orderCost);
  const qty = lotsFor(instrument, most, limit);
  const notional = qty.times(limit);
  if (notional.plus(takerFeeOf(instrument, notional)).lte(amount)) return qty;
  // Rounding the fee up took more than was left over, by less than one step of it.
  return most.gt(FEE_STEP) ? lotsFor(instrument, most.minus(FEE_STEP), limit) : ZERO;
}

/** Whole lots that `amount` pays for, with a fee that is not rounded. */
function lotsFor(instrument: Instrument, amount: Decimal, limit: Decimal): Decimal {
  const unitCost = limit.times(feeToReckon(instrument).plus(1));
  return roundToStep(divide(amount, unitCost, DIVISION_DECIMALS, 'down'), instrument.lotSize, 'down');
}

/** True when the venue takes an order of this size. */
export function meetsMinimums(instrument: Instrument, qty: Decimal, limit: Decimal): boolean {
  return qty.gt(0) && qty.gte(instrument.minQty) && qty.times(limit).gte(instrument.minNotional);
}

/** `price` on the tick, at most as far against us as it was. */
export function onTick({ tickSize }: Instrument, side: Side, price: Decimal): Decimal {
  return roundToStep(price, tickSize, side === 'buy' ? 'down' : 'up');
}

/**
 * `price` moved against us by at most `bps` and put on tick, never beyond: where one tick is worth more than that, `price`
 * itself. An order may not cost more than was meant because the venue's grid is coarse. A price that lies off the tick,
 * as levels do that are older than it, takes the next tick that reaches it.
 */
export function limitBeyond(instrument: Instrument, side: Side, price: Decimal, bps: number): Decimal {
  const buys = side === 'buy';
  const factor = buys ? 10_000 + bps : 10_000 - bps;
  const moved = onTick(instrument, side, price.times(factor).div(10_000));
  if (buys) return Decimal.max(moved, roundToStep(price, instrument.tickSize, 'up'));
  return Decimal.min(moved, roundToStep(price, instrument.tickSize, 'down'));
}

/** Most whole lots that bring no more than `want` of what the leg gives, at `best` or a worse price. */
export function qtyUpTo(instrument: Instrument, side: Side, want: Decimal, best: Decimal): Decimal {
  const qty = side === 'buy' ? want : divide(want, best, DIVISION_DECIMALS, 'down');
  return roundToStep(qty, instrument.lotSize, 'down');
}
