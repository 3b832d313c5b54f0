/** What the position of a strategy in a market needs of its session, and what a purchase may spend. */
import type { BookStore } from '../../books/book-store.ts';
import { Decimal, divide, roundToStep, ZERO } from '../../domain/decimal.ts';
import type { Outbox } from '../../domain/effect.ts';
import { type Instrument, takerFeeOf } from '../../domain/instrument.ts';
import type { Order, Side } from '../../domain/order.ts';
import type { TradeRecord } from '../../domain/risk.ts';
import type { StrategyWay } from '../../domain/strategy-schemas.ts';
import type { TimeUs } from '../../domain/time.ts';

/** For an order that risk was not asked about, as nothing is traded now. */
export const BLOCKED = 'trading-blocked';
const QTY_PLACES = 18;

export type StrategyOrder = {
  readonly strategy: string;
  readonly way: StrategyWay;
  /** Of its sales so far. */
  readonly record: TradeRecord;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly qty: Decimal;
  readonly limit: Decimal;
  /** It ends a position, and begins nothing. */
  readonly isEnding: boolean;
};

export type PositionPorts = {
  readonly store: BookStore;
  readonly outbox: Outbox;
  /** @returns the order's id, or why risk or the session refused it. */
  readonly trade: (
    order: StrategyOrder,
    nowUs: TimeUs,
  ) => string | { readonly code: string; readonly detail: string };
  /** Sets aside what a strategy holds of the account, so that nothing else spends it. */
  readonly keep: (key: string, instrument: Instrument, qty: Decimal) => void;
  /** Hears that what is held has changed. */
  readonly booked: () => void;
};

/** What an order had moved when something came of it. */
export type MovedBefore = Pick<Order, 'spent' | 'received' | 'filledNotional' | 'fees'>;

export const NOTHING_BEFORE: MovedBefore = { spent: ZERO, received: ZERO, filledNotional: ZERO, fees: ZERO };

export type FillOf = { readonly notional: Decimal; readonly fee: Decimal; readonly orderId?: string };

/** What an order moved since, in base and in quote, its fee included. */
export function movedBy(
  order: Order,
  before: MovedBefore,
): FillOf & { readonly qty: Decimal; readonly quote: Decimal } {
  const [spent, received] = [order.spent.minus(before.spent), order.received.minus(before.received)];
  const [qty, quote] = order.side === 'buy' ? [received, spent] : [spent, received];
  const notional = order.filledNotional.minus(before.filledNotional);
  return { qty, quote, notional, fee: order.fees.minus(before.fees), orderId: order.orderId };
}

/** Of a fact: what was filled. */
export const filledTexts = (fill: Readonly<Record<'qty' | 'notional' | 'fee' | 'gain', Decimal>>) => ({
  qty: fill.qty.toFixed(),
  notional: fill.notional.toFixed(),
  fee: fill.fee.toFixed(),
  gain: fill.gain.toFixed(),
});

/** What a purchase takes in quote, its fee included. */
export const spentOf = (instrument: Instrument, notional: Decimal): Decimal =>
  notional.plus(takerFeeOf(instrument, notional));

/** Most that so much cash buys at this price, the fee included, in lots. */
export function affordable(cash: Decimal, price: Decimal, instrument: Instrument): Decimal {
  if (!cash.gt(0)) return ZERO;
  const { lotSize } = instrument;
  // The fee is proportional but for what an order costs at any size, and what is rounded up.
  const all = divide(cash, price, QTY_PLACES, 'down');
  const part = divide(cash, spentOf(instrument, cash), QTY_PLACES, 'down');
  let qty = roundToStep(all.times(part), lotSize, 'down');
  for (let lots = 0; lots < 2 && qty.gt(0) && spentOf(instrument, qty.times(price)).gt(cash); lots++)
    qty = qty.minus(lotSize);
  return qty.gt(0) && !spentOf(instrument, qty.times(price)).gt(cash) ? qty : ZERO;
}
