/** `exchangeInfo` (spot API, "Exchange information" and "Filters"). */
import type { Market } from '../../../core/market.ts';
import { BinanceProblem } from '../binance-problem.ts';
import { type BinancePair, binancePair } from '../pairs.ts';
import { optional } from '../params.ts';
import { text8 } from '../wire-text.ts';
import type { CallContext } from './call.ts';

/** Bounds that every pair has. */
export const MAX_PRICE = '1000000';
export const MAX_OPEN_ORDERS = 200;
export const MAX_NOTIONAL = '9000000';
/** A limit price may be this many times the average of the last minutes, or a fifth of it. */
export const PRICE_MULTIPLIER = { up: 5, down: 0.2 } as const;
export const AVERAGE_MINUTES = 5;

export function exchangeInfo({ exchange, params, time }: CallContext): unknown {
  const symbol = optional(params, 'symbol');
  const symbols = optional(params, 'symbols');
  if (symbol !== undefined && symbols !== undefined) {
    throw new BinanceProblem(-1128, 'Combination of optional parameters invalid.');
  }
  const names = symbol !== undefined ? [symbol] : symbols === undefined ? undefined : listed(symbols);
  const markets = names?.map((name) => exchange.byName(name)) ?? exchange.markets;
  const { weightPerMinute, requestsInFiveMinutes, orderLimits } = exchange.dialect;
  const isDown = exchange.faults.systemStatus === 'maintenance';
  return {
    timezone: 'UTC',
    serverTime: time(exchange.clock.nowUs()),
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
      ...orderLimits.map(({ interval, intervalNum, limit }) => ({
        rateLimitType: 'ORDERS',
        interval,
        intervalNum,
        limit,
      })),
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: requestsInFiveMinutes },
    ],
    exchangeFilters: [],
    symbols: markets.map((market) => symbolRow(market, isDown)),
  };
}

/** `["BTCUSDT","ETHUSDT"]` */
function listed(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new BinanceProblem(-1135, "JSON sent for parameter 'symbols' is not valid");
  }
  if (new Set(value).size < value.length) {
    throw new BinanceProblem(-1151, 'Symbol is present multiple times in the list.');
  }
  return value;
}

/** Status of a symbol (spot API, "Symbol status"). */
export function statusText(market: Market, isDown: boolean): string {
  if (isDown) return 'BREAK';
  if (market.status === 'online') return 'TRADING';
  return market.status === 'cancel_only' ? 'CANCEL_ONLY' : 'HALT';
}

function symbolRow(market: Market, isDown: boolean): unknown {
  const pair = binancePair(market);
  return {
    symbol: pair.name,
    status: statusText(market, isDown),
    baseAsset: pair.base,
    baseAssetPrecision: 8,
    quoteAsset: pair.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filters(pair),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_TAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER'],
  };
}

function filters(pair: BinancePair): unknown[] {
  const { up, down } = PRICE_MULTIPLIER;
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: text8(pair.tickSize),
      maxPrice: text8(MAX_PRICE),
      tickSize: text8(pair.tickSize),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: text8(pair.orderMin),
      maxQty: text8(pair.maxQty),
      stepSize: text8(pair.orderMin),
    },
    { filterType: 'ICEBERG_PARTS', limit: 10 },
    // A step of 0 means that the one of LOT_SIZE holds.
    { filterType: 'MARKET_LOT_SIZE', minQty: text8('0'), maxQty: text8(pair.maxQty), stepSize: text8('0') },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: String(up),
      bidMultiplierDown: String(down),
      askMultiplierUp: String(up),
      askMultiplierDown: String(down),
      avgPriceMins: AVERAGE_MINUTES,
    },
    notionalFilter(pair),
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: MAX_OPEN_ORDERS },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
  ];
}

function notionalFilter({ costMin, hasOldFilter }: BinancePair): object {
  const common = { minNotional: text8(costMin), avgPriceMins: AVERAGE_MINUTES };
  if (hasOldFilter) return { filterType: 'MIN_NOTIONAL', ...common, applyToMarket: true };
  const bounds = { applyMinToMarket: true, maxNotional: text8(MAX_NOTIONAL), applyMaxToMarket: false };
  return { filterType: 'NOTIONAL', ...common, ...bounds };
}
