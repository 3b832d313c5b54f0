/** Why the exchange refuses what a client asked for. Each protocol says it in its venue's own words. */
export type RefusalReason =
  | 'argument'
  | 'price-decimals'
  | 'price-tick'
  | 'quantity-minimum'
  | 'cost-minimum'
  | 'insufficient-funds'
  | 'unknown-order'
  | 'unknown-pair'
  | 'duplicate-client-id'
  | 'open-orders-limit'
  | 'would-take'
  | 'deadline-passed'
  | 'market-mode'
  | 'unavailable'
  /** In the words of a protocol already: the detail is the whole text. */
  | 'protocol';

export class Refusal extends Error {
  readonly reason: RefusalReason;
  /** What it is about: a field of the request, the mode of a market, a whole text. */
  readonly detail: string;

  constructor(reason: RefusalReason, detail = '') {
    super(reason === 'protocol' ? detail : detail === '' ? reason : `${reason}: ${detail}`);
    this.name = 'Refusal';
    this.reason = reason;
    this.detail = detail;
  }
}
