/**
 * Prices and quantities as text with all their digits. Integers become digits by shifting the point, never by
 * way of a floating point number: `String(1e-7)` is `1e-7`, which no checksum survives.
 */
import type { Market } from './market.ts';

/** Units of 10^-decimals with all their digits: (633810, 1) → `63381.0`, (0, 8) → `0.00000000`. */
export function fixedText(units: number, decimals: number): string {
  const digits = String(units);
  if (decimals === 0) return digits;
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

export function priceText(market: Market, units: number): string {
  return fixedText(units, market.pair.priceDecimals);
}

export function qtyText(market: Market, units: number): string {
  return fixedText(units, market.pair.qtyDecimals);
}
