/** Kraken's public REST endpoints: docs.kraken.com, Spot REST, "Market Data". */
import { formatTimeUs } from '../../../../../domain/time.ts';
import type { KrakenExchange } from '../kraken-exchange.ts';
import type { Market } from '../../../core/market.ts';
import type { BookSide } from '../../../core/matching/book-side.ts';
import { ASSETS, assetInfo, krakenPair } from '../pairs.ts';
import { INVALID_ARGUMENTS, VenueError } from '../venue-error.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';

export type Query = Readonly<Record<string, string | undefined>>;
type Endpoint = (core: KrakenExchange, query: Query) => unknown;

/** Deepest `Depth` answer and longest `Trades` answer. */
const MAX_DEPTH = 500;
const MAX_TRADES = 1_000;

export const PUBLIC_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  Time(core) {
    const unixtime = Math.floor(core.clock.nowUs() / 1_000_000);
    return { unixtime, rfc1123: rfc1123(unixtime) };
  },

  SystemStatus(core) {
    return {
      status: core.faults.systemStatus,
      timestamp: `${formatTimeUs(core.clock.nowUs()).slice(0, 19)}Z`,
      simulated: true,
    };
  },

  Assets(core) {
    const used = new Set(core.markets.flatMap(({ pair }) => [pair.base, pair.quote]));
    const known = [...ASSETS.values()].filter((asset) => used.has(asset.code));
    return Object.fromEntries(
      known.map((asset) => [
        asset.restName,
        {
          aclass: 'currency',
          altname: asset.altName,
          decimals: asset.decimals,
          display_decimals: asset.displayDecimals,
          status: 'enabled',
        },
      ]),
    );
  },

  AssetPairs(core, query) {
    return Object.fromEntries(
      chosen(core, query).map((market) => [krakenPair(market).restName, pairAnswer(market, core.listsFees)]),
    );
  },

  Ticker(core, query) {
    return Object.fromEntries(
      chosen(core, query).map((market) => [krakenPair(market).restName, tickerAnswer(market)]),
    );
  },

  Depth(core, query) {
    const market = core.market(query['pair'] ?? '');
    const count = boundedCount(query['count'], 100, MAX_DEPTH);
    const seconds = Math.floor(core.clock.nowUs() / 1_000_000);
    const { asks, bids } = market.engine;
    return {
      [krakenPair(market).restName]: {
        asks: levels(market, asks, count, seconds),
        bids: levels(market, bids, count, seconds),
      },
    };
  },

  Trades(core, query) {
    const market = core.market(query['pair'] ?? '');
    const since = query['since'] ?? '0';
    if (!/^\d{1,20}$/.test(since)) throw new VenueError(`${INVALID_ARGUMENTS}:since`);
    // Nanoseconds, or seconds as the oldest clients send them.
    const sinceUs = since.length > 12 ? Number(BigInt(since) / 1_000n) : Number(since) * 1_000_000;
    const count = boundedCount(query['count'], MAX_TRADES, MAX_TRADES);
    const trades = market.trades.filter((trade) => trade.atUs > sinceUs).slice(0, count);
    return {
      [krakenPair(market).restName]: trades.map((trade) => [
        priceText(market, trade.price),
        qtyText(market, trade.qty),
        trade.atUs / 1_000_000,
        trade.side === 'buy' ? 'b' : 's',
        trade.isMarket ? 'm' : 'l',
        '',
        trade.tradeId,
      ]),
      last: `${trades.at(-1)?.atUs ?? sinceUs}000`,
    };
  },
};

function boundedCount(text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw new VenueError(`${INVALID_ARGUMENTS}:count`);
  return Math.min(Number(text), max);
}

/** The pairs that `pair` names, separated by commas; all without it. */
function chosen(core: KrakenExchange, query: Query): readonly Market[] {
  const names = query['pair'];
  return names === undefined ? core.markets : names.split(',').map((name) => core.market(name));
}

/** The fees in force, as the single tier of the schedule; none where they are an account's to ask for. */
function pairAnswer(market: Market, listsFees: boolean): unknown {
  const pair = krakenPair(market);
  return {
    altname: pair.altName,
    wsname: pair.wsName,
    aclass_base: 'currency',
    base: assetInfo(pair.base).restName,
    aclass_quote: 'currency',
    quote: assetInfo(pair.quote).restName,
    lot: 'unit',
    cost_decimals: pair.costDecimals,
    pair_decimals: pair.priceDecimals,
    lot_decimals: pair.qtyDecimals,
    lot_multiplier: 1,
    leverage_buy: [],
    leverage_sell: [],
    fees: listsFees ? [[0, market.takerFee.times(100).toNumber()]] : [],
    fees_maker: listsFees ? [[0, market.makerFee.times(100).toNumber()]] : [],
    fee_volume_currency: 'ZUSD',
    margin_call: 80,
    margin_stop: 40,
    ordermin: pair.orderMin,
    costmin: pair.costMin,
    tick_size: pair.tickSize,
    execution_venue: 'international',
    status: market.status,
  };
}

function twice<T>(value: T): [T, T] {
  return [value, value];
}

/** "Today" and "24 hours" both count from the start of the exchange. */
function tickerAnswer(market: Market): unknown {
  const { stats, engine } = market;
  const best = (side: BookSide): string[] => {
    const level = side.best();
    const qty = qtyText(market, level?.qty ?? 0);
    return [priceText(market, level?.price ?? 0), String(Math.trunc(Number(qty))), qty];
  };
  const vwap = stats.volume === 0 ? 0 : Math.round(stats.turnover / stats.volume);
  return {
    a: best(engine.asks),
    b: best(engine.bids),
    c: [priceText(market, stats.last), qtyText(market, stats.lastQty)],
    v: twice(qtyText(market, stats.volume)),
    p: twice(priceText(market, vwap)),
    t: twice(stats.trades),
    l: twice(priceText(market, stats.low)),
    h: twice(priceText(market, stats.high)),
    o: priceText(market, stats.open),
  };
}

function levels(market: Market, side: BookSide, count: number, seconds: number): unknown[] {
  const rows: unknown[] = [];
  for (let rank = 0; rank < count; rank++) {
    const level = side.at(rank);
    if (level === undefined) break;
    rows.push([priceText(market, level.price), qtyText(market, level.qty), seconds]);
  }
  return rows;
}

/** `Sun, 21 Mar 21 14:23:14 +0000`. */
function rfc1123(unixtime: number): string {
  const text = new globalThis.Date(unixtime * 1_000).toUTCString();
  return `${text.slice(0, 12)}${text.slice(14, 25)} +0000`;
}
