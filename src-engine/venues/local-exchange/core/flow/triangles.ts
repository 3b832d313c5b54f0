import type { Asset } from '../../../../domain/ids.ts';
import type { Side } from '../../../../domain/order.ts';
import type { Market } from '../market.ts';

export type TriangleLeg = { readonly market: Market; readonly side: Side };
/** A closed walk over three pairs, in one direction. */
export type Triangle = readonly [TriangleLeg, TriangleLeg, TriangleLeg];

/** Every triangle of the markets, in both directions, each once. */
export function findTriangles(markets: readonly Market[]): Triangle[] {
  const byPair = new Map<string, TriangleLeg>();
  const assets = new Set<Asset>();
  for (const market of markets) {
    const { base, quote } = market.pair;
    byPair.set(`${base}>${quote}`, { market, side: 'sell' });
    byPair.set(`${quote}>${base}`, { market, side: 'buy' });
    assets.add(base).add(quote);
  }
  const names = [...assets].sort();
  const found: Triangle[] = [];
  for (const a of names) {
    for (const b of names) {
      const first = byPair.get(`${a}>${b}`);
      if (first === undefined || b < a) continue;
      for (const c of names) {
        const second = byPair.get(`${b}>${c}`);
        const third = byPair.get(`${c}>${a}`);
        if (c > a && second !== undefined && third !== undefined) found.push([first, second, third]);
      }
    }
  }
  return found;
}

/** Product of the best prices along the walk, less one, in bps; undefined while a book has no such side. */
export function grossBps(triangle: Triangle): number | undefined {
  let product = 1;
  for (const { market, side } of triangle) {
    const { engine, pair } = market;
    const units = (side === 'sell' ? engine.bids : engine.asks).best()?.price;
    if (units === undefined) return undefined;
    const price = units / 10 ** pair.priceDecimals;
    product *= side === 'sell' ? price : 1 / price;
  }
  return (product - 1) * 10_000;
}

/** Taker fees of all three legs, in bps. */
export function feesBps(triangle: Triangle): number {
  let kept = 1;
  for (const { market } of triangle) kept *= 1 - market.takerFee.toNumber();
  return (1 - kept) * 10_000;
}
