/** Frames of the `executions` and `balances` channels: docs.kraken.com, WebSocket v2. */
import type { Decimal } from '../../../../../domain/decimal.ts';
import { formatTimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type {
  ClientOrder,
  ClientTrade,
  ExecutionReport,
  LedgerEntry,
} from '../../../core/orders/client-order.ts';
import { averagePrice } from '../../../core/orders/settlement.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';
import { END_WORDS } from '../end-words.ts';

/** US dollars of an amount of an order's quote currency, for `fee_usd_equiv`. */
export type UsdValue = (order: ClientOrder, amount: Decimal) => Decimal;

export function executionsFrame(
  type: 'snapshot' | 'update',
  items: readonly string[],
  sequence: number,
): string {
  return `{"channel":"executions","type":"${type}","data":[${items.join(',')}],"sequence":${sequence}}`;
}

export function executionText(report: ExecutionReport, usd: UsdValue): string {
  const { order, kind } = report;
  const timestamp = formatTimeUs(report.atUs);
  switch (kind) {
    case 'trade':
      return tradeText(report.trade as ClientTrade, 'partially_filled', usd);
    case 'pending_new':
      return `{${identity(order)},${terms(order)},"cum_cost":0,"exec_type":"pending_new","order_status":"pending_new","fee_usd_equiv":0,"timestamp":"${timestamp}"}`;
    case 'new':
      return `{"timestamp":"${timestamp}","order_status":"new","exec_type":"new",${identity(order)}}`;
    case 'amended': {
      const price = priceText(order.market, report.price ?? order.price);
      return (
        `{"timestamp":"${timestamp}","exec_type":"amended","order_status":"${order.status}",` +
        `"cum_qty":${qtyText(order.market, order.filled)},"reason":"User requested","amended":true,` +
        `"order_qty":${qtyText(order.market, order.qty)},"limit_price":${price},"limit_price_type":"static",` +
        `${identity(order)}}`
      );
    }
    case 'filled':
      return `{"timestamp":"${timestamp}","order_status":"filled","exec_type":"filled",${totals(order, usd)},${identity(order)}}`;
    case 'canceled': {
      const reason = order.reason === undefined ? '""' : `"${END_WORDS[order.reason]}"`;
      return (
        `{"timestamp":"${timestamp}","order_status":"canceled","exec_type":"canceled",${totals(order, usd)},` +
        `"cancel_reason":${reason},"reason":${reason},${identity(order)}}`
      );
    }
  }
}

/** An open order as the snapshot lists it. */
export function openOrderText(order: ClientOrder, usd: UsdValue): string {
  return (
    `{${identity(order)},${terms(order)},"exec_type":"new","order_status":"${order.status}",` +
    `${totals(order, usd)},"timestamp":"${formatTimeUs(order.openedUs)}"}`
  );
}

export function tradeText(trade: ClientTrade, status: string, usd: UsdValue): string {
  const { order } = trade;
  const { market } = order;
  return (
    `{${identity(order)},"exec_id":"${trade.execId}","exec_type":"trade","trade_id":${trade.tradeId},` +
    `"symbol":"${market.pair.symbol}","side":"${order.side}","last_qty":${qtyText(market, trade.qty)},` +
    `"last_price":${priceText(market, trade.price)},"liquidity_ind":"${trade.isMaker ? 'm' : 't'}",` +
    `"cost":${trade.cost.toFixed()},"order_status":"${status}","order_type":"${order.terms.type}",` +
    `"timestamp":"${formatTimeUs(trade.atUs)}","fee_usd_equiv":${usd(order, trade.fee).toFixed(5)},` +
    `"fees":[{"asset":"${market.pair.quote}","qty":${trade.fee.toFixed()}}]}`
  );
}

function identity(order: ClientOrder): string {
  const client = order.clOrdId === undefined ? '' : `"cl_ord_id":${JSON.stringify(order.clOrdId)},`;
  return `"order_id":"${order.orderId}",${client}"order_userref":${order.terms.userRef ?? 0}`;
}

function terms(order: ClientOrder): string {
  const { market } = order;
  const limit =
    order.terms.type === 'limit'
      ? `"limit_price_type":"static","limit_price":${priceText(market, order.price)},`
      : '';
  const postOnly = order.terms.postOnly ? '"post_only":true,' : '';
  return (
    `"symbol":"${market.pair.symbol}","order_qty":${qtyText(market, order.qty)},` +
    `"time_in_force":"${order.terms.timeInForce.toUpperCase()}","side":"${order.side}",` +
    `"order_type":"${order.terms.type}",${limit}${postOnly}"stop_price":${priceText(market, 0)},"fee_ccy_pref":"fciq"`
  );
}

function totals(order: ClientOrder, usd: UsdValue): string {
  return (
    `"cum_qty":${qtyText(order.market, order.filled)},"cum_cost":${order.cost.toFixed()},` +
    `"avg_price":${averagePrice(order)},"fee_usd_equiv":${usd(order, order.fees).toFixed(5)}`
  );
}

export function balancesSnapshot(account: Account, sequence: number): string {
  const items = account.ledger.assets().map((asset) => {
    const balance = account.ledger.balance(asset).toFixed();
    return (
      `{"asset":"${asset}","asset_class":"currency","balance":${balance},` +
      `"wallets":[{"type":"spot","id":"main","balance":${balance}}]}`
    );
  });
  return `{"channel":"balances","type":"snapshot","data":[${items.join(',')}],"sequence":${sequence}}`;
}

export function balancesUpdate(entries: readonly LedgerEntry[], sequence: number): string {
  const items = entries.map(
    (entry) =>
      `{"ledger_id":"${entry.ledgerId}","ref_id":"${entry.refId}","timestamp":"${formatTimeUs(entry.atUs)}",` +
      `"type":"trade","asset":"${entry.asset}","asset_class":"currency","category":"trade",` +
      `"wallet_type":"spot","wallet_id":"main","amount":${entry.amount.toFixed()},` +
      `"fee":${entry.fee.toFixed()},"balance":${entry.balance.toFixed()}}`,
  );
  return `{"channel":"balances","type":"update","data":[${items.join(',')}],"sequence":${sequence}}`;
}
