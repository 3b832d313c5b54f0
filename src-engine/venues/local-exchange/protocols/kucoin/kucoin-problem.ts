/** What a client is refused with, in KuCoin's form: a `code` and a `msg`, mostly with the status 200 (KuCoin, "Error Codes"). */
import { Refusal, type RefusalReason } from '../../core/refusal.ts';

export class KucoinProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, text: string, status = 200, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.name = 'KucoinProblem';
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

export const badParameter = (text: string): KucoinProblem => new KucoinProblem('400100', text);
const TOO_SMALL = (): KucoinProblem => badParameter('The quantity is below the minimum requirement.');
const SUSPENDED = (): KucoinProblem => new KucoinProblem('400200', 'Forbidden to place an order');

const WORDS: Readonly<Record<RefusalReason, (detail: string) => KucoinProblem>> = {
  argument: (field) => badParameter(`${field === 'volume' ? 'size' : field} is invalid`),
  'price-decimals': () => badParameter('Price increment invalid.'),
  'price-tick': () => badParameter('Price increment invalid.'),
  'quantity-minimum': TOO_SMALL,
  'cost-minimum': TOO_SMALL,
  'insufficient-funds': () => new KucoinProblem('200004', 'Balance insufficient!'),
  'unknown-order': () => badParameter('order_not_exist_or_not_allow_to_cancel'),
  'unknown-pair': () => new KucoinProblem('900001', 'symbol not exists'),
  'duplicate-client-id': () => badParameter('clientOid duplicated'),
  'open-orders-limit': () => new KucoinProblem('126011', 'There are too many orders in the order'),
  'would-take': () => badParameter('postOnly would take'),
  'deadline-passed': () => badParameter('The order is later than allowMaxTimeWindow.'),
  'market-mode': SUSPENDED,
  unavailable: SUSPENDED,
  protocol(text) {
    const [, code = '400100', words = text] = /^(\d{6})\s*(.*)$/.exec(text) ?? [];
    return new KucoinProblem(code, words);
  },
};

/** Runs what may be refused, and says a refusal in KuCoin's words. @throws KucoinProblem */
export function inKucoinWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Refusal ? WORDS[error.reason](error.detail) : error;
  }
}
