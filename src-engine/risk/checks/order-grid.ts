import { isMultipleOf } from '../../domain/decimal.ts';
import type { Check } from '../check.ts';

/** Price on tick, quantity in whole lots, both above zero, both minimums met: what the venue would reject. */
export const orderGrid: Check = (intent, { instrument }) => {
  const { price, qty } = intent;
  if (price.lte(0) || !isMultipleOf(price, instrument.tickSize)) {
    return {
      code: 'off-grid',
      detail: `price ${price.toString()} is no multiple of tick ${instrument.tickSize.toString()}`,
    };
  }
  if (qty.lte(0) || !isMultipleOf(qty, instrument.lotSize)) {
    return {
      code: 'off-grid',
      detail: `quantity ${qty.toString()} is no multiple of lot ${instrument.lotSize.toString()}`,
    };
  }
  if (qty.lt(instrument.minQty)) {
    const detail = `quantity ${qty.toString()} is below the minimum of ${instrument.minQty.toString()} ${instrument.base}`;
    return { code: 'below-minimum', detail };
  }
  const notional = qty.times(price);
  if (notional.lt(instrument.minNotional)) {
    const detail = `value ${notional.toString()} is below the minimum of ${instrument.minNotional.toString()} ${instrument.quote}`;
    return { code: 'below-minimum', detail };
  }
  return undefined;
};
