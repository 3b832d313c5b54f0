/**
 * What each `retCode` says of a placement (Bybit v5, "Error Codes", as of 2026-07-24). `refused`: for certain nothing was carried out.
 * `retry`: for certain nothing was carried out, and the same request may be taken later. Every other code, known or new, is `unknown`:
 * the order may be alive.
 */
export type Outcome = 'refused' | 'retry' | 'unknown';

const REFUSED: ReadonlySet<number> = new Set([
  // Parameters, key, signature, permission, address, compliance, ban, symbol whitelist.
  10001, 10003, 10004, 10005, 10010, 10024, 10027, 10029,
  // Balance; price too high, too low, too fine; quantity too low, too fine; value too small; price band.
  170131, 170132, 170133, 170134, 170136, 170137, 170140, 170193, 170194,
]);

/** A clock that is off, too many requests of the account, too many orders. */
const RETRY: ReadonlySet<number> = new Set([10002, 10006, 170222]);

/** 170141 and 110072, an id that was used, are left out: of a placement that is sent once it can only be that very order. */
export function outcomeOf(retCode: number): Outcome {
  if (RETRY.has(retCode)) return 'retry';
  return REFUSED.has(retCode) ? 'refused' : 'unknown';
}
