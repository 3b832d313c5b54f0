import { type Decimal, fromUnits, ZERO } from '../../../domain/decimal.ts';
import type { Asset } from '../../../domain/ids.ts';
import type { ExchangeCore } from './exchange-core.ts';

/** An amount in US dollars at the middle of the book; 0 for an asset without a dollar pair. For display. */
export function usdValue(core: ExchangeCore, asset: Asset, amount: Decimal): Decimal {
  if (asset === 'USD') return amount;
  const market = core.find(`${asset}/USD`);
  if (market === undefined) return ZERO;
  return fromUnits(Math.round(market.mid() * 2), market.pair.priceDecimals)
    .div(2)
    .times(amount);
}
