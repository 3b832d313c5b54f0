import { Decimal, fromUnits } from '../../../../domain/decimal.ts';
import type { Side } from '../../../../domain/order.ts';
import type { Market } from '../market.ts';

/** How much an amount of quote buys or sells for in the book as it stands, in whole lots, rounded down; 0: not one lot. */
export function quantityFor(market: Market, side: Side, quote: Decimal): Decimal {
  const { pair, engine } = market;
  const opposite = side === 'buy' ? engine.asks : engine.bids;
  let left = quote;
  let qty = new Decimal(0);
  for (let rank = 0; left.greaterThan(0); rank++) {
    const level = opposite.at(rank);
    if (level === undefined) break;
    const price = fromUnits(level.price, pair.priceDecimals);
    const taken = Decimal.min(fromUnits(level.qty, pair.qtyDecimals), left.div(price));
    qty = qty.plus(taken);
    left = left.minus(taken.times(price));
  }
  return qty.toDecimalPlaces(pair.qtyDecimals, Decimal.ROUND_DOWN);
}
