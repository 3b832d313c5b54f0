/**
 * What each code says of a placement (OKX API v5, "Error Code", as of 2026-07): `code` of an answer, or `sCode` of the order in it.
 * `refused`: for certain nothing was carried out. `retry`: for certain nothing was carried out, and the same request may be taken
 * later. Every other code, known or new, is `unknown`: the order may be alive.
 */
export type Outcome = 'refused' | 'retry' | 'unknown';

const REFUSED: ReadonlySet<string> = new Set([
  // Passphrase, address, key, signature; key of another entity; permission.
  '50105',
  '50110',
  '50111',
  '50113',
  '50119',
  '50120',
  // Not logged in, and a login that failed.
  '60009',
  '60011',
  // Parameter; instrument; price band; balance; smallest size; lot; region; price limits; orders of a symbol.
  '51000',
  '51001',
  '51006',
  '51008',
  '51020',
  '51121',
  '51155',
  '51136',
  '51137',
  '51174',
]);

/** A clock that is off, too many requests, too many orders of the account. */
const RETRY: ReadonlySet<string> = new Set(['50011', '50061', '50102']);

/** 51016, an id that was used, is left out: of a placement that is sent once it can only be that very order. */
export function outcomeOf(code: string): Outcome {
  if (RETRY.has(code)) return 'retry';
  return REFUSED.has(code) ? 'refused' : 'unknown';
}

/** "Invalid OK-ACCESS-TIMESTAMP" and a time that lies too far off. */
export const CLOCK_IS_OFF: ReadonlySet<string> = new Set(['50102', '50112']);
/** The order that was to be canceled is over: canceled, filled, or not there. */
export const IS_OVER: ReadonlySet<string> = new Set(['51400', '51401', '51402', '51410', '51603']);
