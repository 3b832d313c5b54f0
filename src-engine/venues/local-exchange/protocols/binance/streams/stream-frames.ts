/** Payloads of the market streams (spot API, "Web Socket Streams"). */
import type { Market, PublicTrade } from '../../../core/market.ts';
import type { AggregateTrade } from '../aggregate-trades.ts';
import { levels } from '../calls/public-calls.ts';
import { binancePair } from '../pairs.ts';
import { amount8, price8, qty8 } from '../wire-text.ts';
import { Decimal } from '../../../../../domain/decimal.ts';
import type { DepthChange } from './depth-batches.ts';

type TimeOf = (us: number) => number;

export function depthUpdate(market: Market, change: DepthChange, nowUs: number, time: TimeOf): object {
  return {
    e: 'depthUpdate',
    E: time(nowUs),
    s: binancePair(market).name,
    U: change.firstId,
    u: change.lastId,
    b: change.bids,
    a: change.asks,
  };
}

/** It names no symbol: only the name of its stream does. */
export function partialDepth(market: Market, depth: number, lastUpdateId: number): object {
  const { bids, asks } = market.engine;
  return { lastUpdateId, bids: levels(market, bids, depth), asks: levels(market, asks, depth) };
}

export function bookTicker(market: Market, id: number): object {
  const bid = market.engine.bids.best();
  const ask = market.engine.asks.best();
  return {
    u: id,
    s: binancePair(market).name,
    b: price8(market, bid?.price ?? 0),
    B: qty8(market, bid?.qty ?? 0),
    a: price8(market, ask?.price ?? 0),
    A: qty8(market, ask?.qty ?? 0),
  };
}

export function trade(market: Market, print: PublicTrade, nowUs: number, time: TimeOf): object {
  return {
    e: 'trade',
    E: time(nowUs),
    s: binancePair(market).name,
    t: print.tradeId,
    p: price8(market, print.price),
    q: qty8(market, print.qty),
    T: time(print.atUs),
    m: print.side === 'sell',
    M: true,
  };
}

export function aggregateTrade(market: Market, sum: AggregateTrade, nowUs: number, time: TimeOf): object {
  return {
    e: 'aggTrade',
    E: time(nowUs),
    s: binancePair(market).name,
    a: sum.id,
    p: price8(market, sum.price),
    q: qty8(market, sum.qty),
    f: sum.firstId,
    l: sum.lastId,
    T: time(sum.atUs),
    m: sum.isBuyerMaker,
    M: true,
  };
}

/** Counts from the start of the exchange, not over 24 hours. */
export function miniTicker(market: Market, nowUs: number, time: TimeOf): object {
  const { stats, pair } = market;
  const scale = new Decimal(10).pow(pair.priceDecimals + pair.qtyDecimals);
  return {
    e: '24hrMiniTicker',
    E: time(nowUs),
    s: binancePair(market).name,
    c: price8(market, stats.last),
    o: price8(market, stats.open),
    h: price8(market, stats.high),
    l: price8(market, stats.low),
    v: qty8(market, stats.volume),
    q: amount8(new Decimal(stats.turnover).div(scale)),
  };
}

/** As the mini ticker, with the best prices and the counts of trades. */
export function ticker(market: Market, nowUs: number, time: TimeOf): object {
  const { stats, engine } = market;
  const bid = engine.bids.best();
  const ask = engine.asks.best();
  const change = stats.last - stats.open;
  return {
    ...miniTicker(market, nowUs, time),
    e: '24hrTicker',
    p: (change < 0 ? '-' : '') + price8(market, Math.abs(change)),
    P: (stats.open === 0 ? 0 : (100 * change) / stats.open).toFixed(3),
    w: price8(market, stats.volume === 0 ? 0 : Math.round(stats.turnover / stats.volume)),
    x: price8(market, stats.open),
    Q: qty8(market, stats.lastQty),
    b: price8(market, bid?.price ?? 0),
    B: qty8(market, bid?.qty ?? 0),
    a: price8(market, ask?.price ?? 0),
    A: qty8(market, ask?.qty ?? 0),
    O: time(nowUs - 86_400_000_000),
    C: time(nowUs),
    F: stats.trades > 0 ? 1 : -1,
    L: stats.trades > 0 ? stats.trades : -1,
    n: stats.trades,
  };
}
