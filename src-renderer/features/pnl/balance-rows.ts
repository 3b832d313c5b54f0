import { decimal } from '../../../src-engine/domain/decimal.ts';
import type { Balance } from '../../../src-engine/domain/event.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';

export type BalanceRow = Balance & { readonly free: string };

/** Balances with what is free, the home asset at each venue first, other empty ones left out. Exact. */
export function balanceRows(balances: readonly Balance[], homeAsset: string): readonly BalanceRow[] {
  const isHome = (asset: string): boolean => codeOf(asset) === homeAsset;
  return balances
    .filter(({ asset, total }) => isHome(asset) || !decimal(total).isZero())
    .map((balance) => ({
      ...balance,
      free: decimal(balance.total).minus(decimal(balance.reserved)).toFixed(),
    }))
    .toSorted(
      (a, b) => Number(isHome(b.asset)) - Number(isHome(a.asset)) || a.asset.localeCompare(b.asset, 'en'),
    );
}
