/** What a client is refused with, in Bybit's form: a `retCode` with status 200 (Bybit v5, "Error Codes"). */
import type { Refusal, RefusalReason } from '../../core/refusal.ts';

export class BybitProblem extends Error {
  readonly code: number;
  /** HTTP status; a limit of the address alone has another than 200. */
  readonly status: number;

  constructor(code: number, text: string, status = 200) {
    super(text);
    this.name = 'BybitProblem';
    this.code = code;
    this.status = status;
  }
}

export function badParameter(text: string): BybitProblem {
  return new BybitProblem(10_001, text);
}

export function missing(name: string): BybitProblem {
  return new BybitProblem(170_105, `Parameter '${name}' was empty.`);
}

export const UNKNOWN_SYMBOL = (): BybitProblem => new BybitProblem(170_121, 'Invalid symbol.');
export const UNKNOWN_ORDER = (): BybitProblem => new BybitProblem(170_213, 'Order does not exist.');
const NOT_OPEN = (): BybitProblem => new BybitProblem(170_151, 'The trading pair is not open yet.');

const WORDS: Readonly<Record<RefusalReason, (detail: string) => BybitProblem>> = {
  argument: (field) => new BybitProblem(170_130, `Data sent for parameter '${field}' is not valid.`),
  'price-decimals': () => new BybitProblem(170_134, 'Order price has too many decimals.'),
  'price-tick': () => new BybitProblem(170_134, 'Order price has too many decimals.'),
  'quantity-minimum': () => new BybitProblem(170_136, 'Order quantity lower than the minimum.'),
  'cost-minimum': () => new BybitProblem(170_140, 'Order value exceeded lower limit.'),
  'insufficient-funds': () => new BybitProblem(170_131, 'Insufficient balance.'),
  'unknown-order': UNKNOWN_ORDER,
  'unknown-pair': UNKNOWN_SYMBOL,
  'duplicate-client-id': () => new BybitProblem(170_141, 'Duplicate clientOrderId.'),
  'open-orders-limit': () => new BybitProblem(170_005, 'Too many new orders.'),
  'would-take': () => new BybitProblem(170_218, 'The LIMIT-MAKER order is rejected due to invalid price.'),
  'deadline-passed': () =>
    new BybitProblem(10_002, 'Invalid request, please check your server timestamp or recv_window param.'),
  'market-mode': (mode) =>
    mode === 'post_only'
      ? new BybitProblem(170_217, 'Only LIMIT-MAKER order is supported for the current pair.')
      : NOT_OPEN(),
  unavailable: NOT_OPEN,
  protocol: scripted,
};

/** What Bybit calls a refusal of the exchange. */
export function bybitProblem({ reason, detail }: Refusal): BybitProblem {
  return WORDS[reason](detail);
}

/** A rejection that a fault script wrote: a code with or without its text, or a text of 170210. */
function scripted(text: string): BybitProblem {
  const match = /^(\d{4,6})\s*(.*)$/.exec(text);
  const code = match === null ? 170_210 : Number(match[1]);
  const words = match === null ? text : (match[2] ?? '');
  return new BybitProblem(code, words === '' ? 'New order rejected.' : words);
}
