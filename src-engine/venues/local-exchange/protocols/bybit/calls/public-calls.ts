/** Bybit's public calls (Bybit v5, "Market" and "System Status"). */
import { Decimal } from '../../../../../domain/decimal.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';
import type { Market } from '../../../core/market.ts';
import type { BookSide } from '../../../core/matching/book-side.ts';
import { stepText } from '../../../core/pair.ts';
import { msText } from '../order-texts.ts';
import { bybitPair } from '../pairs.ts';
import { optional, required, requireSpot, whole } from '../params.ts';
import type { PublicCall, PublicContext } from './call.ts';

const MAX_LEVELS = 200;
const MAX_TRADES = 60;

export const PUBLIC_CALLS: readonly PublicCall[] = [
  {
    rest: 'GET /v5/market/time',
    run({ exchange }) {
      const nowUs = exchange.clock.nowUs();
      return { timeSecond: String(Math.floor(nowUs / 1_000_000)), timeNano: `${Math.trunc(nowUs)}000` };
    },
  },
  { rest: 'GET /v5/system/status', run: systemStatus },
  { rest: 'GET /v5/market/instruments-info', run: instrumentsInfo },
  { rest: 'GET /v5/market/tickers', run: tickers },
  { rest: 'GET /v5/market/orderbook', run: orderbook },
  { rest: 'GET /v5/market/recent-trade', run: recentTrades },
];

/** One row while maintenance goes on; product 2 is the spot market, environment 1 the production. */
function systemStatus({ exchange }: PublicContext): object {
  const isDown = exchange.faults.systemStatus === 'maintenance';
  const begin = msText(exchange.clock.nowUs());
  const row = {
    id: 'maintenance-of-the-local-exchange',
    title: 'Maintenance of the simulated exchange',
    state: 'ongoing',
    begin,
    end: '',
    href: '',
    serviceTypes: [2, 3, 4, 5],
    product: [2],
    uidSuffix: [],
    maintainType: 1,
    env: 1,
  };
  return { list: isDown ? [row] : [] };
}

function asked({ exchange, params }: PublicContext): readonly Market[] {
  requireSpot(params);
  const symbol = optional(params, 'symbol');
  return symbol === undefined ? exchange.markets : [exchange.byName(symbol)];
}

function instrumentsInfo(context: PublicContext): object {
  return { category: 'spot', nextPageCursor: '', list: asked(context).map(instrumentRow) };
}

function instrumentRow(market: Market): object {
  const pair = bybitPair(market);
  return {
    symbol: pair.name,
    baseCoin: pair.base,
    quoteCoin: pair.quote,
    innovation: '0',
    symbolType: '',
    // The spot market lists nothing but what trades.
    status: market.status === 'online' ? 'Trading' : 'PreLaunch',
    marginTrading: 'none',
    stTag: '0',
    lotSizeFilter: {
      basePrecision: stepText(pair.qtyDecimals),
      quotePrecision: stepText(pair.qtyDecimals + pair.priceDecimals),
      minOrderQty: stepText(pair.qtyDecimals),
      maxOrderQty: pair.maxQty,
      minOrderAmt: pair.costMin,
      maxOrderAmt: '8000000',
      maxLimitOrderQty: pair.maxQty,
      maxMarketOrderQty: pair.maxQty,
      postOnlyMaxLimitOrderSize: pair.maxQty,
    },
    priceFilter: { tickSize: pair.tickSize },
    riskParameters: { priceLimitRatioX: '0.05', priceLimitRatioY: '0.05' },
  };
}

function tickers(context: PublicContext): object {
  return { category: 'spot', list: asked(context).map(tickerRow) };
}

/** Counts from the start of the exchange, not over 24 hours. */
export function tickerRow(market: Market): object {
  const { engine, stats, pair } = market;
  const bid = engine.bids.best();
  const ask = engine.asks.best();
  const scale = new Decimal(10).pow(pair.priceDecimals + pair.qtyDecimals);
  const change = stats.open === 0 ? 0 : (stats.last - stats.open) / stats.open;
  return {
    symbol: bybitPair(market).name,
    bid1Price: bid === undefined ? '' : priceText(market, bid.price),
    bid1Size: bid === undefined ? '' : qtyText(market, bid.qty),
    ask1Price: ask === undefined ? '' : priceText(market, ask.price),
    ask1Size: ask === undefined ? '' : qtyText(market, ask.qty),
    lastPrice: priceText(market, stats.last),
    prevPrice24h: priceText(market, stats.open),
    price24hPcnt: change.toFixed(4),
    highPrice24h: priceText(market, stats.high),
    lowPrice24h: priceText(market, stats.low),
    turnover24h: new Decimal(stats.turnover).div(scale).toFixed(8),
    volume24h: qtyText(market, stats.volume),
    usdIndexPrice: '',
  };
}

function orderbook({ exchange, params }: PublicContext): object {
  requireSpot(params);
  const market = exchange.byName(required(params, 'symbol'));
  const limit = Math.max(1, whole(params, 'limit', 1, MAX_LEVELS));
  const { bids, asks } = market.engine;
  const ts = Math.floor(exchange.clock.nowUs() / 1_000);
  return {
    s: bybitPair(market).name,
    b: levels(market, bids, limit),
    a: levels(market, asks, limit),
    ts,
    u: exchange.sequence,
    seq: exchange.sequence,
    cts: ts,
  };
}

function levels(market: Market, side: BookSide, depth: number): [string, string][] {
  return Array.from({ length: Math.min(depth, side.depth) }, (_, rank) => {
    const level = side.at(rank);
    return [priceText(market, level?.price ?? 0), qtyText(market, level?.qty ?? 0)];
  });
}

function recentTrades({ exchange, params }: PublicContext): object {
  requireSpot(params);
  const market = exchange.byName(required(params, 'symbol'));
  const trades = market.trades.slice(-whole(params, 'limit', MAX_TRADES, MAX_TRADES)).toReversed();
  return {
    category: 'spot',
    list: trades.map((trade) => ({
      execId: String(trade.tradeId),
      symbol: bybitPair(market).name,
      price: priceText(market, trade.price),
      size: qtyText(market, trade.qty),
      side: trade.side === 'buy' ? 'Buy' : 'Sell',
      time: msText(trade.atUs),
      isBlockTrade: false,
      isRPITrade: false,
    })),
  };
}
