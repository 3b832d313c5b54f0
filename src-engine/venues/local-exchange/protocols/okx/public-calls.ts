/** OKX's public calls (OKX API v5, "Public data", "Market data", "Status"). */
import { Decimal } from '../../../../domain/decimal.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Market } from '../../core/market.ts';
import type { BookSide } from '../../core/matching/book-side.ts';
import { stepText } from '../../core/pair.ts';
import { badParameter } from './okx-problem.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { okxPair } from './pairs.ts';
import { msText } from './texts.ts';

export type Params = ReadonlyMap<string, string>;
type PublicCall = (exchange: OkxExchange, params: Params) => readonly unknown[];

export const PUBLIC_CALLS: Readonly<Record<string, PublicCall>> = {
  'GET /api/v5/public/time': ({ clock }) => [{ ts: msText(clock.nowUs()) }],
  'GET /api/v5/public/instruments': (exchange, params) => ofSpot(exchange, params).map(instrumentRow),
  'GET /api/v5/market/tickers': (exchange, params) =>
    ofSpot(exchange, params).map((one) => tickerRow(exchange, one)),
  'GET /api/v5/market/ticker': (exchange, params) => [tickerRow(exchange, named(exchange, params))],
  'GET /api/v5/market/books': books,
  'GET /api/v5/market/trades': trades,
  'GET /api/v5/system/status': systemStatus,
};

function named(exchange: OkxExchange, params: Params): Market {
  return exchange.named(params.get('instId') ?? '');
}

/** @throws OkxProblem 51000 for another market than the spot market. */
function ofSpot(exchange: OkxExchange, params: Params): readonly Market[] {
  if (params.get('instType') !== 'SPOT') throw badParameter('instType');
  return params.has('instId') ? [named(exchange, params)] : exchange.markets;
}

function instrumentRow(market: Market): object {
  const pair = okxPair(market);
  return {
    instType: 'SPOT',
    instId: pair.name,
    instIdCode: pair.code,
    groupId: '1',
    baseCcy: pair.base,
    quoteCcy: pair.quote,
    tickSz: pair.tickSize,
    lotSz: stepText(pair.qtyDecimals),
    minSz: pair.orderMin,
    maxLmtSz: '9999999999',
    maxMktSz: '1000000',
    maxLmtAmt: '20000000',
    maxMktAmt: '1000000',
    state: market.status === 'online' ? 'live' : 'suspend',
    ruleType: 'normal',
    category: '1',
    lever: '',
    ctType: '',
    listTime: '1606468572000',
    expTime: '',
    tradeQuoteCcyList: [pair.quote],
  };
}

/** Counts from the start of the exchange, not over 24 hours. */
export function tickerRow({ clock }: OkxExchange, market: Market): object {
  const { engine, stats, pair } = market;
  const [bid, ask] = [engine.bids.best(), engine.asks.best()];
  const scale = new Decimal(10).pow(pair.priceDecimals + pair.qtyDecimals);
  return {
    instType: 'SPOT',
    instId: okxPair(market).name,
    last: priceText(market, stats.last),
    lastSz: qtyText(market, stats.lastQty),
    bidPx: priceText(market, bid?.price ?? 0),
    bidSz: qtyText(market, bid?.qty ?? 0),
    askPx: priceText(market, ask?.price ?? 0),
    askSz: qtyText(market, ask?.qty ?? 0),
    open24h: priceText(market, stats.open),
    high24h: priceText(market, stats.high),
    low24h: priceText(market, stats.low),
    vol24h: qtyText(market, stats.volume),
    volCcy24h: new Decimal(stats.turnover).div(scale).toFixed(8),
    ts: msText(clock.nowUs()),
  };
}

function books(exchange: OkxExchange, params: Params): readonly unknown[] {
  const market = named(exchange, params);
  const depth = Math.min(400, Math.max(1, Number(params.get('sz') ?? 1) || 1));
  const { bids, asks } = market.engine;
  return [
    {
      asks: levels(market, asks, depth),
      bids: levels(market, bids, depth),
      ts: msText(exchange.clock.nowUs()),
    },
  ];
}

function levels(market: Market, side: BookSide, depth: number): string[][] {
  return Array.from({ length: Math.min(depth, side.depth) }, (_, rank) => {
    const level = side.at(rank);
    return [priceText(market, level?.price ?? 0), qtyText(market, level?.qty ?? 0), '0', '1'];
  });
}

function trades(exchange: OkxExchange, params: Params): readonly unknown[] {
  const market = named(exchange, params);
  return market.trades
    .slice(-100)
    .toReversed()
    .map(({ tradeId, price, qty, side, atUs }) => ({
      instId: okxPair(market).name,
      tradeId: String(tradeId),
      px: priceText(market, price),
      sz: qtyText(market, qty),
      side,
      ts: msText(atUs),
    }));
}

function systemStatus({ faults, clock }: OkxExchange): readonly unknown[] {
  if (faults.systemStatus !== 'maintenance') return [];
  const begin = msText(clock.nowUs());
  const title = 'Maintenance of the simulated exchange';
  return [
    {
      title,
      state: 'ongoing',
      begin,
      end: '',
      serviceType: '5',
      env: '1',
      system: 'unified',
      maintType: '2',
    },
  ];
}
