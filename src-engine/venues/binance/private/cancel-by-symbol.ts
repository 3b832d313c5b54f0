/** Binance cancels symbol by symbol: what is open says where (Binance spot API, "Cancel All Open Orders on a Symbol"). */
import { isObject } from '../../toolkit/json.ts';
import { BinanceRefused } from '../rest-errors.ts';
import type { PrivateRest } from './private-rest.ts';

/** "Unknown order sent.": nothing was open under this symbol. */
export const NOTHING_TO_CANCEL = -2011;

/** Open orders of the account, those placed elsewhere too. @throws as every call; Error for a row without a symbol. */
export async function countOpen(rest: PrivateRest): Promise<number> {
  const { orders, nameless } = await openOrders(rest);
  if (nameless > 0) throw noSymbol(nameless);
  return orders;
}

/**
 * Cancels every open order of the account, symbol by symbol. One that fails, or a row that names no symbol, keeps no other from
 * being canceled.
 * @returns how many the venue says it canceled. @throws the first error, after all were tried.
 */
export async function cancelEveryOrder(rest: PrivateRest): Promise<number> {
  const { symbols, nameless } = await openOrders(rest);
  let canceled = 0;
  let failure: unknown = nameless > 0 ? noSymbol(nameless) : undefined;
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

async function openOrders(
  rest: PrivateRest,
): Promise<{ readonly symbols: ReadonlySet<string>; readonly orders: number; readonly nameless: number }> {
  const rows = await rest.rows('/api/v3/openOrders');
  const named = rows.flatMap((row) => {
    const symbol: unknown = isObject(row) ? row['symbol'] : undefined;
    return typeof symbol === 'string' && symbol !== '' ? [symbol] : [];
  });
  return { symbols: new Set(named), orders: rows.length, nameless: rows.length - named.length };
}

function noSymbol(count: number): Error {
  return new Error(
    `${count} open ${count === 1 ? 'order has' : 'orders have'} no symbol and cannot be canceled`,
  );
}
