import { decimal } from '../../../src-engine/domain/decimal.ts';
import type { Balance } from '../../../src-engine/domain/event.ts';

export type BalanceRow = Balance & { readonly free: string };

/** Balances with what is free, the home asset first, empty ones left out. Exact. */
export function balanceRows(balances: readonly Balance[], homeAsset: string): readonly BalanceRow[] {
  return balances
    .filter(({ asset, total }) => asset === homeAsset || !decimal(total).isZero())
    .map((balance) => ({
      ...balance,
      free: decimal(balance.total).minus(decimal(balance.reserved)).toFixed(),
    }))
    .toSorted((a, b) =>
      a.asset === homeAsset ? -1 : b.asset === homeAsset ? 1 : a.asset.localeCompare(b.asset, 'en'),
    );
}
