/** The venue answered, and said no. Its codes have the form `EService:Unavailable` (docs.kraken.com, "Errors"). */
export class VenueRefused extends Error {
  readonly codes: readonly string[];

  constructor(method: string, codes: readonly string[]) {
    super(`Kraken refused ${method}: ${codes.join(', ')}`);
    this.name = 'VenueRefused';
    this.codes = codes;
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

/** No answer, or none that can be understood: whether the call was carried out is not known. */
export class VenueUnreachable extends Error {
  constructor(method: string, detail: string) {
    super(`Kraken could not be asked for ${method}: ${detail}`);
    this.name = 'VenueUnreachable';
  }
}
