/** Times, amounts and rows as Coinbase writes them. */
import { type Decimal, fromUnits, ZERO } from '../../../../domain/decimal.ts';
import { type TimeUs, US_PER_MS } from '../../../../domain/time.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Market, PublicTrade } from '../../core/market.ts';
import type { ClientOrder, ClientTrade } from '../../core/orders/client-order.ts';
import { noteOf } from './coinbase-exchange.ts';
import { coinbasePair } from './pairs.ts';

/** RFC 3339 to the microsecond. */
export function timeText(us: TimeUs): string {
  const whole = Math.trunc(us);
  const seconds = new Date(Math.floor(whole / US_PER_MS)).toISOString().slice(0, 19);
  return `${seconds}.${String(whole % 1_000_000).padStart(6, '0')}Z`;
}

export const productId = (market: Market): string => coinbasePair(market).productId;

/** In what Coinbase calls the states of an order. */
export function statusOf({ status }: ClientOrder): string {
  if (status === 'filled') return 'FILLED';
  if (status === 'canceled') return 'CANCELLED';
  return 'OPEN';
}

const sideOf = ({ side }: ClientOrder): string => (side === 'buy' ? 'BUY' : 'SELL');
const filledOf = (order: ClientOrder): Decimal => fromUnits(order.filled, order.market.pair.qtyDecimals);

/** Rounded, as the venue's is. */
function averageOf(order: ClientOrder): Decimal {
  if (order.filled === 0) return ZERO;
  return order.cost.div(filledOf(order)).toDecimalPlaces(order.market.pair.priceDecimals + 8);
}

/** An order of REST's lists. */
export function orderText(order: ClientOrder): object {
  const { market, terms } = order;
  const { clientOrderId, configuration } = noteOf(order);
  const isImmediate = terms.timeInForce === 'ioc';
  return {
    order_id: order.orderId,
    product_id: productId(market),
    user_id: order.account.name,
    order_configuration: configuration,
    side: sideOf(order),
    client_order_id: clientOrderId,
    status: statusOf(order),
    time_in_force: isImmediate ? 'IMMEDIATE_OR_CANCEL' : 'GOOD_UNTIL_CANCELLED',
    created_time: timeText(order.openedUs),
    completion_percentage: filledOf(order)
      .div(fromUnits(order.qty, market.pair.qtyDecimals))
      .times(100)
      .toDecimalPlaces(2)
      .toFixed(),
    filled_size: filledOf(order).toFixed(),
    average_filled_price: averageOf(order).toFixed(),
    number_of_fills: String(order.fills.length),
    filled_value: order.cost.toFixed(),
    pending_cancel: false,
    size_in_quote: false,
    total_fees: order.fees.toFixed(),
    size_inclusive_of_fees: false,
    total_value_after_fees: order.cost.plus(order.fees.times(order.side === 'buy' ? 1 : -1)).toFixed(),
    trigger_status: 'INVALID_ORDER_TYPE',
    order_type: terms.type === 'market' ? 'MARKET' : 'LIMIT',
    reject_reason: 'REJECT_REASON_UNSPECIFIED',
    settled: !order.isOpen,
    product_type: 'SPOT',
    outstanding_hold_amount: order.held.toFixed(),
    last_fill_time: order.fills.length === 0 ? null : timeText(order.fills.at(-1)?.atUs ?? 0),
  };
}

/** An order of the user channel: sums in place of fills. */
export function userOrderText(order: ClientOrder): object {
  const { market, terms } = order;
  const leaves = order.isOpen ? order.qty - order.filled : 0;
  return {
    avg_price: averageOf(order).toFixed(),
    cancel_reason: order.status === 'canceled' ? (order.reason ?? '') : '',
    client_order_id: noteOf(order).clientOrderId,
    completion_percentage: '0',
    contract_expiry_type: 'UNKNOWN_CONTRACT_EXPIRY_TYPE',
    cumulative_quantity: filledOf(order).toFixed(),
    filled_value: order.cost.toFixed(),
    leaves_quantity: fromUnits(leaves, market.pair.qtyDecimals).toFixed(),
    limit_price: fromUnits(order.price, market.pair.priceDecimals).toFixed(),
    number_of_fills: String(order.fills.length),
    order_id: order.orderId,
    order_side: sideOf(order),
    order_type: terms.type === 'market' ? 'Market' : 'Limit',
    outstanding_hold_amount: order.held.toFixed(),
    post_only: String(terms.postOnly),
    product_id: productId(market),
    product_type: 'SPOT',
    reject_reason: '',
    status: statusOf(order),
    stop_price: '',
    time_in_force: terms.timeInForce === 'ioc' ? 'IMMEDIATE_OR_CANCEL' : 'GOOD_UNTIL_CANCELLED',
    total_fees: order.fees.toFixed(),
    total_value_after_fees: order.cost.plus(order.fees).toFixed(),
    trigger_status: 'INVALID_ORDER_TYPE',
    creation_time: timeText(order.openedUs),
    end_time: '0001-01-01T00:00:00Z',
    start_time: '0001-01-01T00:00:00Z',
  };
}

export function fillText({ execId, tradeId, order, price, qty, fee, isMaker, atUs }: ClientTrade): object {
  const { market } = order;
  return {
    entry_id: execId,
    trade_id: String(tradeId),
    order_id: order.orderId,
    trade_time: timeText(atUs),
    trade_type: 'FILL',
    price: fromUnits(price, market.pair.priceDecimals).toFixed(),
    size: fromUnits(qty, market.pair.qtyDecimals).toFixed(),
    commission: fee.toFixed(),
    product_id: productId(market),
    sequence_timestamp: timeText(atUs),
    liquidity_indicator: isMaker ? 'MAKER' : 'TAKER',
    size_in_quote: false,
    user_id: order.account.name,
    side: sideOf(order),
    commission_detail_total: { total_commission: fee.toFixed() },
  };
}

/** `side` is the maker's. */
export function tradeText(market: Market, { tradeId, price, qty, side, atUs }: PublicTrade): object {
  return {
    product_id: productId(market),
    trade_id: String(tradeId),
    price: priceText(market, price),
    size: qtyText(market, qty),
    time: timeText(atUs),
    side: side === 'buy' ? 'SELL' : 'BUY',
  };
}
