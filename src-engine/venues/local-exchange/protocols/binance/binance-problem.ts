/** What a client is refused with, in Binance's form (spot API, "Error codes"). */
import type { Refusal, RefusalReason } from '../../core/refusal.ts';

export class BinanceProblem extends Error {
  readonly code: number;
  /** HTTP status; the WebSocket API answers with the same. */
  readonly status: number;
  /** When the client may ask again, in microseconds since 1970: of 429 and 418. */
  readonly retryAtUs: number | undefined;
  /** More that the answer carries, such as both halves of a cancel-replace. */
  readonly data: unknown;

  constructor(
    code: number,
    text: string,
    status = 400,
    more: { readonly retryAtUs?: number; readonly data?: unknown } = {},
  ) {
    super(text);
    this.name = 'BinanceProblem';
    this.code = code;
    this.status = status;
    this.retryAtUs = more.retryAtUs;
    this.data = more.data;
  }
}

export const TIMEOUT_TEXT =
  'Timeout waiting for response from backend server. Send status unknown; execution status unknown.';

export function missing(name: string): BinanceProblem {
  return new BinanceProblem(
    -1102,
    `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
  );
}

export function illegal(name: string, legal: string): BinanceProblem {
  return new BinanceProblem(
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${legal}'.`,
  );
}

export function filterFailure(filter: string): BinanceProblem {
  return new BinanceProblem(-1013, `Filter failure: ${filter}`);
}

export function newOrderRejected(text: string): BinanceProblem {
  return new BinanceProblem(-2010, text);
}

const WORDS: Readonly<Record<RefusalReason, (detail: string) => BinanceProblem>> = {
  argument: (field) => missing(field === 'volume' ? 'quantity' : field),
  'price-decimals': () => filterFailure('PRICE_FILTER'),
  'price-tick': () => filterFailure('PRICE_FILTER'),
  'quantity-minimum': () => filterFailure('LOT_SIZE'),
  'cost-minimum': () => filterFailure('NOTIONAL'),
  'insufficient-funds': () => newOrderRejected('Account has insufficient balance for requested action.'),
  'unknown-order': () => new BinanceProblem(-2011, 'Unknown order sent.'),
  'unknown-pair': () => new BinanceProblem(-1121, 'Invalid symbol.'),
  'duplicate-client-id': () => newOrderRejected('Duplicate order sent.'),
  'open-orders-limit': () => filterFailure('MAX_NUM_ORDERS'),
  'would-take': () => newOrderRejected('Order would immediately match and take.'),
  'deadline-passed': () =>
    new BinanceProblem(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  'market-mode': () => newOrderRejected('Market is closed.'),
  unavailable: () => newOrderRejected('Market is closed.'),
  protocol: scripted,
};

/** What Binance calls a refusal of the exchange. */
export function binanceProblem({ reason, detail }: Refusal): BinanceProblem {
  return WORDS[reason](detail);
}

/** A rejection that a fault script wrote: a code with or without its text, or a text of -2010. */
function scripted(text: string): BinanceProblem {
  const match = /^(-\d{4})\s*(.*)$/.exec(text);
  const code = match === null ? -2010 : Number(match[1]);
  const words = match === null ? text : (match[2] ?? '');
  return new BinanceProblem(code, words === '' ? 'The order was rejected.' : words);
}
