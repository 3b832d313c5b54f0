/** Frames of the public channels but for the book: instrument, ticker, trade, status. */
import { fromUnits } from '../../../../../domain/decimal.ts';
import { formatTimeUs, type TimeUs } from '../../../../../domain/time.ts';
import type { SystemStatus } from '../../../core/faults.ts';
import type { Market, PublicTrade } from '../../../core/market.ts';
import { ASSETS } from '../pairs.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';

/** First frame of every connection; `simulated` marks the local exchange and is not a field of Kraken's. */
export function statusFrame(system: SystemStatus, connectionId: number): string {
  return (
    `{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"${system}",` +
    `"api_version":"v2","connection_id":${connectionId},"simulated":true}]}`
  );
}

export const HEARTBEAT_FRAME = '{"channel":"heartbeat"}';

function pairText(market: Market): string {
  const { pair } = market;
  const qtyStep = fromUnits(1, pair.qtyDecimals).toFixed();
  return (
    `{"symbol":"${pair.symbol}","base":"${pair.base}","quote":"${pair.quote}","status":"${market.status}",` +
    `"qty_precision":${pair.qtyDecimals},"qty_increment":${qtyStep},"price_precision":${pair.priceDecimals},` +
    `"cost_precision":${pair.costDecimals},"marginable":false,"has_index":true,"cost_min":${pair.costMin},` +
    `"tick_size":${pair.tickSize},"price_increment":${pair.tickSize},"qty_min":${pair.orderMin}}`
  );
}

/** All assets and pairs. */
export function instrumentSnapshot(markets: readonly Market[]): string {
  const used = new Set(markets.flatMap(({ pair }) => [pair.base, pair.quote]));
  const assets = [...ASSETS.values()]
    .filter((asset) => used.has(asset.code))
    .map(
      (asset) =>
        `{"id":"${asset.code}","status":"enabled","precision":${asset.decimals},` +
        `"precision_display":${asset.displayDecimals},"borrowable":false,"collateral_value":0.00}`,
    );
  const pairs = markets.map(pairText);
  return `{"channel":"instrument","type":"snapshot","data":{"assets":[${assets.join(',')}],"pairs":[${pairs.join(',')}]}}`;
}

export function instrumentUpdate(market: Market): string {
  return `{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[${pairText(market)}]}}`;
}

/** Volume, high, low and change count from the start of the exchange, not over 24 hours. */
export function tickerFrame(type: 'snapshot' | 'update', market: Market, atUs: TimeUs): string {
  const { stats, engine, pair } = market;
  const bid = engine.bids.best();
  const ask = engine.asks.best();
  const price = (units: number): string => priceText(market, Math.round(units));
  const vwap = stats.volume === 0 ? stats.last : stats.turnover / stats.volume;
  const change = stats.last - stats.open;
  const changePercent = stats.open === 0 ? 0 : (100 * change) / stats.open;
  const sign = change < 0 ? '-' : '';
  return (
    `{"channel":"ticker","type":"${type}","data":[{"symbol":"${pair.symbol}",` +
    `"bid":${price(bid?.price ?? 0)},"bid_qty":${qtyText(market, bid?.qty ?? 0)},` +
    `"ask":${price(ask?.price ?? 0)},"ask_qty":${qtyText(market, ask?.qty ?? 0)},` +
    `"last":${price(stats.last)},"volume":${qtyText(market, stats.volume)},"vwap":${price(vwap)},` +
    `"low":${price(stats.low)},"high":${price(stats.high)},"change":${sign}${price(Math.abs(change))},` +
    `"change_pct":${changePercent.toFixed(2)},"trades":${stats.trades},"timestamp":"${formatTimeUs(atUs)}"}]}`
  );
}

export function tradeFrame(
  type: 'snapshot' | 'update',
  market: Market,
  trades: readonly PublicTrade[],
): string {
  const items = trades.map(
    (trade) =>
      `{"symbol":"${market.pair.symbol}","side":"${trade.side}","price":${priceText(market, trade.price)},` +
      `"qty":${qtyText(market, trade.qty)},"ord_type":"${trade.isMarket ? 'market' : 'limit'}",` +
      `"trade_id":${trade.tradeId},"timestamp":"${formatTimeUs(trade.atUs)}"}`,
  );
  return `{"channel":"trade","type":"${type}","data":[${items.join(',')}]}`;
}
