/** The engine's own totals of the profile, as tables show them: the same wherever the same rows are listed. */
import { useMemo, useState } from 'react';
import type { Fact } from '../../../src-engine/contract/topics.ts';
import type { ActivityTotals, CountedTotals } from '../../../src-engine/contract/total-records.ts';
import { Signed } from '../../components/exact.tsx';
import { FeeSums } from '../../components/fee-total.tsx';
import type { Totals } from '../../components/table-row.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';

import { totalsNow } from './totals-now.ts';

const NOTHING = {};
const NO_FACTS: readonly Fact[] = [];

export type TotalsOf = 'executions' | 'orders' | 'fills' | 'opportunities';

/** Of the same moment as the rows of the replica. Undefined before the engine has sent them. */
export function useActivityTotals(): ActivityTotals | undefined {
  const view = useView('totals', NOTHING);
  const [base, setBase] = useState<CountedTotals>();
  const counted = useReplica((replica) => replica.counted) ?? NO_FACTS;
  const from = useReplica((replica) => replica.countedFrom) ?? 0;
  // Totals that are ahead of the rows wait for them.
  const isCovered = useReplica(({ factSeq }) => view !== undefined && view.factSeq <= factSeq) ?? false;
  if (isCovered && view !== base) setBase(view);
  return useMemo(() => base && totalsNow(base, counted, from), [base, counted, from]);
}

/** As they were when a list was loaded, so that both are of one moment. @param loadedMs undefined as long as there is none. */
export function useTotalsAt(loadedMs: number | null): ActivityTotals | undefined {
  const totals = useActivityTotals();
  const [held, setHeld] = useState<{ readonly atMs: number | null; readonly totals: ActivityTotals }>();
  if (totals !== undefined && held?.atMs !== loadedMs) setHeld({ atMs: loadedMs, totals });
  return held?.totals;
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
