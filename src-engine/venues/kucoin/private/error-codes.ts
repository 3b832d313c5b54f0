/**
 * What each `code` says of a placement (KuCoin, "Error Codes"). `refused`: for certain nothing was carried out. `retry`: for certain nothing
 * was carried out, and the same request may be taken later. Every other code, known or new, is `unknown`: the order may be alive.
 */
export type Outcome = 'refused' | 'retry' | 'unknown';

/** The timestamp is off by more than 5 s. */
export const CLOCK_IS_OFF = '400002';
export const TOO_MANY = '429000';

const REFUSED: ReadonlySet<string> = new Set([
  // Headers, key, passphrase, signature, address, permission.
  '400001',
  '400003',
  '400004',
  '400005',
  '400006',
  '400007',
  // Balance.
  '200004',
  '230003',
  // Parameters and increments; trading forbidden; price beyond the limit; symbol.
  '400100',
  '400200',
  '400370',
  '400600',
  '900001',
  // Region, frozen account.
  '400500',
  '411100',
]);

const RETRY: ReadonlySet<string> = new Set([CLOCK_IS_OFF, TOO_MANY]);

/** A refusal of more than the one order or symbol that was asked for: key, clock, limits, region, account, an error of the venue. */
export function concernsAll(code: string): boolean {
  return /^40000\d$|^429|^400500$|^411100$|^5/.test(code);
}

export function outcomeOf(code: string): Outcome {
  if (RETRY.has(code)) return 'retry';
  return REFUSED.has(code) ? 'refused' : 'unknown';
}
