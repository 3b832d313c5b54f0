/** Binance's public calls (spot API, "General endpoints" and "Market data endpoints"). */
import { Decimal, fromUnits } from '../../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../../domain/time.ts';
import type { Market } from '../../../core/market.ts';
import type { BookSide } from '../../../core/matching/book-side.ts';
import { type Bar, INTERVALS } from '../bars.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import { BinanceProblem } from '../binance-problem.ts';
import type { FaceDialect } from '../face-dialect.ts';
import { binancePair } from '../pairs.ts';
import { optional, optionalWhole, type Params, required, symbolOf, whole } from '../params.ts';
import { amount8, price8, qty8 } from '../wire-text.ts';
import type { CallContext, PublicCall } from './call.ts';
import { AVERAGE_MINUTES, exchangeInfo } from './exchange-info.ts';

const MAX_ROWS = 1_000;
const MINUTE_US = 60_000_000;

export const PUBLIC_CALLS: readonly PublicCall[] = [
  call('GET /api/v3/ping', 'ping', 1, [], () => ({})),
  call('GET /api/v3/time', 'time', 1, [], ({ exchange, time }) => ({
    serverTime: time(exchange.clock.nowUs()),
  })),
  call(
    'GET /api/v3/exchangeInfo',
    'exchangeInfo',
    20,
    ['symbol', 'symbols', 'permissions', 'showPermissionSets', 'symbolStatus'],
    exchangeInfo,
  ),
  call('GET /api/v3/depth', 'depth', depthWeight, ['symbol', 'limit', 'symbolStatus'], depth),
  call('GET /api/v3/trades', 'trades.recent', 25, ['symbol', 'limit'], trades),
  call('GET /api/v3/historicalTrades', 'trades.historical', 25, ['symbol', 'limit', 'fromId'], trades),
  call(
    'GET /api/v3/aggTrades',
    'trades.aggregate',
    4,
    ['symbol', 'fromId', 'startTime', 'endTime', 'limit'],
    aggregateTrades,
  ),
  call(
    'GET /api/v3/klines',
    'klines',
    2,
    ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'],
    klines,
  ),
  call('GET /api/v3/avgPrice', 'avgPrice', 2, ['symbol'], averagePrice),
  call('GET /api/v3/ticker/price', 'ticker.price', tickerWeight(2, 4), ['symbol', 'symbols'], (context) =>
    perSymbol(context, (market) => ({
      symbol: binancePair(market).name,
      price: price8(market, market.stats.last),
    })),
  ),
  call('GET /api/v3/ticker/bookTicker', 'ticker.book', tickerWeight(2, 4), ['symbol', 'symbols'], (context) =>
    perSymbol(context, bookTickerRow),
  ),
  call(
    'GET /api/v3/ticker/24hr',
    'ticker.24hr',
    tickerWeight(2, 80),
    ['symbol', 'symbols', 'type'],
    (context) => perSymbol(context, (market) => tickerRow(market, context)),
  ),
  call('GET /sapi/v1/system/status', undefined, 1, [], ({ exchange }) =>
    exchange.faults.systemStatus === 'maintenance'
      ? { status: 1, msg: 'system_maintenance' }
      : { status: 0, msg: 'normal' },
  ),
];

function call(
  rest: string,
  socket: string | undefined,
  weight: PublicCall['weight'],
  params: readonly string[],
  run: (context: CallContext) => unknown,
): PublicCall {
  return { rest, ...(socket === undefined ? {} : { socket }), weight, params, security: 'NONE', run };
}

function tickerWeight(one: number, all: number): (params: Params) => number {
  return (params) => (params.has('symbol') ? one : all);
}

