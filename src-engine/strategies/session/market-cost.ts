/** What a trade would cost by the book as it stands: an estimate in doubles, which decides what is proposed. What is booked is exact. */
import { ladderOf } from '../../books/ladder.ts';
import type { BookStore } from '../../books/book-store.ts';
import { type Decimal, decimal } from '../../domain/decimal.ts';
import { type Instrument, takerFeeOf } from '../../domain/instrument.ts';
import type { StrategySetup } from '../../domain/strategy-schemas.ts';
import type { FillCost, Purse } from '../strategy-port.ts';
import type { Holding } from './holding.ts';

/** @param value in quote, below 0: a sale. */
export function marketCost(store: Pick<BookStore, 'sync'>, instrument: Instrument, value: number): FillCost {
  const { book, state } = store.sync(instrument.id);
  if (state !== 'live' || book.isOneSided || book.isCrossed) return 'no-book';
  if (instrument.takerFee === undefined) return 'fee-unknown';
  const priceUnit = 10 ** -instrument.priceDecimals;
  const qtyUnit = 10 ** -instrument.qtyDecimals;
  const middle = ((book.bestBid + book.bestAsk) / 2) * priceUnit;
  const size = Math.abs(value) / middle;
  if (size < instrument.minQty.toNumber() || Math.abs(value) < instrument.minNotional.toNumber())
    return 'below-minimum';
  const isBuy = value > 0;
  const { prices, qtys, count } = ladderOf(isBuy ? 'buy' : 'sell', book);
  let [left, paid] = [size, 0];
  for (let level = 0; level < count && left > 0; level++) {
    const part = Math.min(left, (qtys[level] as number) * qtyUnit);
    paid += part * (prices[level] as number) * priceUnit;
    left -= part;
  }
  if (left > 0) return 'no-depth';
  const best = (isBuy ? book.bestAsk : book.bestBid) * priceUnit;
  const notional = decimal(paid.toPrecision(15));
  return {
    feeBps: (takerFeeOf(instrument, notional).toNumber() / paid) * 10_000,
    spreadBps: (Math.abs(best - middle) / middle) * 10_000,
    slippageBps: (Math.abs(paid / size - best) / middle) * 10_000,
  };
}

type Market = {
  readonly instrument: Instrument;
  readonly holding: Holding;
  readonly orderId: string | undefined;
};
type Account = {
  readonly markets: readonly Market[];
  readonly cash: Decimal;
  readonly setup: Pick<StrategySetup, 'stake'>;
};

/** What the account of a portfolio holds, its stake taken as 1. */
export function purseOf({ markets, cash, setup }: Account, store: BookStore): Purse {
  const one = decimal(setup.stake).toNumber();
  return {
    amounts: markets.map(({ holding }) => holding.qty.toNumber() / one),
    cash: cash.toNumber() / one,
    underWay: markets.map(({ orderId }) => orderId !== undefined),
    costOf: (at, value) => marketCost(store, (markets[at] as Market).instrument, value * one),
  };
}
