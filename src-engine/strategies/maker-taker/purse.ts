/** What lies at the two venues of a quoted market, what of it other markets need, and what this one needs of theirs. */
import { Decimal, divide, ZERO } from '../../domain/decimal.ts';
import type { HedgeDesk } from './hedge-desk.ts';
import { bestAskOf, keptOf, paidPerUnit, type Quote, type QuoteMarket } from './quote-rule.ts';

const PLACES = 24;
/**
 * A quote is placed only so large, and so much is kept for hedges that buy, that money pays for it at a price higher by one percent: where
 * money is what bounds it, each tick by which the hedge rises would move it otherwise.
 */
export const MONEY_ROOM = new Decimal('1.01');

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

export const NO_CLAIMS: Claims = { base: ZERO, quote: ZERO, bids: ZERO, asks: ZERO };

/** What fills that are not hedged yet, and quotes that may still fill, will need; what hedges under way hold is of the book alone. */
export function claimsOf(
  { open, waiting, selling, buying }: Pick<HedgeDesk, 'open' | 'waiting' | 'selling' | 'buying'>,
  quotes: Iterable<Pick<Quote, 'side' | 'hedgeLimit'> & { readonly left: Decimal }>,
  hedge: QuoteMarket,
): Claims {
  const over = (amount: Decimal): Decimal => Decimal.max(ZERO, amount);
  let base = over(open).plus(over(waiting));
  let asks = over(open.negated()).plus(over(waiting.negated()));
  let quote = asks.times(paidPerUnit(hedge, bestAskOf(hedge)));
  for (const { side, left, hedgeLimit } of quotes) {
    if (side === 'buy') base = base.plus(left);
    else {
      const bought = divide(left, keptOf(hedge), PLACES, 'up');
      asks = asks.plus(bought);
      quote = quote.plus(bought.times(paidPerUnit(hedge, hedgeLimit)));
    }
  }
  return { base, quote: quote.times(MONEY_ROOM), bids: base.plus(selling), asks: asks.plus(buying) };
}
