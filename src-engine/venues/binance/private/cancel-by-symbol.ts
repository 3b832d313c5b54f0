/** Binance cancels symbol by symbol: what is open says where (Binance spot API, "Cancel All Open Orders on a Symbol"). */
import { BinanceRefused, isObject } from '../rest-errors.ts';
import type { PrivateRest } from './private-rest.ts';

/** "Unknown order sent.": nothing was open under this symbol. */
export const NOTHING_TO_CANCEL = -2011;

/** Symbols with open orders of the account, those placed elsewhere too. @throws as every call; Error for a row without a symbol. */
export async function openSymbols(
  rest: PrivateRest,
): Promise<{ readonly symbols: ReadonlySet<string>; readonly orders: number }> {
  const rows = await rest.rows('/api/v3/openOrders');
  const symbols = rows.map((row) => {
    const symbol: unknown = isObject(row) ? row['symbol'] : undefined;
    if (typeof symbol === 'string') return symbol;
    throw new Error('an open order has no symbol');
  });
  return { symbols: new Set(symbols), orders: rows.length };
}

/**
 * Cancels every open order of these symbols. One that fails keeps no other from being canceled.
 * @returns how many the venue says it canceled. @throws the first error, after all were tried.
 */
export async function cancelSymbols(rest: PrivateRest, symbols: Iterable<string>): Promise<number> {
  let canceled = 0;
  let failure: unknown;
  for (const symbol of symbols) {
    try {
      const rows = await rest.call('DELETE', '/api/v3/openOrders', { symbol });
      canceled += Array.isArray(rows) ? rows.length : 0;
    } catch (error) {
      const isEmpty = error instanceof BinanceRefused && error.code === NOTHING_TO_CANCEL;
      if (!isEmpty) failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return canceled;
}
