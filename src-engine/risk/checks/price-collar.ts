import { Decimal, fromUnits } from '../../domain/decimal.ts';
import type { Check } from '../check.ts';

/** An order may not cross the best opposite price by more than the collar: fat fingers and stale references. */
export const priceCollar: Check = (intent, { book, instrument, limits }) => {
  const buys = intent.side === 'buy';
  const units = buys ? book.askPrices[0] : book.bidPrices[0];
  if (units === undefined) return { code: 'price-collar', detail: `${intent.symbol} has no opposite price` };
  const reference = fromUnits(units, instrument.priceDecimals);
  const away = intent.price
    .minus(reference)
    .div(reference)
    .times(buys ? 10_000 : -10_000);
  if (away.lte(limits.priceCollarBps)) return undefined;
  const detail = `${intent.price.toString()} is ${away.toDecimalPlaces(1, Decimal.ROUND_UP).toString()} bps beyond ${reference.toString()}, the collar is ${limits.priceCollarBps} bps`;
  return { code: 'price-collar', detail };
};
