import { Decimal } from '../../../domain/decimal.ts';

/** Fields of Kraken's private channels that are money: numbers in JSON, whose every digit counts. */
const MONEY: ReadonlySet<string> = new Set([
  'last_qty',
  'last_price',
  'order_qty',
  'limit_price',
  'cum_qty',
  'qty',
  'balance',
]);

/** Largest power of ten that an amount may have. */
const MAX_EXPONENT = 24;

/**
 * Parses JSON and keeps money as plain decimal text, made from the digits as they stand in the source: a number
 * such as 0.00000001 or 1e-8 passes through no floating point. @throws SyntaxError when it is not JSON.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, exact);
}

function exact(this: unknown, key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || !MONEY.has(key)) return value;
  const amount = new Decimal(context?.source ?? value);
  return Math.abs(amount.e) > MAX_EXPONENT ? value : amount.toFixed();
}
