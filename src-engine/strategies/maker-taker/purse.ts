/** What lies at the two venues of a quoted market, what of it other markets need, and what this one needs of theirs. */
import type { Decimal } from '../../domain/decimal.ts';

/** Balances at the two venues, orders not taken off. */
export type Purse = {
  makerBase: Decimal;
  makerQuote: Decimal;
  hedgeBase: Decimal;
  hedgeQuote: Decimal;
  /** What other markets need of these, and of the hedge's book, for hedges that are due or may be; no hedge of this one waits for it. */
  claimed?: Claimed | undefined;
};

export type Claimed = {
  readonly makerBase: Decimal;
  readonly makerQuote: Decimal;
  readonly hedgeBase: Decimal;
  readonly hedgeQuote: Decimal;
  /** Base that they take of the bids and of the asks of the hedge's book. */
  readonly bids: Decimal;
  readonly asks: Decimal;
};

/** What hedges that are due, or will be should all that rests be filled, spend at the hedge's venue and take of its book. */
export type Claims = {
  readonly base: Decimal;
  readonly quote: Decimal;
  readonly bids: Decimal;
  readonly asks: Decimal;
};
