/** Orders, fills and balances as KuCoin's REST calls and private topics write them. */
import { type Decimal, fromUnits } from '../../../../domain/decimal.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Market } from '../../core/market.ts';
import type { ClientOrder, ClientTrade, OrderOwner } from '../../core/orders/client-order.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { kucoinPair } from './pairs.ts';

export function ms(us: number): number {
  return Math.floor(us / 1_000);
}

function fundsOf({ market }: ClientOrder, price: number, qty: number): Decimal {
  const { priceDecimals, qtyDecimals } = market.pair;
  return fromUnits(price, priceDecimals).times(fromUnits(qty, qtyDecimals));
}

function inForce({ terms }: ClientOrder): string {
  return terms.timeInForce.toUpperCase();
}

/** A row of open or ended orders. */
export function orderRow(exchange: KucoinExchange, order: ClientOrder): object {
  const { market, terms, isOpen } = order;
  const canceled = order.status === 'canceled' ? order.qty - order.filled : 0;
  return {
    id: order.orderId,
    clientOid: order.clOrdId ?? '',
    symbol: kucoinPair(market).name,
    opType: 'DEAL',
    type: terms.type,
    side: order.side,
    price: terms.type === 'market' ? '0' : priceText(market, order.price),
    size: qtyText(market, order.qty),
    funds: '0',
    dealSize: qtyText(market, order.filled),
    dealFunds: order.cost.toFixed(),
    fee: order.fees.toFixed(),
    feeCurrency: market.pair.quote,
    stp: '',
    timeInForce: inForce(order),
    postOnly: terms.postOnly,
    hidden: false,
    iceberg: false,
    visibleSize: '0',
    cancelAfter: 0,
    channel: 'API',
    remark: null,
    tags: null,
    cancelExist: order.status === 'canceled',
    tradeType: 'TRADE',
    inOrderBook: isOpen,
    cancelledSize: qtyText(market, canceled),
    cancelledFunds: '0',
    remainSize: qtyText(market, isOpen ? order.qty - order.filled : 0),
    remainFunds: '0',
    tax: '0',
    active: isOpen,
    createdAt: ms(order.openedUs),
    lastUpdatedAt: ms(exchange.updatedUs(order)),
  };
}

export function fillRow(trade: ClientTrade): object {
  const { order, isMaker } = trade;
  const { market } = order;
  return {
    id: Number(trade.execId),
    symbol: kucoinPair(market).name,
    tradeId: trade.tradeId,
    orderId: order.orderId,
    counterOrderId: '0',
    side: order.side,
    liquidity: isMaker ? 'maker' : 'taker',
    forceTaker: false,
    price: priceText(market, trade.price),
    size: qtyText(market, trade.qty),
    funds: fundsOf(order, trade.price, trade.qty).toFixed(),
    fee: trade.fee.toFixed(),
    feeRate: (isMaker ? market.makerFee : market.takerFee).toFixed(),
    feeCurrency: trade.feeAsset,
    stop: '',
    tradeType: 'TRADE',
    type: order.terms.type,
    tax: '0',
    createdAt: ms(trade.atUs),
  };
}

/** What the order topics say. @param type `received`, `open`, `match`, `filled` or `canceled`. */
export function orderData(
  exchange: KucoinExchange,
  type: string,
  order: ClientOrder,
  trade?: ClientTrade,
): object {
  const { market, terms } = order;
  const canceled = order.status === 'canceled' ? order.qty - order.filled : 0;
  return {
    symbol: kucoinPair(market).name,
    orderId: order.orderId,
    clientOid: order.clOrdId ?? '',
    side: order.side,
    orderType: terms.type,
    type,
    status: order.isOpen ? (type === 'match' ? 'match' : 'open') : 'done',
    price: terms.type === 'market' ? '' : priceText(market, order.price),
    size: qtyText(market, order.qty),
    originSize: qtyText(market, order.qty),
    filledSize: qtyText(market, order.filled),
    remainSize: qtyText(market, order.isOpen ? order.qty - order.filled : 0),
    canceledSize: qtyText(market, canceled),
    orderTime: ms(order.openedUs),
    ts: exchange.updatedUs(order) * 1_000,
    ...(trade === undefined
      ? {}
      : {
          tradeId: String(trade.tradeId),
          matchPrice: priceText(market, trade.price),
          matchSize: qtyText(market, trade.qty),
          liquidity: trade.isMaker ? 'maker' : 'taker',
          feeType: trade.isMaker ? 'makerFee' : 'takerFee',
        }),
  };
}

/** @param type of the account, as it is asked for. */
export function balanceRow({ ledger, number }: OrderOwner, asset: string, type: string): object {
  return {
    id: `${number}${asset}`,
    currency: asset,
    type,
    balance: ledger.balance(asset).toFixed(),
    available: ledger.available(asset).toFixed(),
    holds: ledger.held(asset).toFixed(),
  };
}

export function balanceData(
  { ledger, number }: OrderOwner,
  asset: string,
  market: Market | undefined,
  nowUs: number,
): object {
  return {
    accountId: `${number}${asset}`,
    currency: asset,
    total: ledger.balance(asset).toFixed(),
    available: ledger.available(asset).toFixed(),
    hold: ledger.held(asset).toFixed(),
    availableChange: '0',
    holdChange: '0',
    relationContext: market === undefined ? {} : { symbol: kucoinPair(market).name },
    relationEvent: 'trade.setted',
    relationEventId: String(nowUs),
    time: String(ms(nowUs)),
  };
}
