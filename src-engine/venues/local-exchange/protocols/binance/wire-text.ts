/** Numbers as Binance writes them: text with eight decimals, whatever the tick. */
import { Decimal } from '../../../../domain/decimal.ts';
import { fixedText } from '../../core/fixed-text.ts';
import type { Market } from '../../core/market.ts';

const DECIMALS = 8;

function padded(units: number, decimals: number): string {
  const text = fixedText(units, decimals);
  return decimals === 0 ? `${text}.${'0'.repeat(DECIMALS)}` : text + '0'.repeat(DECIMALS - decimals);
}

export function price8(market: Market, units: number): string {
  return padded(units, market.pair.priceDecimals);
}

export function qty8(market: Market, units: number): string {
  return padded(units, market.pair.qtyDecimals);
}

/** Exact amounts with more decimals are cut, never rounded up. */
export function amount8(amount: Decimal): string {
  return amount.toFixed(DECIMALS, Decimal.ROUND_DOWN);
}

/** Text of a decimal of a table with eight decimals: "5" → "5.00000000". */
export function text8(text: string): string {
  return new Decimal(text).toFixed(DECIMALS);
}
