/** The venue answered, and said no. Its codes have the form `EService:Unavailable` (docs.kraken.com, "Errors"). */
export class VenueRefused extends Error {
  readonly codes: readonly string[];

  constructor(method: string, codes: readonly string[]) {
    super(`Kraken refused ${method}: ${codes.join(', ')}`);
    this.name = 'VenueRefused';
    this.codes = codes;
  }

  /**
   * False when an order may have been taken though this was the answer. Kraken's service codes (`EService:Timeout`,
   * `EService:Unavailable`) and its internal errors come from in front of the matching engine, which may have the
   * request already.
   */
  get isDefinite(): boolean {
    return this.codes.every(isDefiniteRefusal);
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
  'EGeneral:Too many requests',
  'EGeneral:Temporary lockout',
  'EGeneral:Internal error',
]);

/** Service codes that the matching engine gives itself, or that are given before it is asked. */
const DEFINITE_SERVICE: ReadonlySet<string> = new Set([
  'EService:Deadline elapsed',
  'EService:Market in cancel_only mode',
  'EService:Market in post_only mode',
  'EService:Market in limit_only mode',
]);

/** True when this code says for certain that an order was not taken. */
export function isDefiniteRefusal(code: string): boolean {
  // `EOrder:Invalid price:BTC/USD price …`: what follows the second part only explains.
  const [category, kind] = code.split(':');
  if (category === 'EService') return DEFINITE_SERVICE.has(`${category}:${kind}`);
  return category !== 'EGeneral' || (kind !== 'Internal error' && kind !== 'Unknown error');
}

/** No answer, or none that can be understood: whether the call was carried out is not known. */
export class VenueUnreachable extends Error {
  constructor(method: string, detail: string) {
    super(`Kraken could not be asked for ${method}: ${detail}`);
    this.name = 'VenueUnreachable';
  }
}
