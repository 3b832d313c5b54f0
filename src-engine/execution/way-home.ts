/** Where a holding that a failed leg left behind is best sent: the route home that yields most at the books. */
import type { OrderBook } from '../books/order-book.ts';
import { buyRate, type Geometry, sellRate } from '../detection/costs.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';

/** Longest way home: as long as the cycles that are traded. */
const MAX_HOPS = 3;

export type TradableBooks = {
  readonly instruments: readonly Instrument[];
  readonly books: readonly OrderBook[];
  readonly geometries: readonly Geometry[];
  /** True when the book may be traded on now. */
  isLive(instrumentId: number): boolean;
};

/** Every asset's instruments: what a walk through the pairs goes by. */
export type PairsByAsset = ReadonlyMap<Asset, readonly Instrument[]>;

export function pairsByAsset(instruments: readonly Instrument[]): PairsByAsset {
  const pairs = new Map<Asset, Instrument[]>();
  for (const instrument of instruments) {
    for (const asset of [instrument.base, instrument.quote]) {
      const list = pairs.get(asset);
      if (list === undefined) pairs.set(asset, [instrument]);
      else list.push(instrument);
    }
  }
  return pairs;
}

/** Output per unit of input of one leg at the best price, net of fee; 0 when it cannot be traded. */
export function legRate(market: TradableBooks, leg: Leg): number {
  const book = market.books[leg.instrumentId];
  const geometry = market.geometries[leg.instrumentId];
  if (book === undefined || geometry === undefined) return 0;
  if (!geometry.tradable || !market.isLive(leg.instrumentId) || book.isCrossed) return 0;
  if (leg.side === 'sell') return book.bidCount > 0 ? sellRate(geometry, book.bidPrices[0] as number) : 0;
  return book.askCount > 0 ? buyRate(geometry, book.askPrices[0] as number) : 0;
}

/**
 * The legs that turn `from` into `to` with the greatest yield, at most three, or undefined when there is no
 * live way. Completing the cycle, reversing its last leg and going straight home are all among the ways tried.
 * @param avoid instruments that no leg may use. @param takes whether the amount in hand makes an order of a first leg.
 */
export function cheapestWayHome(
  market: TradableBooks,
  pairs: PairsByAsset,
  from: Asset,
  to: Asset,
  avoid: readonly InstrumentId[],
  takes: (leg: Leg) => boolean,
): Leg[] | undefined {
  let best: Leg[] | undefined;
  let bestYield = 0;
  const walk = (asset: Asset, path: readonly Leg[], visited: readonly Asset[], yielded: number): void => {
    const isLastHop = path.length + 1 === MAX_HOPS;
    for (const instrument of pairs.get(asset) ?? []) {
      const sells = instrument.base === asset;
      const next = sells ? instrument.quote : instrument.base;
      if ((isLastHop && next !== to) || visited.includes(next) || avoid.includes(instrument.id)) continue;
      const leg: Leg = { instrumentId: instrument.id, side: sells ? 'sell' : 'buy' };
      const total = yielded * legRate(market, leg);
      if (total <= 0 || (path.length === 0 && !takes(leg))) continue;
      if (next === to) {
        if (total > bestYield) {
          bestYield = total;
          best = [...path, leg];
        }
      } else walk(next, [...path, leg], [...visited, next], total);
    }
  };
  walk(from, [], [from], 1);
  return best;
}
