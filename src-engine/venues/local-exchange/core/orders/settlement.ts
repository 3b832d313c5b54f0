/** Turns fills into money: cost, fee, balances, holds. All in exact decimals. */
import { Decimal, fromUnits, ZERO } from '../../../../domain/decimal.ts';
import type { PublicTrade } from '../market.ts';
import type { IdSource } from '../id-source.ts';
import type { ClientOrder, ClientTrade, LedgerEntry } from './client-order.ts';

/** Price × quantity of integer units, exact, in quote. */
export function costOf(order: ClientOrder, price: number, qty: number): Decimal {
  const { pair } = order.market;
  return fromUnits(price, pair.priceDecimals).times(fromUnits(qty, pair.qtyDecimals));
}

/** In what a venue charges its fees. */
export type FeeRule = {
  /** `quote`: on top of a buyer's cost and off a seller's proceeds. `received`: off whatever the fill brings. */
  readonly chargedIn: 'quote' | 'received';
  /** Decimals of every amount that the venue books: what a fill costs is cut to them. Exact when left out. */
  readonly bookedDecimals?: number;
  /**
   * The venue's own coin, in which an account may pay instead: `rate` is what multiplies the fee then, `price` what one
   * coin costs in an asset, undefined where that is not known.
   */
  readonly native?: {
    readonly asset: string;
    readonly rate: string;
    readonly price: (asset: string) => Decimal | undefined;
  };
};

/** Decimals to which fees that are not charged in quote are cut. */
const FEE_DECIMALS = 8;

/**
 * What the ledger must hold for an order that rests or is about to match: a seller's base; a buyer's cost at
 * the limit and, where fees come on top, the higher of both. A market buy is paid from what was checked before it matched.
 */
export function holdFor(
  order: ClientOrder,
  rule: FeeRule,
  price = order.price,
  remaining = order.remaining,
): Decimal {
  const { pair, takerFee, makerFee } = order.market;
  if (order.side === 'sell') return fromUnits(remaining, pair.qtyDecimals);
  if (order.terms.type === 'market') return ZERO;
  const cost = bookedCost(order, price, remaining, rule);
  return rule.chargedIn === 'quote' ? cost.times(Decimal.max(takerFee, makerFee, ZERO).plus(1)) : cost;
}

/** Brings the hold of an order in line with what it has left. @throws VenueError when funds are missing. */
export function adjustHold(order: ClientOrder, needed: Decimal): void {
  order.account.ledger.hold(order.heldAsset, needed.minus(order.held));
  order.held = needed;
}

/**
 * Books one fill of a client's order: its counters, hold and balances.
 *
 * The fee is the pair's rate of the exact amount, cut to the decimals of what it is charged in: cutting and never rounding
 * up is what lets the hold cover any number of fills.
 */
export function settleFill(
  order: ClientOrder,
  trade: PublicTrade,
  isMaker: boolean,
  rule: FeeRule,
  ids: IdSource,
): { readonly trade: ClientTrade; readonly entries: readonly LedgerEntry[] } {
  const { pair, takerFee, makerFee } = order.market;
  const { ledger } = order.account;
  const cost = bookedCost(order, trade.price, trade.qty, rule);
  const amount = fromUnits(trade.qty, pair.qtyDecimals);
  const { fee, feeAsset } = feeFor(order, cost, amount, isMaker ? makerFee : takerFee, rule);
  order.filled += trade.qty;
  order.cost = order.cost.plus(cost);
  if (feeAsset === pair.quote) order.fees = order.fees.plus(fee);
  adjustHold(order, holdFor(order, rule));

  const sign = order.side === 'buy' ? 1 : -1;
  const execId = ids.next('trade');
  const entry = (asset: string, change: Decimal, off: Decimal): LedgerEntry => ({
    kind: 'trade',
    ledgerId: ids.next('ledger'),
    refId: execId,
    asset,
    amount: change,
    fee: off,
    balance: ledger.book(asset, change.minus(off)),
    atUs: trade.atUs,
  });
  const charged = (asset: string): Decimal => (asset === feeAsset ? fee : ZERO);
  const entries = [
    entry(pair.base, amount.times(sign), charged(pair.base)),
    entry(pair.quote, cost.times(-sign), charged(pair.quote)),
  ];
  if (feeAsset !== pair.base && feeAsset !== pair.quote) entries.push(entry(feeAsset, ZERO, fee));
  const clientTrade: ClientTrade = {
    execId,
    tradeId: trade.tradeId,
    order,
    price: trade.price,
    qty: trade.qty,
    cost,
    fee,
    feeAsset,
    isMaker,
    atUs: trade.atUs,
  };
  order.fills.push(clientTrade);
  order.account.rememberTrade(clientTrade);
  return { trade: clientTrade, entries };
}

/** The fee of a fill, and what it is charged in: the venue's own coin where the account asked for it and has enough. */
function feeFor(
  order: ClientOrder,
  cost: Decimal,
  amount: Decimal,
  rate: Decimal,
  rule: FeeRule,
): { readonly fee: Decimal; readonly feeAsset: string } {
  const { pair } = order.market;
  const { native } = rule;
  if (native !== undefined && order.account.paysNativeFees) {
    const price = native.price(pair.quote);
    const fee = price === undefined ? undefined : cut(cost.times(rate).times(native.rate).div(price));
    if (fee !== undefined && !order.account.ledger.available(native.asset).lessThan(fee)) {
      return { fee, feeAsset: native.asset };
    }
  }
  if (rule.chargedIn === 'received' && order.side === 'buy') {
    return { fee: cut(amount.times(rate)), feeAsset: pair.base };
  }
  const decimals = rule.chargedIn === 'quote' ? pair.costDecimals : FEE_DECIMALS;
  return { fee: cut(cost.times(rate), decimals), feeAsset: pair.quote };
}

function bookedCost(order: ClientOrder, price: number, qty: number, { bookedDecimals }: FeeRule): Decimal {
  const exact = costOf(order, price, qty);
  return bookedDecimals === undefined ? exact : cut(exact, bookedDecimals);
}

function cut(amount: Decimal, decimals = FEE_DECIMALS): Decimal {
  return amount.toDecimalPlaces(decimals, Decimal.ROUND_FLOOR);
}

/** What a market buy would cost, with the fees that come on top, if it took `qty` from the book as it stands. */
export function marketBuyCost(order: ClientOrder, rule: FeeRule): Decimal {
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
  return rule.chargedIn === 'quote' ? cost.times(order.market.takerFee.plus(1)) : cost;
}

/** Average fill price as exact text of the pair's price decimals, cut; "0" before any fill. */
export function averagePrice(order: ClientOrder): string {
  const { pair } = order.market;
  if (order.filled === 0) return ZERO.toFixed(pair.priceDecimals);
  return order.cost.div(fromUnits(order.filled, pair.qtyDecimals)).toFixed(pair.priceDecimals);
}
