/**
 * What each error code says of a placement (Binance spot API, "Error codes", as of 2026-07-21). `refused`: for certain nothing
 * was carried out, and the same request would be refused again. `retry`: for certain nothing was carried out, and the same
 * request may be taken later. Every other code, known or new, is `unknown`: the order may be alive.
 */
export type Outcome = 'refused' | 'retry' | 'unknown';

/** Refused before the matching engine, or by it. */
const REFUSED: ReadonlySet<number> = new Set([
  -1002, -1013, -1014, -1020, -1022,
  // Form of the request.
  -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1111, -1114, -1115, -1116, -1117, -1118, -1119,
  -1121, -1122, -1128, -1130, -1134, -1135, -1145, -1182, -1194, -1210, -1211, -1220,
  // By the matching engine, or for want of a key that may.
  -2010, -2011, -2013, -2014, -2015, -2026, -2039,
]);

/** Too many requests or orders, too busy, a clock that is off, too many connections. */
const RETRY: ReadonlySet<number> = new Set([-1003, -1008, -1015, -1021, -1034, -1181]);

/** An order of this id is open: of a placement that is sent once, it can only be that very order. */
const DUPLICATE = /duplicate order/i;

/**
 * @param status of the answer: a 5xx says nothing whatever its code (Binance spot API, "HTTP return codes"), and a 409 was
 *   carried out in part.
 */
export function outcomeOf(status: number, code: number, text: string): Outcome {
  if (status === 429 || status === 418) return 'retry';
  if (status >= 500 || status === 409 || status < 400) return 'unknown';
  if (code === -2010 && DUPLICATE.test(text)) return 'unknown';
  if (RETRY.has(code)) return 'retry';
  return REFUSED.has(code) ? 'refused' : 'unknown';
}
