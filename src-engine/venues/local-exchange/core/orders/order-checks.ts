/** Checks of a client's order against the pair's rules. */
import { type Decimal, Decimal as Exact, decimal, fromUnits, toUnits } from '../../../../domain/decimal.ts';
import type { Side } from '../../../../domain/order.ts';
import type { DurationUs, TimeUs } from '../../../../domain/time.ts';
import type { Market } from '../market.ts';
import type { Pair } from '../pair.ts';
import { Refusal } from '../refusal.ts';
import type { OrderTerms, OrderType, VenueTimeInForce } from './client-order.ts';

/** An order as it came over the wire: everything still text. */
export type OrderRequest = {
  readonly side: string;
  readonly type: string;
  readonly timeInForce?: string | undefined;
  readonly postOnly?: boolean | undefined;
  /** Where it meets an order of its own account that one is canceled, and it goes on; left out: it is canceled itself. */
  readonly cancelsOwnResting?: boolean | undefined;
  readonly price?: string | undefined;
  readonly qty: string;
  readonly clOrdId?: string | undefined;
  readonly userRef?: number | undefined;
  /** Whatever its protocol wants to keep with it. */
  readonly note?: object | undefined;
  /** After this time it is not matched any more; the protocol says how far ahead it must be at least. */
  readonly deadline?: { readonly at: string; readonly minUs: DurationUs } | undefined;
};

/** Longest client order id: a UUID with hyphens. */
const MAX_CL_ORD_ID = 36;

/**
 * The request in integer units. @throws Refusal naming the rule it breaks.
 */
export function checkedTerms(market: Market, request: OrderRequest): OrderTerms {
  const { pair } = market;
  const side = oneOf(request.side, ['buy', 'sell'] as const, 'type');
  const type: OrderType = oneOf(request.type, ['limit', 'market'] as const, 'ordertype');
  const wanted = (request.timeInForce ?? 'gtc').toLowerCase();
  const timeInForce: VenueTimeInForce =
    type === 'market' ? 'ioc' : oneOf(wanted, ['gtc', 'ioc', 'fok'] as const, 'timeinforce');
  const postOnly = request.postOnly === true;
  if (postOnly && (type === 'market' || timeInForce !== 'gtc')) {
    throw new Refusal('argument', 'post_only');
  }
  if (type === 'limit' && request.price === undefined) throw new Refusal('argument', 'price');
  if (request.clOrdId !== undefined && (request.clOrdId === '' || request.clOrdId.length > MAX_CL_ORD_ID)) {
    throw new Refusal('argument', 'cl_ord_id');
  }
  const price = type === 'limit' ? priceUnits(pair, request.price as string) : 0;
  const qty = qtyUnits(pair, request.qty);
  checkStatus(market, { postOnly, type });
  checkMinimums(market, side, price, qty);
  return {
    market,
    side,
    type,
    timeInForce,
    postOnly,
    cancelsOwnResting: request.cancelsOwnResting === true,
    price,
    qty,
    clOrdId: request.clOrdId,
    userRef: request.userRef,
    note: request.note,
  };
}

/** Furthest that a deadline may be ahead. */
const MAX_DEADLINE_US = 60_000_000;

/** @throws Refusal when the deadline has passed, or is not within the bounds. */
export function checkDeadline({ deadline }: OrderRequest, nowUs: TimeUs): void {
  if (deadline === undefined) return;
  const leftUs = globalThis.Date.parse(deadline.at) * 1_000 - nowUs;
  if (leftUs < 0) throw new Refusal('deadline-passed');
  if (!(leftUs >= deadline.minUs && leftUs <= MAX_DEADLINE_US)) {
    throw new Refusal('argument', 'deadline');
  }
}

function oneOf<T extends string>(value: string, allowed: readonly T[], field: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Refusal('argument', field);
  return found;
}

function positive(text: string, field: string): Decimal {
  let value: Decimal;
  try {
    value = decimal(text);
  } catch {
    throw new Refusal('argument', field);
  }
  if (!value.greaterThan(0)) throw new Refusal('argument', field);
  return value;
}

/** A limit price in units. @throws Refusal when it is not on the pair's grid. */
export function priceUnits(pair: Pair, text: string): number {
  const value = positive(text, 'price');
  if (value.decimalPlaces() > pair.priceDecimals) {
    throw new Refusal(
      'price-decimals',
      `${pair.symbol} price can only be specified up to ${pair.priceDecimals} decimals.`,
    );
  }
  if (!value.mod(pair.tickSize).isZero()) {
    throw new Refusal('price-tick', `${pair.symbol} price is not a multiple of ${pair.tickSize}.`);
  }
  return units(value, pair.priceDecimals, 'price');
}

/** A quantity in units. @throws Refusal when it has too many decimals or is absurd. */
export function qtyUnits(pair: Pair, text: string): number {
  return units(positive(text, 'volume'), pair.qtyDecimals, 'volume');
}

function units(value: Decimal, decimals: number, field: string): number {
  try {
    return toUnits(value, decimals);
  } catch {
    throw new Refusal('argument', field);
  }
}

function checkStatus(market: Market, order: { readonly postOnly: boolean; readonly type: OrderType }): void {
  const { status } = market;
  if (status === 'online') return;
  if (status === 'post_only' && order.postOnly) return;
  if (status === 'limit_only' && order.type === 'limit') return;
  const isMode = status === 'cancel_only' || status === 'post_only' || status === 'limit_only';
  throw isMode ? new Refusal('market-mode', status) : new Refusal('unavailable');
}

/** Quantity and cost minimums. A market order is valued at the price it would meet first. */
export function checkMinimums(market: Market, side: Side, price: number, qty: number): void {
  const { pair } = market;
  const amount = fromUnits(qty, pair.qtyDecimals);
  if (amount.lessThan(pair.orderMin)) throw new Refusal('quantity-minimum');
  const opposite = side === 'buy' ? market.engine.asks : market.engine.bids;
  const valuedAt = price === 0 ? opposite.best()?.price : price;
  if (valuedAt === undefined) return;
  const cost = fromUnits(valuedAt, pair.priceDecimals).times(amount);
  if (cost.lessThan(new Exact(pair.costMin))) throw new Refusal('cost-minimum');
}