/** One row for a symbol, a list without one. */
function perSymbol({ exchange, params }: CallContext, row: (market: Market) => unknown): unknown {
  const symbols = optional(params, 'symbols');
  if (params.has('symbol')) return row(exchange.byName(symbolOf(params)));
  if (symbols === undefined) return exchange.markets.map(row);
  const names = /^\[("[A-Z0-9]+"(,"[A-Z0-9]+")*)?\]$/.test(symbols) ? (JSON.parse(symbols) as string[]) : [];
  if (names.length === 0) throw new BinanceProblem(-1135, "JSON sent for parameter 'symbols' is not valid");
  return names.map((name) => row(exchange.byName(name)));
}

function depthLimit(params: Params): number {
  return whole(params, 'limit', 100, 5_000);
}

function depthWeight(params: Params, { depthWeights }: FaceDialect): number {
  const limit = depthLimit(params);
  return depthWeights.find(([most]) => limit <= most)?.[1] ?? 250;
}

function depth({ exchange, params }: CallContext): unknown {
  const market = exchange.byName(symbolOf(params));
  const limit = depthLimit(params);
  const { bids, asks } = market.engine;
  return {
    lastUpdateId: exchange.updateId(market),
    bids: levels(market, bids, limit),
    asks: levels(market, asks, limit),
  };
}

export function levels(market: Market, side: BookSide, limit: number): [string, string][] {
  const rows: [string, string][] = [];
  for (let rank = 0; rank < limit; rank++) {
    const level = side.at(rank);
    if (level === undefined) break;
    rows.push([price8(market, level.price), qty8(market, level.qty)]);
  }
  return rows;
}

function trades({ exchange, params, time }: CallContext): unknown {
  const market = exchange.byName(symbolOf(params));
  const limit = whole(params, 'limit', 500, MAX_ROWS);
  const fromId = optionalWhole(params, 'fromId');
  const found =
    fromId === undefined
      ? market.trades.slice(-limit)
      : market.trades.filter(({ tradeId }) => tradeId >= fromId).slice(0, limit);
  return found.map(({ tradeId, price, qty, side, atUs }) => ({
    id: tradeId,
    price: price8(market, price),
    qty: qty8(market, qty),
    quoteQty: quoteText(market, price, qty),
    time: time(atUs),
    isBuyerMaker: side === 'sell',
    isBestMatch: true,
  }));
}

function aggregateTrades({ exchange, params, time }: CallContext): unknown {
  const market = exchange.byName(symbolOf(params));
  const limit = whole(params, 'limit', 500, MAX_ROWS);
  const fromId = optionalWhole(params, 'fromId');
  const [startUs, endUs] = range(params);
  const all = exchange.aggregates(market).kept;
  const found = all.filter(({ id, atUs }) =>
    fromId === undefined ? atUs >= startUs && atUs <= endUs : id >= fromId,
  );
  const isFromAStart = fromId !== undefined || params.has('startTime');
  return (isFromAStart ? found.slice(0, limit) : found.slice(-limit)).map((trade) => ({
    a: trade.id,
    p: price8(market, trade.price),
    q: qty8(market, trade.qty),
    f: trade.firstId,
    l: trade.lastId,
    T: time(trade.atUs),
    m: trade.isBuyerMaker,
    M: true,
  }));
}

/** `startTime` and `endTime`, both inclusive, in microseconds. */
export function range(params: Params): [TimeUs, TimeUs] {
  const us = (name: string, fallback: number): number => {
    const value = optionalWhole(params, name);
    if (value === undefined) return fallback;
    return value > 100_000_000_000_000 ? value : value * 1_000;
  };
  return [us('startTime', 0), us('endTime', Number.MAX_SAFE_INTEGER)];
}

function klines({ exchange, params, time }: CallContext): unknown {
  const market = exchange.byName(symbolOf(params));
  const interval = required(params, 'interval');
  const minutes = INTERVALS.get(interval);
  if (minutes === undefined) throw new BinanceProblem(-1120, 'Invalid interval.');
  const limit = whole(params, 'limit', 500, MAX_ROWS);
  const [startUs, endUs] = range(params);
  const found = exchange
    .bars(market)
    .of(minutes)
    .filter((bar) => bar.startUs >= startUs && bar.startUs <= endUs);
  return (params.has('startTime') ? found.slice(0, limit) : found.slice(-limit)).map((bar) =>
    klineRow(market, bar, minutes, time),
  );
}

