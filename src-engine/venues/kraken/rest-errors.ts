/** The venue answered, and said no. Its codes have the form `EService:Unavailable` (docs.kraken.com, "Errors"). */
export class VenueRefused extends Error {
  readonly codes: readonly string[];

  constructor(method: string, codes: readonly string[]) {
    super(`Kraken refused ${method}: ${codes.join(', ')}`);
    this.name = 'VenueRefused';
    this.codes = codes;
  }

  /** True when every code says for certain that nothing was carried out; without a code nothing is certain. */
  get isDefinite(): boolean {
    return this.codes.length > 0 && this.codes.every(isDefiniteRefusal);
  }

  /** True when the same call may succeed later: the service is down or busy, or we asked too often. */
  get isTemporary(): boolean {
    return this.codes.some((code) => {
      const [category] = code.split(':');
      return category === 'EService' || TEMPORARY.has(code);
    });
  }
}

const TEMPORARY: ReadonlySet<string> = new Set([
  'EAPI:Rate limit exceeded',
  'EDatabase:Internal error',
  'EGeneral:Too many requests',
  'EGeneral:Temporary lockout',
  'EGeneral:Internal error',
]);

/**
 * What Kraken refuses before an order reaches the book, by category (docs.kraken.com, "Error messages"; its support page
 * "API error messages"; the last of `EOrder` are answers of the matching engine that traders have published). Only these
 * say for certain that an order was not taken. Left out on purpose: `EService:Unavailable`, `Busy` and `Timeout`, every
 * internal error, and `EDatabase:Internal error`, after which orders were found on the book (veox/python3-krakenex#52).
 */
const DEFINITE: Readonly<Record<string, ReadonlySet<string>>> = {
  EAPI: new Set([
    'Feature disabled',
    'Invalid key',
    'Invalid nonce',
    'Invalid signature',
    'Rate limit exceeded',
  ]),
  EAccount: new Set(['Invalid permissions']),
  EAuth: new Set([
    'Account temporary disabled',
    'Account unconfirmed',
    'Rate limit exceeded',
    'Too many requests',
  ]),
  EBM: new Set(['limit exceeded']),
  EGeneral: new Set([
    'Invalid arguments',
    'Permission denied',
    'Temporary lockout',
    'Too many requests',
    'Unknown method',
  ]),
  EOrder: new Set([
    'Cannot open opposing position',
    'Cannot open position',
    'Cost minimum not met',
    'Domain rate limit exceeded',
    'Insufficient funds',
    'Insufficient margin',
    'Invalid price',
    'Margin allowance exceeded',
    'Margin level too low',
    'Margin position size exceeded',
    'Order minimum not met',
    'Orders limit exceeded',
    'Positions limit exceeded',
    'Rate limit exceeded',
    'Reduce only',
    'Scheduled orders limit exceeded',
    'Tick size check failed',
    'Trading agreement required',
    'Unknown position',
    'Invalid order',
    'Post only order',
    'Unknown order',
  ]),
  EQuery: new Set(['Invalid asset pair', 'Unknown asset', 'Unknown asset pair']),
  EService: new Set([
    'Deadline elapsed',
    'Market in cancel_only mode',
    'Market in limit_only mode',
    'Market in post_only mode',
  ]),
  ESession: new Set(['Invalid session']),
  ETrade: new Set(['Invalid request', 'Locked']),
};

/** True when this code says for certain that an order was not taken; false for every code that is not known. */
export function isDefiniteRefusal(code: string): boolean {
  // `EOrder:Invalid price:BTC/USD price …`: what follows the second part only explains.
  const [category = '', kind = ''] = code.split(':');
  return Object.hasOwn(DEFINITE, category) && DEFINITE[category]?.has(kind.trim()) === true;
}

/** No answer, or none that can be understood: whether the call was carried out is not known. */
export class VenueUnreachable extends Error {
  constructor(method: string, detail: string) {
    super(`Kraken did not answer ${method}: ${detail}`);
    this.name = 'VenueUnreachable';
  }
}
