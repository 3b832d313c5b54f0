/**
 * What each code says of a placement (Advanced Trade, "Create Order": `error`, `new_order_failure_reason`, `preview_failure_reason`; `error`
 * and `errors[].id` of answers that are no 200). `refused`: for certain nothing was carried out. `retry`: for certain nothing was carried
 * out, and the same request may be taken later. Every other code, known or new, is `unknown`: the order may be alive.
 */
export type Outcome = 'refused' | 'retry' | 'unknown';

/** The token was not taken: a clock that is off, a key that ended, a wrong signature. */
export const NOT_AUTHENTICATED = '401';

const FAILURES = [
  'UNSUPPORTED_ORDER_CONFIGURATION',
  'INVALID_SIDE',
  'INVALID_PRODUCT_ID',
  'INVALID_SIZE_PRECISION',
  'INVALID_PRICE_PRECISION',
  'INSUFFICIENT_FUND',
  'INSUFFICIENT_FUNDS',
  'INVALID_LEDGER_BALANCE',
  'ORDER_ENTRY_DISABLED',
  'INELIGIBLE_PAIR',
  'INVALID_LIMIT_PRICE_POST_ONLY',
  'INVALID_LIMIT_PRICE',
  'INVALID_NO_LIQUIDITY',
  'INVALID_REQUEST',
  'COMMANDER_REJECTED_NEW_ORDER',
] as const;

/** An order is looked at before it is entered: one that fails there never was. */
const PREVIEWS = [
  'MISSING_COMMISSION_RATE',
  'INVALID_SIDE',
  'INVALID_ORDER_CONFIG',
  'INVALID_PRODUCT_ID',
  'INVALID_SIZE_PRECISION',
  'INVALID_PRICE_PRECISION',
  'MISSING_PRODUCT_PRICE_BOOK',
  'INVALID_LEDGER_BALANCE',
  'INSUFFICIENT_LEDGER_BALANCE',
  'INVALID_LIMIT_PRICE_POST_ONLY',
  'INVALID_LIMIT_PRICE',
  'INVALID_NO_LIQUIDITY',
  'INSUFFICIENT_FUND',
  'INVALID_COMMISSION_CONFIGURATION',
  'INVALID_BASE_SIZE_TOO_LARGE',
  'INVALID_BASE_SIZE_TOO_SMALL',
  'INVALID_QUOTE_SIZE_PRECISION',
  'INVALID_QUOTE_SIZE_TOO_LARGE',
  'INVALID_QUOTE_SIZE_TOO_SMALL',
  'INVALID_PRICE_TOO_LARGE',
  'BREACHED_PRICE_LIMIT',
  'BREACHED_ACCOUNT_POSITION_LIMIT',
  'BREACHED_COMPANY_POSITION_LIMIT',
].map((name) => `PREVIEW_${name}`);

const REFUSED: ReadonlySet<string> = new Set([
  ...FAILURES,
  ...PREVIEWS,
  NOT_AUTHENTICATED,
  'INVALID_ARGUMENT',
  'PERMISSION_DENIED',
  'authentication_error',
  'unauthorized',
]);

const RETRY: ReadonlySet<string> = new Set([
  'rate_limit_exceeded',
  'resource_exhausted',
  'RESOURCE_EXHAUSTED',
]);

/** Refuses more than the one order that was asked for: key, permission, address. */
const OF_ALL: ReadonlySet<string> = new Set([
  NOT_AUTHENTICATED,
  'PERMISSION_DENIED',
  'authentication_error',
  'unauthorized',
  'status 403',
]);

/** True for a refusal of more than the one order that was asked for, limits among them. */
export function concernsAll(code: string): boolean {
  return OF_ALL.has(code) || RETRY.has(code);
}

export function outcomeOf(code: string): Outcome {
  if (RETRY.has(code)) return 'retry';
  return REFUSED.has(code) ? 'refused' : 'unknown';
}

/** The code of a refusal that names several reasons: the first that is known, else the first that is there. */
export function codeOf(reasons: readonly unknown[]): string {
  const named = reasons.filter((reason): reason is string => typeof reason === 'string' && reason !== '');
  return named.find((reason) => outcomeOf(reason) !== 'unknown') ?? named[0] ?? '';
}
