/** Coinbase's public REST calls (Advanced Trade, "Public Products"): products, books, trades, the time. */
import { fromUnits } from '../../../../domain/decimal.ts';
import { US_PER_MS, US_PER_SECOND } from '../../../../domain/time.ts';
import { priceText, qtyText } from '../../core/fixed-text.ts';
import type { Market } from '../../core/market.ts';
import type { BookSide } from '../../core/matching/book-side.ts';
import { badArgument } from './coinbase-problem.ts';
import type { CoinbaseExchange } from './coinbase-exchange.ts';
import { coinbasePair } from './pairs.ts';
import { timeText, tradeText } from './wire-text.ts';

/** Most levels a side, and trades, of one answer. */
const MOST_LEVELS = 500;
const MOST_TRADES = 500;

export function time(exchange: CoinbaseExchange): object {
  const nowUs = exchange.clock.nowUs();
  return {
    iso: timeText(nowUs),
    epochSeconds: String(Math.floor(nowUs / US_PER_SECOND)),
    epochMillis: String(Math.floor(nowUs / US_PER_MS)),
  };
}

/** All spot products; of others there is none. */
export function products(exchange: CoinbaseExchange, query: URLSearchParams): object {
  const isSpot = (query.get('product_type') ?? 'SPOT') === 'SPOT';
  const rows = isSpot ? exchange.markets.map(productText) : [];
  return { products: rows, num_products: rows.length };
}

export function productText(market: Market): object {
  const pair = coinbasePair(market);
  const { status } = market;
  const turnover = market.stats.turnover / 10 ** (pair.priceDecimals + pair.qtyDecimals);
  return {
    product_id: pair.productId,
    price: priceText(market, Math.round(market.mid())),
    price_percentage_change_24h: '0',
    volume_24h: (market.stats.volume / 10 ** pair.qtyDecimals).toFixed(pair.qtyDecimals),
    base_increment: pair.orderMin,
    quote_increment: pair.tickSize,
    price_increment: pair.tickSize,
    quote_min_size: pair.costMin,
    quote_max_size: '150000000',
    base_min_size: pair.orderMin,
    base_max_size: pair.maxQty,
    base_name: pair.base,
    quote_name: pair.quote,
    is_disabled: false,
    status: status === 'delisted' ? 'delisted' : 'online',
    cancel_only: status === 'cancel_only',
    limit_only: status === 'limit_only',
    post_only: status === 'post_only',
    trading_disabled: status === 'maintenance',
    auction_mode: false,
    product_type: 'SPOT',
    quote_currency_id: pair.quote,
    base_currency_id: pair.base,
    alias: '',
    alias_to: [],
    view_only: false,
    display_name: pair.productId,
    product_venue: 'CBE',
    approximate_quote_24h_volume: turnover.toFixed(2),
  };
}

export function productBook(exchange: CoinbaseExchange, query: URLSearchParams): object {
  const market = exchange.product(query.get('product_id') ?? '');
  const most = wholeOf(query, 'limit', MOST_LEVELS);
  const levels = (side: BookSide): object[] => {
    const rows: object[] = [];
    for (let rank = 0; rank < Math.min(most, side.depth); rank++) {
      const level = side.at(rank);
      if (level !== undefined)
        rows.push({ price: priceText(market, level.price), size: qtyText(market, level.qty) });
    }
    return rows;
  };
  return {
    pricebook: {
      product_id: coinbasePair(market).productId,
      bids: levels(market.engine.bids),
      asks: levels(market.engine.asks),
      time: timeText(exchange.clock.nowUs()),
    },
  };
}

/** The last trades, and the best prices. */
export function productTicker(exchange: CoinbaseExchange, id: string, query: URLSearchParams): object {
  const market = exchange.product(id);
  const most = wholeOf(query, 'limit', MOST_TRADES);
  const best = (side: BookSide): string => {
    const price = side.best()?.price;
    return price === undefined ? '' : fromUnits(price, market.pair.priceDecimals).toFixed();
  };
  const trades = market.trades.slice(-most).toReversed();
  return {
    trades: trades.map((trade) => tradeText(market, trade)),
    best_bid: best(market.engine.bids),
    best_ask: best(market.engine.asks),
  };
}

/** @throws CoinbaseProblem for a value that is no whole number from 1 on. */
export function wholeOf(query: URLSearchParams, name: string, most: number): number {
  const text = query.get(name);
  if (text === null) return most;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw badArgument(`${name} is not a whole number from 1 on`);
  return Math.min(Number(text), most);
}
