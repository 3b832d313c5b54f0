/** KuCoin's public calls (KuCoin, "Market Data"). */
import { Decimal } from '../../../../domain/decimal.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Market } from '../../core/market.ts';
import type { BookSide } from '../../core/matching/book-side.ts';
import { stepText } from '../../core/pair.ts';
import { badParameter } from './kucoin-problem.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { kucoinPair } from './pairs.ts';
import { ms } from './texts.ts';

export type Params = ReadonlyMap<string, string>;
export type PublicContext = {
  readonly exchange: KucoinExchange;
  readonly params: Params;
  /** Address of the connections. */
  readonly endpoint: string;
};

const PING_MS = 18_000;

export const PUBLIC_CALLS: Readonly<Record<string, (context: PublicContext) => unknown>> = {
  'GET /api/v1/timestamp': ({ exchange }) => ms(exchange.clock.nowUs()),
  'GET /api/v1/status': ({ exchange: { faults } }) => ({
    status:
      faults.systemStatus === 'maintenance'
        ? 'close'
        : faults.systemStatus === 'cancel_only'
          ? 'cancelonly'
          : 'open',
    msg: '',
  }),
  'GET /api/v2/symbols': ({ exchange }) => exchange.markets.map(symbolRow),
  'GET /api/v1/market/allTickers': ({ exchange }) => ({
    time: ms(exchange.clock.nowUs()),
    ticker: exchange.markets.map((market) => statsRow(exchange, market)),
  }),
  'GET /api/v1/market/stats': (context) => statsRow(context.exchange, named(context)),
  'GET /api/v1/market/orderbook/level1': (context) => tickerRow(context.exchange, named(context)),
  'GET /api/v1/market/orderbook/level2_20': (context) => bookRow(context.exchange, named(context), 20),
  'GET /api/v1/market/orderbook/level2_100': (context) => bookRow(context.exchange, named(context), 100),
  'GET /api/v1/market/histories': (context) =>
    named(context)
      .trades.slice(-100)
      .toReversed()
      .map(({ tradeId, price, qty, side, atUs }) => ({
        sequence: String(tradeId),
        price: priceText(named(context), price),
        size: qtyText(named(context), qty),
        side,
        time: atUs * 1_000,
      })),
  'POST /api/v1/bullet-public': ({ exchange, endpoint }) => ticket(exchange.newToken(), endpoint),
};

/** A token, and where it is good. */
export function ticket(token: string, endpoint: string): object {
  const server = {
    endpoint,
    encrypt: false,
    protocol: 'websocket',
    pingInterval: PING_MS,
    pingTimeout: 10_000,
  };
  return { token, instanceServers: [server] };
}

function named({ exchange, params }: PublicContext): Market {
  const name = params.get('symbol');
  if (name === undefined) throw badParameter('symbol is required');
  return exchange.named(name);
}

function symbolRow(market: Market): object {
  const pair = kucoinPair(market);
  return {
    symbol: pair.name,
    name: pair.name,
    baseCurrency: pair.base,
    quoteCurrency: pair.quote,
    feeCurrency: pair.quote,
    market: 'USDS',
    baseMinSize: pair.orderMin,
    quoteMinSize: pair.costMin,
    baseMaxSize: '10000000000',
    quoteMaxSize: '99999999',
    baseIncrement: stepText(pair.qtyDecimals),
    quoteIncrement: stepText(pair.priceDecimals),
    priceIncrement: pair.tickSize,
    priceLimitRate: '0.1',
    minFunds: pair.costMin,
    isMarginEnabled: false,
    enableTrading: market.status === 'online',
    feeCategory: 1,
    makerFeeCoefficient: '1.00',
    takerFeeCoefficient: '1.00',
    st: false,
    callauctionIsEnabled: false,
  };
}

/** Counts from the start of the exchange, not over 24 hours. */
function statsRow({ clock }: KucoinExchange, market: Market): object {
  const { engine, stats, pair } = market;
  const scale = new Decimal(10).pow(pair.priceDecimals + pair.qtyDecimals);
  return {
    time: ms(clock.nowUs()),
    symbol: kucoinPair(market).name,
    symbolName: kucoinPair(market).name,
    buy: priceText(market, engine.bids.best()?.price ?? 0),
    sell: priceText(market, engine.asks.best()?.price ?? 0),
    changeRate: '0',
    changePrice: '0',
    high: priceText(market, stats.high),
    low: priceText(market, stats.low),
    vol: qtyText(market, stats.volume),
    volValue: new Decimal(stats.turnover).div(scale).toFixed(8),
    last: priceText(market, stats.last),
    averagePrice: null,
    takerFeeRate: market.takerFee.toFixed(),
    makerFeeRate: market.makerFee.toFixed(),
    takerCoefficient: '1',
    makerCoefficient: '1',
  };
}

export function tickerRow(exchange: KucoinExchange, market: Market): object {
  const { engine, stats } = market;
  const [bid, ask] = [engine.bids.best(), engine.asks.best()];
  return {
    sequence: String(exchange.sequence(market)),
    price: priceText(market, stats.last),
    size: qtyText(market, stats.lastQty),
    bestBid: priceText(market, bid?.price ?? 0),
    bestBidSize: qtyText(market, bid?.qty ?? 0),
    bestAsk: priceText(market, ask?.price ?? 0),
    bestAskSize: qtyText(market, ask?.qty ?? 0),
    time: ms(exchange.clock.nowUs()),
  };
}

/** The best levels, or all of them. */
export function bookRow(exchange: KucoinExchange, market: Market, depth = Number.POSITIVE_INFINITY): object {
  const { bids, asks } = market.engine;
  return {
    time: ms(exchange.clock.nowUs()),
    sequence: String(exchange.sequence(market)),
    bids: levels(market, bids, depth),
    asks: levels(market, asks, depth),
  };
}

function levels(market: Market, side: BookSide, depth: number): string[][] {
  return Array.from({ length: Math.min(depth, side.depth) }, (_, rank) => {
    const level = side.at(rank);
    return [priceText(market, level?.price ?? 0), qtyText(market, level?.qty ?? 0)];
  });
}