function klineRow(market: Market, bar: Bar, minutes: number, time: (us: TimeUs) => number): unknown[] {
  return [
    time(bar.startUs),
    price8(market, bar.open),
    price8(market, bar.high),
    price8(market, bar.low),
    price8(market, bar.close),
    qty8(market, bar.volume),
    turnoverText(market, bar.turnover),
    time(bar.startUs + minutes * MINUTE_US) - 1,
    bar.trades,
    qty8(market, bar.takerBuyVolume),
    turnoverText(market, bar.takerBuyTurnover),
    '0',
  ];
}

function averagePrice({ exchange, params, time }: CallContext): unknown {
  const market = exchange.byName(symbolOf(params));
  return {
    mins: AVERAGE_MINUTES,
    price: amount8(averageOf(exchange, market)),
    closeTime: time(market.trades.at(-1)?.atUs ?? exchange.clock.nowUs()),
  };
}

/** Average price of the last five minutes by quantity; the last price where nothing traded. */
export function averageOf(exchange: BinanceExchange, market: Market): Decimal {
  const fromUs = exchange.clock.nowUs() - AVERAGE_MINUTES * MINUTE_US;
  const recent = market.trades.filter(({ atUs }) => atUs >= fromUs);
  const qty = recent.reduce((sum, trade) => sum + trade.qty, 0);
  const turnover = recent.reduce((sum, trade) => sum + trade.price * trade.qty, 0);
  const units = qty === 0 ? market.mid() : turnover / qty;
  return new Decimal(units).div(new Decimal(10).pow(market.pair.priceDecimals));
}

function bookTickerRow(market: Market): unknown {
  const bid = market.engine.bids.best();
  const ask = market.engine.asks.best();
  return {
    symbol: binancePair(market).name,
    bidPrice: price8(market, bid?.price ?? 0),
    bidQty: qty8(market, bid?.qty ?? 0),
    askPrice: price8(market, ask?.price ?? 0),
    askQty: qty8(market, ask?.qty ?? 0),
  };
}

/** Counts from the start of the exchange, not over 24 hours. */
function tickerRow(market: Market, { exchange, time }: CallContext): unknown {
  const { stats } = market;
  const change = stats.last - stats.open;
  const sign = change < 0 ? '-' : '';
  const nowUs = exchange.clock.nowUs();
  return {
    ...(bookTickerRow(market) as object),
    priceChange: sign + price8(market, Math.abs(change)),
    priceChangePercent: (stats.open === 0 ? 0 : (100 * change) / stats.open).toFixed(3),
    weightedAvgPrice: price8(market, stats.volume === 0 ? 0 : Math.round(stats.turnover / stats.volume)),
    prevClosePrice: price8(market, stats.open),
    lastPrice: price8(market, stats.last),
    lastQty: qty8(market, stats.lastQty),
    openPrice: price8(market, stats.open),
    highPrice: price8(market, stats.high),
    lowPrice: price8(market, stats.low),
    volume: qty8(market, stats.volume),
    quoteVolume: turnoverText(market, stats.turnover),
    openTime: time(nowUs - 86_400_000_000),
    closeTime: time(nowUs),
    firstId: stats.trades > 0 ? 1 : -1,
    lastId: stats.trades > 0 ? stats.trades : -1,
    count: stats.trades,
  };
}

function quoteText(market: Market, price: number, qty: number): string {
  const { pair } = market;
  return amount8(fromUnits(price, pair.priceDecimals).times(fromUnits(qty, pair.qtyDecimals)));
}

/** A sum of products of units, floating point: for display. */
function turnoverText({ pair }: Market, turnover: number): string {
  return amount8(new Decimal(turnover).div(new Decimal(10).pow(pair.priceDecimals + pair.qtyDecimals)));
}
