/** Events of an account (spot API, "User Data Streams"). */
import { ZERO } from '../../../../domain/decimal.ts';
import type {
  ClientOrder,
  ExecutionReport,
  LedgerEntry,
  OrderOwner,
} from '../../core/orders/client-order.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import {
  endText,
  expiryReason,
  SELF_TRADE_MODE,
  statusText,
  type TimeOf,
  timeInForceText,
  typeText,
} from './order-texts.ts';
import { binancePair } from './pairs.ts';
import { amount8, price8, qty8, text8 } from './wire-text.ts';

const ZERO_TEXT = amount8(ZERO);

/** `executionReport`; undefined for a step that Binance does not report. */
export function executionReport(
  exchange: BinanceExchange,
  report: ExecutionReport,
  executionId: number,
  time: TimeOf,
): object | undefined {
  const { order, kind, trade, atUs } = report;
  const kindText = executionType(report);
  // The last fill says that an order is filled; its state before it rested is not reported.
  if (kindText === undefined) return undefined;
  const { market } = order;
  const note = exchange.note(order);
  const isCancel = kind === 'canceled' && endText(order) === 'CANCELED';
  const reason = kind === 'canceled' ? expiryReason(order) : undefined;
  return {
    e: 'executionReport',
    E: time(exchange.clock.nowUs()),
    s: binancePair(market).name,
    // A cancellation has the client order id of its own request, and the one of the order in C.
    c: isCancel ? (note.cancelId ?? order.clOrdId) : order.clOrdId,
    S: order.side.toUpperCase(),
    o: typeText(order),
    f: timeInForceText(order),
    q: qty8(market, order.qty),
    p: price8(market, order.price),
    P: ZERO_TEXT,
    F: ZERO_TEXT,
    g: -1,
    C: isCancel ? order.clOrdId : '',
    x: kindText,
    X: kind === 'trade' && order.filled === order.qty ? 'FILLED' : statusText(order),
    r: 'NONE',
    i: Number(order.orderId),
    l: qty8(market, trade?.qty ?? 0),
    z: qty8(market, order.filled),
    L: price8(market, trade?.price ?? 0),
    n: trade === undefined ? '0' : amount8(trade.fee),
    N: trade?.feeAsset ?? null,
    T: time(atUs),
    t: trade?.tradeId ?? -1,
    I: executionId,
    w: order.level !== undefined,
    m: trade?.isMaker ?? false,
    M: false,
    O: time(order.openedUs),
    Z: amount8(order.cost),
    Y: trade === undefined ? ZERO_TEXT : amount8(trade.cost),
    Q: text8(note.quoteOrderQty ?? '0'),
    W: time(order.openedUs),
    V: SELF_TRADE_MODE,
    ...(reason === undefined ? {} : { eR: reason }),
  };
}

function executionType({ kind, order }: ExecutionReport): string | undefined {
  switch (kind) {
    case 'new':
      return 'NEW';
    case 'trade':
      return 'TRADE';
    case 'canceled':
      return endText(order) === 'CANCELED' ? 'CANCELED' : 'EXPIRED';
    case 'amended':
      return 'REPLACED';
    case 'pending_new':
    case 'filled':
      return undefined;
  }
}

/** `outboundAccountPosition`: the balances that may have changed. */
export function accountPosition(
  account: OrderOwner,
  assets: Iterable<string>,
  nowUs: number,
  time: TimeOf,
): object {
  const { ledger } = account;
  return {
    e: 'outboundAccountPosition',
    E: time(nowUs),
    u: time(nowUs),
    B: [...assets].map((asset) => ({
      a: asset,
      f: amount8(ledger.available(asset)),
      l: amount8(ledger.held(asset)),
    })),
  };
}

/** `balanceUpdate`: something that came from outside, or went there. */
export function balanceUpdate(entry: LedgerEntry, nowUs: number, time: TimeOf): object {
  return {
    e: 'balanceUpdate',
    E: time(nowUs),
    a: entry.asset,
    d: amount8(entry.amount),
    T: time(entry.atUs),
  };
}

/** Assets that a step of an order may have moved or locked. */
export function assetsOf(order: ClientOrder): Set<string> {
  const { base, quote } = order.market.pair;
  return new Set([base, quote, ...order.fills.map(({ feeAsset }) => feeAsset)]);
}
