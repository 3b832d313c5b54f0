import { Refusal, type RefusalReason } from '../../core/refusal.ts';

/**
 * A refusal in Kraken's own words (`EOrder:Insufficient funds`): what the REST API lists under `error` and
 * WebSocket v2 puts in `error`. See Kraken's API center, "API error messages".
 */
export class VenueError extends Refusal {
  constructor(code: string) {
    super('protocol', code);
    this.name = 'VenueError';
  }
}

export const INVALID_ARGUMENTS = 'EGeneral:Invalid arguments';
export const UNKNOWN_ORDER = 'EOrder:Unknown order';
export const UNAVAILABLE = 'EService:Unavailable';

const WORDS: Readonly<Record<RefusalReason, (detail: string) => string>> = {
  argument: (field) => (field === '' ? INVALID_ARGUMENTS : `${INVALID_ARGUMENTS}:${field}`),
  'duplicate-client-id': () => `${INVALID_ARGUMENTS}:cl_ord_id`,
  'price-decimals': (detail) => `EOrder:Invalid price:${detail}`,
  'price-tick': (detail) => `EOrder:Invalid price:${detail}`,
  'market-mode': (mode) => `EService:Market in ${mode} mode`,
  'insufficient-funds': () => 'EOrder:Insufficient funds',
  'quantity-minimum': () => 'EOrder:Order minimum not met',
  'cost-minimum': () => 'EOrder:Cost minimum not met',
  'unknown-order': () => UNKNOWN_ORDER,
  'unknown-pair': () => 'EQuery:Unknown asset pair',
  'open-orders-limit': () => 'EOrder:Orders limit exceeded',
  'would-take': () => 'EOrder:Post only order',
  'deadline-passed': () => 'EService:Deadline elapsed',
  unavailable: () => UNAVAILABLE,
  protocol: (text) => text,
};

/** What Kraken calls a refusal of the exchange. */
export function krakenError({ reason, detail }: Refusal): string {
  return WORDS[reason](detail);
}
