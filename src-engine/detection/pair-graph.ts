/** The currency graph: assets are nodes, instruments are edges. Built once; a run walks only its cycles. */
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Cycle, Leg } from '../domain/opportunity.ts';

/** The part of an instrument that makes it an edge. */
export type Pair = { readonly base: Asset; readonly quote: Asset };

/** Neighbours of every asset: which instruments (by position in the input) lead to which other asset. */
type Edges = Map<Asset, Map<Asset, number[]>>;

function edgesOf(pairs: readonly Pair[]): Edges {
  const edges: Edges = new Map();
  const add = (from: Asset, to: Asset, index: number): void => {
    const neighbours = edges.get(from) ?? new Map<Asset, number[]>();
    edges.set(from, neighbours);
    const parallel = neighbours.get(to);
    if (parallel === undefined) neighbours.set(to, [index]);
    else parallel.push(index);
  };
  pairs.forEach((pair, index) => {
    add(pair.base, pair.quote, index);
    add(pair.quote, pair.base, index);
  });
  return edges;
}

/** Number of distinct assets, and of undirected triangles: sets of three assets joined pair by pair. */
export function countGraph(pairs: readonly Pair[]): { assets: number; pairs: number; triangles: number } {
  const edges = edgesOf(pairs);
  let triangles = 0;
  for (const [a, neighbours] of edges) {
    for (const b of neighbours.keys()) {
      if (b <= a) continue;
      for (const c of edges.get(b)?.keys() ?? []) {
        if (c > b && neighbours.has(c)) triangles++;
      }
    }
  }
  return { assets: edges.size, pairs: pairs.length, triangles };
}

/** What people hold as money. Among these the name decides: EUR is a base against USD without being a coin. */
const CURRENCIES: ReadonlySet<Asset> = new Set(
  'AUD BRL CAD CHF EUR GBP JPY KRW MXN NZD SGD TRY USD USDC USDT'.split(' '),
);

/**
 * Assets in the order in which a cycle prefers to start: `preferred` first (what the trader holds), then by number of
 * instruments, then currencies, then what is no pair's base, then by name. Fixed for a run, so that a cycle always has the same start.
 */
export function startOrder(pairs: readonly Pair[], preferred: readonly Asset[]): Asset[] {
  const degree = new Map<Asset, number>();
  const bases = new Set(pairs.map(({ base }) => base));
  const unlikeMoney = (asset: Asset): number => (CURRENCIES.has(asset) ? 0 : bases.has(asset) ? 2 : 1);
  for (const { base, quote } of pairs) {
    degree.set(base, (degree.get(base) ?? 0) + 1);
    degree.set(quote, (degree.get(quote) ?? 0) + 1);
  }
  const rest = [...degree]
    .filter(([asset]) => !preferred.includes(asset))
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || unlikeMoney(a) - unlikeMoney(b) || (a < b ? -1 : 1))
    .map(([asset]) => asset);
  return [...preferred.filter((asset) => degree.has(asset)), ...rest];
}

/** Spending `from` on an instrument: its base is sold, its quote buys. */
function legFrom(from: Asset, instrument: Instrument): Leg {
  return { instrumentId: instrument.id, side: instrument.base === from ? 'sell' : 'buy' };
}

/**
 * All directed cycles of three assets (and of four, where `maxLegs` is 4) among instruments of one venue, each
 * once per direction and per choice of parallel instruments, starting at the first of its assets in `order`.
 * A cycle of four visits four different assets.
 */
export function enumerateCycles(
  instruments: readonly Instrument[],
  venue: VenueName,
  maxLegs: 3 | 4,
  order: readonly Asset[],
): Cycle[] {
  const edges = edgesOf(instruments);
  const rank = new Map(order.map((asset, index) => [asset, index]));
  const rankOf = (asset: Asset): number => rank.get(asset) ?? Number.MAX_SAFE_INTEGER;
  const cycles: Cycle[] = [];

  const close = (path: readonly Asset[]): void => {
    let choices: Leg[][] = [[]];
    path.forEach((from, k) => {
      const to = path[(k + 1) % path.length] ?? from;
      const parallel = edges.get(from)?.get(to) ?? [];
      choices = choices.flatMap((legs) =>
        parallel.flatMap((index) => {
          const instrument = instruments[index];
          return instrument === undefined ? [] : [[...legs, legFrom(from, instrument)]];
        }),
      );
    });
    for (const legs of choices) cycles.push({ id: cycles.length, venue, path, legs });
  };

  // A depth-first walk from each start to assets of later rank only: so the start is the preferred one, and
  // each direction is found exactly once.
  const walk = (path: readonly Asset[], start: Asset): void => {
    const last = path.at(-1) ?? start;
    for (const next of edges.get(last)?.keys() ?? []) {
      if (next === start && path.length >= 3) close(path);
      else if (path.length < maxLegs && rankOf(next) > rankOf(start) && !path.includes(next)) {
        walk([...path, next], start);
      }
    }
  };
  for (const start of order) if (edges.has(start)) walk([start], start);
  return cycles;
}
