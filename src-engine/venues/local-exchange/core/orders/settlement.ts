/** Turns fills into money: cost, fee, balances, holds. All in exact decimals. */
import { Decimal, fromUnits, ZERO } from '../../../../domain/decimal.ts';
import type { PublicTrade } from '../market.ts';
import type { VenueIds } from '../venue-ids.ts';
import type { ClientOrder, ClientTrade, LedgerEntry } from './client-order.ts';

/** Price × quantity of integer units, exact, in quote. */
export function costOf(order: ClientOrder, price: number, qty: number): Decimal {
  const { pair } = order.market;
  return fromUnits(price, pair.priceDecimals).times(fromUnits(qty, pair.qtyDecimals));
}

/**
 * What the ledger must hold for an order that rests or is about to match: a seller's base; a buyer's cost at
 * the limit and the dearer of both fees. A market buy is paid from what was checked before it matched.
 */
export function holdFor(order: ClientOrder, price = order.price, remaining = order.remaining): Decimal {
  const { pair, takerFee, makerFee } = order.market;
  if (order.side === 'sell') return fromUnits(remaining, pair.qtyDecimals);
  if (order.terms.type === 'market') return ZERO;
  const fee = Decimal.max(takerFee, makerFee, ZERO);
  return costOf(order, price, remaining).times(fee.plus(1));
}

/** Brings the hold of an order in line with what it has left. @throws VenueError when funds are missing. */
export function adjustHold(order: ClientOrder, needed: Decimal): void {
  order.account.ledger.hold(order.heldAsset, needed.minus(order.held));
  order.held = needed;
}

/**
 * Books one fill of a client's order: its counters, hold and balances.
 *
 * The fee is the pair's rate of the exact cost, cut to the pair's cost decimals (Kraken charges in quote by
 * default, `fciq`): cutting and never rounding up is what lets the hold cover any number of fills.
 */
export function settleFill(
  order: ClientOrder,
  trade: PublicTrade,
  isMaker: boolean,
  ids: VenueIds,
): { readonly trade: ClientTrade; readonly entries: readonly LedgerEntry[] } {
  const { pair, takerFee, makerFee } = order.market;
  const { ledger } = order.account;
  const cost = costOf(order, trade.price, trade.qty);
  const fee = cost
    .times(isMaker ? makerFee : takerFee)
    .toDecimalPlaces(pair.costDecimals, Decimal.ROUND_FLOOR);
  order.filled += trade.qty;
  order.cost = order.cost.plus(cost);
  order.fees = order.fees.plus(fee);
  adjustHold(order, holdFor(order));

  const amount = fromUnits(trade.qty, pair.qtyDecimals);
  const sign = order.side === 'buy' ? 1 : -1;
  const execId = ids.next('T');
  const entry = (asset: string, change: Decimal, charged: Decimal): LedgerEntry => ({
    ledgerId: ids.next('L'),
    refId: execId,
    asset,
    amount: change,
    fee: charged,
    balance: ledger.book(asset, change.minus(charged)),
    atUs: trade.atUs,
  });
  const entries = [entry(pair.base, amount.times(sign), ZERO), entry(pair.quote, cost.times(-sign), fee)];
  const clientTrade: ClientTrade = {
    execId,
    tradeId: trade.tradeId,
    order,
    price: trade.price,
    qty: trade.qty,
    cost,
    fee,
    isMaker,
    atUs: trade.atUs,
  };
  order.tradeIds.push(execId);
  order.account.rememberTrade(clientTrade);
  return { trade: clientTrade, entries };
}

/** What a market buy would cost with fees if it took `qty` from the book as it stands. */
export function marketBuyCost(order: ClientOrder): Decimal {
  let left = order.remaining;
  let cost = ZERO;
  const { asks } = order.market.engine;
  for (let rank = 0; left > 0; rank++) {
    const level = asks.at(rank);
    if (level === undefined) break;
    const qty = Math.min(left, level.qty);
    cost = cost.plus(costOf(order, level.price, qty));
    left -= qty;
  }
  return cost.times(order.market.takerFee.plus(1));
}

/** Average fill price as exact text of the pair's price decimals, cut; "0" before any fill. */
export function averagePrice(order: ClientOrder): string {
  const { pair } = order.market;
  if (order.filled === 0) return ZERO.toFixed(pair.priceDecimals);
  return order.cost.div(fromUnits(order.filled, pair.qtyDecimals)).toFixed(pair.priceDecimals);
}
