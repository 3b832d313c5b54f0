/** Orders and trades as Kraken's REST API writes them. */
import type { ClientOrder, ClientTrade } from '../../../core/orders/client-order.ts';
import { averagePrice } from '../../../core/orders/settlement.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';
import { END_WORDS } from '../end-words.ts';
import { krakenPair } from '../pairs.ts';

/** Seconds since the epoch with a fraction. */
function seconds(timeUs: number): number {
  return timeUs / 1_000_000;
}

/** REST knows four states; a partly filled order is `open`. */
function statusText(order: ClientOrder): string {
  if (order.status === 'filled') return 'closed';
  if (order.status === 'canceled') return 'canceled';
  return order.status === 'pending_new' ? 'pending' : 'open';
}

export function orderAnswer(order: ClientOrder, description: string): unknown {
  const { market, terms } = order;
  const zero = priceText(market, 0);
  return {
    refid: null,
    userref: terms.userRef ?? null,
    ...(order.clOrdId === undefined ? {} : { cl_ord_id: order.clOrdId }),
    status: statusText(order),
    reason: order.reason === undefined ? null : END_WORDS[order.reason],
    opentm: seconds(order.openedUs),
    ...(order.isOpen ? {} : { closetm: seconds(order.closedUs) }),
    starttm: 0,
    expiretm: 0,
    descr: {
      pair: krakenPair(market).altName,
      type: order.side,
      ordertype: terms.type,
      price: terms.type === 'limit' ? priceText(market, order.price) : '0',
      price2: '0',
      leverage: 'none',
      order: description,
      close: '',
    },
    vol: qtyText(market, order.qty),
    vol_exec: qtyText(market, order.filled),
    cost: order.cost.toFixed(),
    fee: order.fees.toFixed(),
    price: averagePrice(order),
    stopprice: zero,
    limitprice: zero,
    misc: '',
    oflags: terms.postOnly ? 'fciq,post' : 'fciq',
    timeinforce: terms.timeInForce.toUpperCase(),
    trades: order.fills.map(({ execId }) => execId),
  };
}

export function tradeAnswer(trade: ClientTrade): unknown {
  const { order } = trade;
  const { market } = order;
  return {
    ordertxid: order.orderId,
    pair: krakenPair(market).restName,
    time: seconds(trade.atUs),
    type: order.side,
    ordertype: order.terms.type,
    price: priceText(market, trade.price),
    cost: trade.cost.toFixed(),
    fee: trade.fee.toFixed(),
    vol: qtyText(market, trade.qty),
    margin: '0',
    leverage: '0',
    misc: '',
    trade_id: trade.tradeId,
    maker: trade.isMaker,
  };
}
