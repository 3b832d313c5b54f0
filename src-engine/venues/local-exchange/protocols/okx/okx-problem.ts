/** What a client is refused with, in OKX's form: a `code` of the answer, or the `sCode` of one order in it (OKX API v5, "Error Code"). */
import { Refusal, type RefusalReason } from '../../core/refusal.ts';

export class OkxProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, text: string, status = 200) {
    super(text);
    this.name = 'OkxProblem';
    this.code = code;
    this.status = status;
  }
}

const parameter = (name: string): OkxProblem => new OkxProblem('51000', `Parameter ${name} error`);
export const badParameter = parameter;
const SUSPENDED = (): OkxProblem => new OkxProblem('51022', 'Instrument suspended');

const WORDS: Readonly<Record<RefusalReason, (detail: string) => OkxProblem>> = {
  argument: (field) => parameter(field === 'volume' ? 'sz' : field === 'price' ? 'px' : field),
  'price-decimals': () => parameter('px'),
  'price-tick': () => parameter('px'),
  'quantity-minimum': () =>
    new OkxProblem('51020', 'Your order should meet or exceed the minimum order amount.'),
  'cost-minimum': () => new OkxProblem('51020', 'Your order should meet or exceed the minimum order amount.'),
  'insufficient-funds': () => new OkxProblem('51008', 'Order failed. Insufficient balance in account.'),
  'unknown-order': () => new OkxProblem('51400', 'Cancellation failed as the order does not exist.'),
  'unknown-pair': () => new OkxProblem('51001', 'Instrument ID does not exist.'),
  'duplicate-client-id': () => new OkxProblem('51016', 'Duplicated client order ID'),
  'open-orders-limit': () => new OkxProblem('51174', 'The number of pending orders reached the upper limit.'),
  'would-take': () => parameter('ordType'),
  'deadline-passed': () => new OkxProblem('50004', 'Endpoint request timeout'),
  'market-mode': SUSPENDED,
  unavailable: SUSPENDED,
  protocol(text) {
    const [, code = '51000', words = text] = /^(\d{5})\s*(.*)$/.exec(text) ?? [];
    return new OkxProblem(code, words);
  },
};

/** Runs what may be refused, and says a refusal in OKX's words. @throws OkxProblem */
export function inOkxWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Refusal ? WORDS[error.reason](error.detail) : error;
  }
}
