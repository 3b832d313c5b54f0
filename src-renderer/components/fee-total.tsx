import { formatAmount, trimZeros, withPoint } from '../lib/decimal-text.ts';
import { sumByAsset } from '../lib/totals.ts';
import { codeOf } from '../lib/venue-asset-text.ts';

type Fee = { readonly fee: string; readonly feeAsset: string };

/** Places of a sum of fees where there is little room; the exact one is the tooltip and what is copied. */
const PLACES = 4;

/** The fees of all rows: their sum in one asset, or in how many they were taken. */
export function FeeTotal({ rows }: { readonly rows: readonly Fee[] }) {
  return <FeeSums sums={sumByAsset(rows, ({ fee, feeAsset }) => ({ asset: feeAsset, amount: fee }))} />;
}

/** Sums of fees by asset: the same coin at several venues is one sum. */
export function FeeSums({
  sums: byPlace,
}: {
  readonly sums: readonly { readonly asset: string; readonly sum: string }[];
}) {
  const sums = sumByAsset(byPlace, ({ asset, sum }) => ({ asset: codeOf(asset), amount: sum }));
  const exact = sums.map(({ asset, sum }) => `${trimZeros(sum)} ${asset}`).join(', ');
  const shown = sums.map(({ asset, sum }) => `${withPoint(trimZeros(sum))} ${asset}`).join(', ');
  const [only] = sums;
  return (
    <span className="num" title={shown} data-exact={exact}>
      {sums.length === 1 && only !== undefined
        ? `${formatAmount(only.sum, PLACES)} ${only.asset}`
        : `in ${sums.length} assets`}
    </span>
  );
}
