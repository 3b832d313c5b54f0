/** Orders, fills and balances as OKX's REST calls and private channels write them: a fee that is charged has a minus. */
import { type Decimal, ZERO } from '../../../../domain/decimal.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { ClientOrder, ClientTrade, OrderOwner } from '../../core/orders/client-order.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { okxPair } from './pairs.ts';

/** Milliseconds as text. */
export function msText(us: number): string {
  return String(Math.floor(us / 1_000));
}

function signed(fee: Decimal): string {
  return fee.isZero() ? '0' : fee.negated().toFixed();
}

function stateOf(order: ClientOrder): string {
  if (order.status === 'filled' || order.status === 'canceled') return order.status;
  return order.filled > 0 ? 'partially_filled' : 'live';
}

/** Why it was canceled: by its owner, as immediate, as it would have taken, after the countdown. */
const CANCEL_SOURCES: Readonly<Record<string, string>> = {
  user: '1',
  immediate: '14',
  'would-take': '31',
  'self-trade': '32',
  countdown: '20',
};

function typeOf({ terms }: ClientOrder): string {
  if (terms.type === 'market') return 'market';
  if (terms.postOnly) return 'post_only';
  return terms.timeInForce === 'gtc' ? 'limit' : terms.timeInForce;
}

/** A row of open or ended orders; with `trade` one of the `orders` channel that says this fill. */
export function orderRow(exchange: OkxExchange, order: ClientOrder, trade?: ClientTrade): object {
  const { market, terms } = order;
  const last = trade ?? order.fills.at(-1);
  const fee = order.fills.reduce((sum, fill) => sum.plus(fill.fee), ZERO);
  const average = order.cost.times(10 ** market.pair.qtyDecimals).div(Math.max(order.filled, 1));
  return {
    instType: 'SPOT',
    instId: okxPair(market).name,
    ordId: order.orderId,
    clOrdId: order.clOrdId ?? '',
    tag: '',
    px: terms.type === 'market' ? '' : priceText(market, order.price),
    sz: qtyText(market, order.qty),
    tgtCcy: terms.type === 'market' ? 'base_ccy' : '',
    pnl: '0',
    ordType: typeOf(order),
    side: order.side,
    posSide: '',
    tdMode: 'cash',
    accFillSz: qtyText(market, order.filled),
    avgPx: order.filled === 0 ? '' : average.toFixed(),
    state: stateOf(order),
    fillPx: last === undefined ? '' : priceText(market, last.price),
    fillSz: trade === undefined ? '0' : qtyText(market, trade.qty),
    fillTime: last === undefined ? '' : msText(last.atUs),
    tradeId: trade === undefined ? '' : String(trade.tradeId),
    fillFee: trade === undefined ? '' : signed(trade.fee),
    fillFeeCcy: trade === undefined ? '' : trade.feeAsset,
    execType: trade === undefined ? '' : trade.isMaker ? 'M' : 'T',
    fee: signed(fee),
    feeCcy: last?.feeAsset ?? '',
    rebate: '0',
    rebateCcy: market.pair.quote,
    category: 'normal',
    reduceOnly: 'false',
    cancelSource: order.status === 'canceled' ? (CANCEL_SOURCES[order.reason ?? ''] ?? '0') : '',
    amendResult: '',
    reqId: '',
    code: '0',
    msg: '',
    cTime: msText(order.openedUs),
    uTime: msText(exchange.updatedUs(order)),
  };
}

export function fillRow(trade: ClientTrade): object {
  const { order, isMaker } = trade;
  const { market } = order;
  return {
    instType: 'SPOT',
    instId: okxPair(market).name,
    tradeId: String(trade.tradeId),
    ordId: order.orderId,
    clOrdId: order.clOrdId ?? '',
    billId: trade.execId,
    tag: '',
    fillPx: priceText(market, trade.price),
    fillSz: qtyText(market, trade.qty),
    side: order.side,
    posSide: 'net',
    execType: isMaker ? 'M' : 'T',
    feeCcy: trade.feeAsset,
    fee: signed(trade.fee),
    feeRate: signed(isMaker ? market.makerFee : market.takerFee),
    fillTime: msText(trade.atUs),
    ts: msText(trade.atUs),
  };
}

/** What an account holds of these currencies in cash, and what orders lock of it. */
export function balanceRow({ ledger }: OrderOwner, assets: Iterable<string>, nowUs: number): object {
  return {
    uTime: msText(nowUs),
    totalEq: '',
    details: [...assets].map((ccy) => ({
      ccy,
      eq: ledger.balance(ccy).toFixed(),
      cashBal: ledger.balance(ccy).toFixed(),
      availBal: ledger.available(ccy).toFixed(),
      availEq: '',
      frozenBal: ledger.held(ccy).toFixed(),
      ordFrozen: ledger.held(ccy).toFixed(),
      liab: '0',
      uTime: msText(nowUs),
    })),
  };
}
