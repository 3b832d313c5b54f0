/** Orders, fills and balances as Bybit's REST calls and private stream write them. */
import { type Decimal, ZERO } from '../../../../domain/decimal.ts';
import { fixedText, priceText, qtyText } from '../../core/fixed-text.ts';
import type { ClientOrder, ClientTrade, OrderOwner } from '../../core/orders/client-order.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { bybitPair } from './pairs.ts';

/** Milliseconds as text. */
export function msText(us: number): string {
  return String(Math.floor(us / 1_000));
}

export function statusText(order: ClientOrder): string {
  if (order.status === 'filled') return 'Filled';
  if (order.status === 'canceled') return order.filled > 0 ? 'PartiallyFilledCanceled' : 'Cancelled';
  return order.filled > 0 ? 'PartiallyFilled' : 'New';
}

function rejectReason({ status, reason, terms }: ClientOrder): string {
  if (status !== 'canceled') return 'EC_NoError';
  if (reason === 'would-take') return 'EC_PostOnlyWillTakeLiquidity';
  if (reason === 'self-trade') return 'EC_CancelBySMP';
  if (reason === 'immediate')
    return terms.timeInForce === 'fok' ? 'EC_NoEnoughQtyToFill' : 'EC_NoImmediateQtyToFill';
  return 'EC_PerCancelRequest';
}

function cancelType({ status, reason }: ClientOrder): string {
  return status === 'canceled' && reason === 'user' ? 'CancelByUser' : 'UNKNOWN';
}

function timeInForceText({ terms }: ClientOrder): string {
  return terms.postOnly ? 'PostOnly' : terms.timeInForce.toUpperCase();
}

function feesOf(order: ClientOrder): ReadonlyMap<string, Decimal> {
  const fees = new Map<string, Decimal>();
  for (const { fee, feeAsset } of order.fills) fees.set(feeAsset, (fees.get(feeAsset) ?? ZERO).plus(fee));
  return fees;
}

/** A row of open or ended orders, and of the `order` topic. */
export function orderRow(exchange: BybitExchange, order: ClientOrder): object {
  const { market, terms } = order;
  const { qtyDecimals } = market.pair;
  const note = exchange.note(order);
  const fees = feesOf(order);
  const average =
    order.filled === 0
      ? ''
      : order.cost
          .times(10 ** qtyDecimals)
          .div(order.filled)
          .toFixed();
  return {
    orderId: order.orderId,
    orderLinkId: order.clOrdId ?? '',
    blockTradeId: '',
    symbol: bybitPair(market).name,
    price: priceText(market, order.price),
    qty: note.quoteQty ?? qtyText(market, order.qty),
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    isLeverage: '0',
    positionIdx: 0,
    orderStatus: statusText(order),
    cancelType: cancelType(order),
    rejectReason: rejectReason(order),
    avgPrice: average,
    leavesQty: order.isOpen ? qtyText(market, order.qty - order.filled) : fixedText(0, qtyDecimals),
    leavesValue: '0',
    cumExecQty: qtyText(market, order.filled),
    cumExecValue: order.cost.toFixed(),
    cumExecFee: [...fees.values()].reduce((sum, fee) => sum.plus(fee), ZERO).toFixed(),
    cumFeeDetail: Object.fromEntries([...fees].map(([asset, fee]) => [asset, fee.toFixed()])),
    feeCurrency: [...fees.keys()][0] ?? '',
    timeInForce: timeInForceText(order),
    orderType: terms.type === 'market' ? 'Market' : 'Limit',
    marketUnit: note.marketUnit ?? '',
    stopOrderType: '',
    orderIv: '',
    triggerPrice: '0',
    takeProfit: '0',
    stopLoss: '0',
    tpTriggerBy: '',
    slTriggerBy: '',
    triggerDirection: 0,
    triggerBy: '',
    lastPriceOnCreated: '',
    reduceOnly: false,
    closeOnTrigger: false,
    smpType: 'None',
    smpGroup: 0,
    smpOrderId: '',
    tpslMode: '',
    tpLimitPrice: '0',
    slLimitPrice: '0',
    placeType: '',
    createType: 'CreateByUser',
    extraFees: '',
    createdTime: msText(order.openedUs),
    updatedTime: msText(note.updatedUs ?? order.openedUs),
  };
}

/** A row of executions, and of the `execution` topic. */
export function executionRow(trade: ClientTrade): object {
  const { order, isMaker } = trade;
  const { market } = order;
  return {
    symbol: bybitPair(market).name,
    orderId: trade.order.orderId,
    orderLinkId: order.clOrdId ?? '',
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderPrice: priceText(market, order.price),
    orderQty: qtyText(market, order.qty),
    leavesQty: qtyText(market, order.qty - order.filled),
    orderType: order.terms.type === 'market' ? 'Market' : 'Limit',
    stopOrderType: '',
    createType: 'CreateByUser',
    execId: trade.execId,
    execPrice: priceText(market, trade.price),
    execQty: qtyText(market, trade.qty),
    execValue: trade.cost.toFixed(),
    execFee: trade.fee.toFixed(),
    feeCurrency: trade.feeAsset,
    feeRate: (isMaker ? market.makerFee : market.takerFee).toFixed(),
    execType: 'Trade',
    execTime: msText(trade.atUs),
    isMaker,
    isLeverage: '0',
    tradeIv: '',
    markIv: '',
    markPrice: '',
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: '',
    extraFees: '',
    seq: trade.tradeId,
  };
}

/** A unified account with these coins: all that it holds of each, and what orders lock of it. */
export function walletRow({ ledger }: OrderOwner, assets: Iterable<string>): object {
  const empty = {
    accountLTV: '0',
    accountIMRate: '0',
    accountMMRate: '0',
    totalEquity: '',
    totalPerpUPL: '0',
  };
  return {
    accountType: 'UNIFIED',
    ...empty,
    totalWalletBalance: '',
    totalMarginBalance: '',
    totalAvailableBalance: '',
    totalInitialMargin: '0',
    totalMaintenanceMargin: '0',
    coin: [...assets].map((coin) => ({
      coin,
      equity: ledger.balance(coin).toFixed(),
      usdValue: '',
      walletBalance: ledger.balance(coin).toFixed(),
      locked: ledger.held(coin).toFixed(),
      spotHedgingQty: '0',
      borrowAmount: '0',
      availableToWithdraw: '',
      accruedInterest: '0',
      totalOrderIM: '0',
      totalPositionIM: '0',
      totalPositionMM: '0',
      unrealisedPnl: '0',
      cumRealisedPnl: '0',
      bonus: '0',
      marginCollateral: true,
      collateralSwitch: true,
    })),
  };
}
