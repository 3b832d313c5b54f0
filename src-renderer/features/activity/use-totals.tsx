/** The engine's own totals of the profile, as tables show them: the same wherever the same rows are listed. */
import type { ActivityTotals } from '../../../src-engine/contract/total-records.ts';
import { Signed } from '../../components/exact.tsx';
import { FeeSums } from '../../components/fee-total.tsx';
import type { Totals } from '../../components/table-row.tsx';
import { useView } from '../../engine/use-view.ts';

const NOTHING = {};

export type TotalsOf = 'executions' | 'orders' | 'fills' | 'opportunities';

/** Undefined before the engine has said them. */
export function useActivityTotals(): ActivityTotals | undefined {
  return useView('totals', NOTHING);
}

/** The totals below a table, of all rows of that kind. */
export function totalsOf(kind: TotalsOf, totals: ActivityTotals | undefined): Totals | undefined {
  if (totals === undefined) return undefined;
  const { count } = totals[kind];
  if (kind === 'executions') {
    return { count, cells: { profit: <Signed text={totals.executions.profitHome} places={4} /> } };
  }
  return { count, cells: kind === 'fills' ? { fee: <FeeSums sums={totals.fills.fees} /> } : {} };
}
