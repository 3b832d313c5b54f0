/**
 * The way to bring a coin back without a transfer: it is bought where it is short, with a coin that lies there, and sold where it is plenty
 * for that same coin. What it costs is read from the books, level by level, fees included. Floating point: an estimate for a person.
 */
import { ladderOf } from '../books/ladder.ts';
import type { BookSync } from '../books/book-sync.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { assetName } from '../domain/venue-asset.ts';

export type ReverseRoute = {
  /** The coin that goes the other way. */
  readonly through: Asset;
  /** What it loses of what it spends; below zero: it earns. */
  readonly costBps: number;
};

export type ReverseMarket = {
  readonly instruments: readonly Instrument[];
  readonly syncs: readonly BookSync[];
  free(asset: Asset): number;
};

/** The cheapest one for `amount` of a coin; undefined: no pair of live books is deep enough, or nothing that pays for it lies there. */
export function cheapestReverse(
  market: ReverseMarket,
  coin: Asset,
  amount: number,
  from: VenueName,
  to: VenueName,
): ReverseRoute | undefined {
  let cheapest: ReverseRoute | undefined;
  for (const bought of market.instruments) {
    const paid = bought.venue === to ? otherOf(bought, coin) : undefined;
    if (paid === undefined) continue;
    const price = priceOf(market, bought, coin, amount);
    if (price === undefined || price > market.free(paid)) continue;
    for (const sold of market.instruments) {
      const got = sold.venue === from ? otherOf(sold, coin) : undefined;
      if (got === undefined || assetName(got) !== assetName(paid)) continue;
      const proceeds = proceedsOf(market, sold, coin, amount);
      if (proceeds === undefined) continue;
      const costBps = (1 - proceeds / price) * 10_000;
      if (cheapest === undefined || costBps < cheapest.costBps)
        cheapest = { through: assetName(paid), costBps };
    }
  }
  return cheapest;
}

/** The other asset of a pair that has the coin; undefined: it has not. */
function otherOf({ base, quote }: Instrument, coin: Asset): Asset | undefined {
  if (assetName(base) === coin) return quote;
  return assetName(quote) === coin ? base : undefined;
}

/** What `amount` of the coin costs in the pair's other asset. */
function priceOf(market: ReverseMarket, pair: Instrument, coin: Asset, amount: number): number | undefined {
  const fee = pair.takerFee?.toNumber();
  if (fee === undefined) return undefined;
  const fixed = pair.orderCost?.toNumber() ?? 0;
  if (assetName(pair.base) !== coin) return baseAlong(market, pair, (amount + fixed) / (1 - fee), 'bid');
  const notional = quoteFor(market, pair, amount, 'ask');
  return notional === undefined ? undefined : notional * (1 + fee) + fixed;
}

/** What `amount` of the coin brings in the pair's other asset. */
function proceedsOf(
  market: ReverseMarket,
  pair: Instrument,
  coin: Asset,
  amount: number,
): number | undefined {
  const fee = pair.takerFee?.toNumber();
  if (fee === undefined) return undefined;
  const fixed = pair.orderCost?.toNumber() ?? 0;
  if (assetName(pair.base) !== coin)
    return amount > fixed ? baseAlong(market, pair, (amount - fixed) / (1 + fee), 'ask') : undefined;
  const notional = quoteFor(market, pair, amount, 'bid');
  return notional === undefined ? undefined : Math.max(0, notional * (1 - fee) - fixed);
}

type Level = { readonly price: number; readonly qty: number };

function* levels({ syncs }: ReverseMarket, pair: Instrument, side: 'bid' | 'ask'): Generator<Level> {
  const sync = syncs[pair.id];
  if (sync?.state !== 'live' || pair.stoppedFor !== '') return;
  const { prices, qtys, count } = ladderOf(side === 'bid' ? 'sell' : 'buy', sync.book);
  for (let k = 0; k < count; k++)
    yield {
      price: (prices[k] as number) * 10 ** -pair.priceDecimals,
      qty: (qtys[k] as number) * 10 ** -pair.qtyDecimals,
    };
}

/** Quote for `qty` of base down one side. */
function quoteFor(market: ReverseMarket, pair: Instrument, qty: number, side: 'bid' | 'ask') {
  let [left, total] = [qty, 0];
  for (const level of levels(market, pair, side)) {
    const taken = Math.min(left, level.qty);
    total += taken * level.price;
    left -= taken;
    if (left <= 0) return total;
  }
  return undefined;
}

/** Base that goes for `notional` of quote along one side: sold down the bids, or bought up the asks. */
function baseAlong(market: ReverseMarket, pair: Instrument, notional: number, side: 'bid' | 'ask') {
  let [left, total] = [notional, 0];
  for (const { price, qty } of levels(market, pair, side)) {
    const taken = Math.min(left, qty * price);
    total += taken / price;
    left -= taken;
    if (left <= 0) return total;
  }
  return undefined;
}
