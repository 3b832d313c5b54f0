/**
 * Legs that were sent at once fill as they like: of some assets too much came, of others too much left. What came too
 * much pays for what is missing, and the rest goes home.
 */
import { compare, type Decimal, divide, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import { assetName, isSameCoin } from '../domain/venue-asset.ts';

/** Places that are kept of a part of an amount. */
const PART_DECIMALS = 18;

/** `amount` of `asset` is to become at most `want` of `target`; undefined: as much as it brings. */
export type Move = {
  readonly asset: Asset;
  readonly amount: Decimal;
  readonly target: Asset;
  readonly want: Decimal | undefined;
};

/**
 * The flows of a route: what lies of one coin at several venues is one. What is over counts where most of it came, what is missing
 * where most of it left; the start coin counts as the start asset. Coins of which as much came as left are not among them.
 */
export function byCoin(flows: ReadonlyMap<Asset, Decimal>, startAsset: Asset): Map<Asset, Decimal> {
  const netted = new Map<Asset, Decimal>();
  for (const own of Map.groupBy(flows, ([asset]) => assetName(asset)).values()) {
    const net = own.reduce((sum, [, flow]) => sum.plus(flow), ZERO);
    const sorted = own.toSorted(([, a], [, b]) => compare(b, a));
    const [place = ''] = (net.gt(0) ? sorted[0] : sorted.at(-1)) ?? [];
    if (!net.isZero()) netted.set(isSameCoin(place, startAsset) ? startAsset : place, net);
  }
  return netted;
}

type Side = { readonly asset: Asset; readonly amount: Decimal; value: Decimal; readonly whole: Decimal };

/**
 * @param flows what came minus what left, by asset. @param valueOf an amount's value in any one currency; undefined
 * where it has none: such an asset is left as it is.
 */
export function evenOut(
  flows: ReadonlyMap<Asset, Decimal>,
  startAsset: Asset,
  valueOf: (asset: Asset, amount: Decimal) => Decimal | undefined,
): Move[] {
  const sideOf = (asset: Asset, amount: Decimal): Side[] => {
    const value = valueOf(asset, amount);
    return value === undefined || value.lte(0) ? [] : [{ asset, amount, value, whole: value }];
  };
  const sources = [...flows].flatMap(([asset, flow]) => (flow.gt(0) ? sideOf(asset, flow) : []));
  // The start asset comes last: what it has too much is the profit.
  sources.sort((a, b) => Number(a.asset === startAsset) - Number(b.asset === startAsset));
  const missing = [...flows].flatMap(([asset, flow]) =>
    flow.lt(0) && asset !== startAsset ? sideOf(asset, flow.negated()) : [],
  );
  const moves: Move[] = [];
  for (const gap of missing) {
    for (const source of sources) {
      if (source.value.isZero() || gap.value.isZero()) continue;
      const value = source.value.lt(gap.value) ? source.value : gap.value;
      moves.push({
        asset: source.asset,
        amount: partOf(source, value),
        target: gap.asset,
        want: partOf(gap, value),
      });
      source.value = source.value.minus(value);
      gap.value = gap.value.minus(value);
    }
  }
  for (const source of sources) {
    if (source.asset === startAsset || source.value.isZero()) continue;
    moves.push({
      asset: source.asset,
      amount: partOf(source, source.value),
      target: startAsset,
      want: undefined,
    });
  }
  return moves;
}

function partOf({ amount, whole }: Side, value: Decimal): Decimal {
  return value.eq(whole) ? amount : divide(amount.times(value), whole, PART_DECIMALS, 'down');
}
