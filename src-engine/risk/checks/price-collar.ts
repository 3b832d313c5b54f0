import { estimateOf, fromUnits } from '../../domain/decimal.ts';
import { beyond, type Check, isWellWithin } from '../check.ts';

/** An order may not cross the best opposite price by more than the collar: fat fingers. */
export const priceCollar: Check = (intent, { book, instrument, limits }) => {
  const buys = intent.side === 'buy';
  const count = buys ? book.askCount : book.bidCount;
  const units = buys ? book.askPrices[0] : book.bidPrices[0];
  if (count === 0 || units === undefined || !(units > 0)) {
    return { code: 'price-collar', detail: `${intent.symbol} has no opposite price` };
  }
  const estimate = estimateOf(intent.price);
  const isSafe = isWellWithin(estimate, units * 10 ** -instrument.priceDecimals, limits.priceCollarBps);
  if (isSafe && estimate > 0) return undefined;
  const best = fromUnits(units, instrument.priceDecimals);
  // The better side is no danger: a limit far from the market only fails to trade. Nothing is divided for an order that passes.
  const away = intent.price.minus(best).times(buys ? 10_000 : -10_000);
  if (away.isFinite() && intent.price.gt(0) && away.lte(best.times(limits.priceCollarBps))) return undefined;
  const what = `${intent.price.toString()} is beyond the best price ${best.toString()} by`;
  return beyond('price-collar', what, away.div(best), limits.priceCollarBps, 'bps');
};
