/** What one fill moves: out of one asset, into another, and the fee in whatever asset the venue charges it. */
import { type Decimal, decimal, kept, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, Side } from '../domain/order.ts';

export type FillFlows = {
  readonly from: Asset;
  /** What left `from`, the fee included where it is charged there. */
  readonly spent: Decimal;
  readonly to: Asset;
  /** What came into `to`, the fee taken off where it is charged there. */
  readonly received: Decimal;
  /** The fee where it is charged in neither: a fee credit, a venue's own coin. */
  readonly aside: { readonly asset: Asset; readonly amount: Decimal } | undefined;
};

/** @throws RangeError when the fill's numbers are not plain decimals. */
export function fillFlows(side: Side, { base, quote }: Instrument, fill: Fill): FillFlows {
  const qty = decimal(fill.qty);
  const notional = notionalOf(fill);
  const fee = decimal(fill.fee);
  const [from, to] = side === 'buy' ? [quote, base] : [base, quote];
  const [gave, got] = side === 'buy' ? [notional, qty] : [qty, notional];
  const isAside = !fee.isZero() && fill.feeAsset !== from && fill.feeAsset !== to;
  return {
    from,
    spent: fill.feeAsset === from ? gave.plus(fee) : gave,
    to,
    received: fill.feeAsset === to ? got.minus(fee) : got,
    aside: isAside ? { asset: fill.feeAsset, amount: fee } : undefined,
  };
}

/** What a fill was worth in quote: what the venue booked, or price × quantity where it does not say. */
export function notionalOf({ price, qty, cost }: Pick<Fill, 'price' | 'qty' | 'cost'>): Decimal {
  return cost === undefined ? decimal(qty).times(decimal(price)) : decimal(cost);
}

/** The fee as an amount of the instrument's quote, at the fill's price; zero where it is charged in a third asset. */
export function feeInQuote({ base, quote }: Instrument, fill: Fill): Decimal {
  if (fill.feeAsset === quote) return decimal(fill.fee);
  return fill.feeAsset === base ? kept(decimal(fill.fee).times(fill.price), 'up') : ZERO;
}
