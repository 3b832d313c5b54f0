/** Our own open orders, as a ladder marks them. */
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { OrderRecord } from '../../../src-engine/domain/event.ts';

/** `created` may be on its way, `unknown` may be alive: both count until the venue says otherwise. */
export const OPEN_STATES: ReadonlySet<OrderRecord['state']> = new Set(['created', 'accepted', 'unknown']);

/** Quantity that is not filled yet by price, both in the instrument's units. */
export function ownOrders(
  orders: readonly OrderRecord[],
  instrument: Pick<InstrumentRecord, 'venue' | 'symbol' | 'priceDecimals' | 'qtyDecimals'>,
): ReadonlyMap<number, number> {
  const own = new Map<number, number>();
  for (const { state, venue, symbol, price, qty, filledQty } of orders) {
    if (!OPEN_STATES.has(state) || venue !== instrument.venue || symbol !== instrument.symbol) continue;
    const at = unitsOf(price, instrument.priceDecimals);
    const rest = unitsOf(qty, instrument.qtyDecimals) - unitsOf(filledQty, instrument.qtyDecimals);
    own.set(at, (own.get(at) ?? 0) + rest);
  }
  return own;
}

/** Plain decimal text as a count of 10^-decimals, digit by digit. */
export function unitsOf(text: string, decimals: number): number {
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
}
