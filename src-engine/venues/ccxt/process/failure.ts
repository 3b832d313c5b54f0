/** ccxt's errors, by the names of their classes: what the engine has to know of one. */

/** No repetition changes these. */
const FINAL: ReadonlySet<string> = new Set([
  'BadSymbol',
  'NotSupported',
  'AuthenticationError',
  'PermissionDenied',
  'AccountSuspended',
  'RestrictedLocation',
  'ArgumentsRequired',
]);
const BUSY: ReadonlySet<string> = new Set(['RateLimitExceeded', 'DDoSProtection']);
/** ccxt's class of errors that say nothing of what became of a call. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'OperationFailed',
  'NetworkError',
  'RequestTimeout',
  'ExchangeNotAvailable',
  'OnMaintenance',
  'InvalidNonce',
  'ChecksumError',
  'BadResponse',
  'NullResponse',
  // Its connections were closed by us.
  'ExchangeClosedByUser',
]);
const MAX_TEXT = 200;

export type Failure = {
  readonly kind: 'final' | 'busy' | 'no-answer' | 'refused';
  readonly name: string;
  /** One line, without more than 200 characters of what the venue said. */
  readonly text: string;
};

/** @param mask takes out what must not be said, before the text is cut. */
export function failureOf(error: unknown, mask: (text: string) => string = (text) => text): Failure {
  const name = error instanceof Error ? error.constructor.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  const text = mask(`${name} ${message}`).replaceAll(/\s+/g, ' ').slice(0, MAX_TEXT).trim();
  const kind = FINAL.has(name)
    ? 'final'
    : BUSY.has(name)
      ? 'busy'
      : NO_ANSWER.has(name)
        ? 'no-answer'
        : 'refused';
  return { kind, name, text };
}
