/** What a client is refused with, in Coinbase's forms (Advanced Trade, "Create Order" and "Errors"). */
import type { Refusal, RefusalReason } from '../../core/refusal.ts';

/** An answer that is no 200. Of 401 nothing but the status is said. */
export class CoinbaseProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, text: string, status: number) {
    super(text);
    this.name = 'CoinbaseProblem';
    this.code = code;
    this.status = status;
  }

  /** The body that goes with it. */
  get body(): string {
    if (this.status === 401) return 'Unauthorized\n';
    if (this.status === 429) return JSON.stringify({ errors: [{ id: this.code, message: this.message }] });
    return this.code === ''
      ? ''
      : JSON.stringify({ error: this.code, error_details: this.message, message: this.message });
  }
}

export const notAuthenticated = (): CoinbaseProblem => new CoinbaseProblem('', 'Unauthorized', 401);

export const badArgument = (text: string): CoinbaseProblem =>
  new CoinbaseProblem('INVALID_ARGUMENT', text, 400);

type Words = readonly [error: string, preview?: string];

const WORDS: Readonly<Record<RefusalReason, Words>> = {
  argument: ['UNSUPPORTED_ORDER_CONFIGURATION'],
  'price-decimals': ['INVALID_PRICE_PRECISION', 'PREVIEW_INVALID_PRICE_PRECISION'],
  'price-tick': ['INVALID_PRICE_PRECISION', 'PREVIEW_INVALID_PRICE_PRECISION'],
  'quantity-minimum': ['UNKNOWN_FAILURE_REASON', 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL'],
  'cost-minimum': ['UNKNOWN_FAILURE_REASON', 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL'],
  'insufficient-funds': ['INSUFFICIENT_FUND', 'PREVIEW_INSUFFICIENT_FUND'],
  'unknown-order': ['UNKNOWN_CANCEL_ORDER'],
  'unknown-pair': ['INVALID_PRODUCT_ID'],
  'duplicate-client-id': ['UNKNOWN_FAILURE_REASON'],
  'open-orders-limit': ['COMMANDER_REJECTED_NEW_ORDER'],
  'would-take': ['INVALID_LIMIT_PRICE_POST_ONLY'],
  'deadline-passed': ['UNKNOWN_FAILURE_REASON'],
  'market-mode': ['ORDER_ENTRY_DISABLED'],
  unavailable: ['ORDER_ENTRY_DISABLED'],
  protocol: ['UNKNOWN_FAILURE_REASON'],
};

/** The `error_response` of a refused order. A scripted refusal is the venue's code, and words behind it. */
export function errorResponse({ reason, detail, message }: Refusal): object {
  const [scripted = '', ...rest] = detail.split(' ');
  const [error, preview] = reason === 'protocol' ? [scripted] : WORDS[reason];
  return {
    error,
    message: reason === 'protocol' ? rest.join(' ') : message,
    error_details: '',
    preview_failure_reason: preview ?? 'UNKNOWN_PREVIEW_FAILURE_REASON',
    new_order_failure_reason: error,
  };
}
