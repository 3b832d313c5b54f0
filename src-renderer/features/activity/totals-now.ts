/** The engine's totals come twice a second, its facts at once: what came since the totals is counted here, so that they cover the rows. Pure. */
import { ActivityTally } from '../../../src-engine/contract/activity-tally.ts';
import type { Fact } from '../../../src-engine/contract/topics.ts';
import type { ActivityTotals, CountedTotals } from '../../../src-engine/contract/total-records.ts';

/**
 * @param counted the last facts that totals count, oldest first.
 * @param from every such fact after this one is among them: totals that are older stand as they are until the next ones come.
 */
export function totalsNow(totals: CountedTotals, counted: readonly Fact[], from: number): ActivityTotals {
  const since = counted.filter(({ seq }) => seq > totals.factSeq);
  if (totals.factSeq < from || since.length === 0) return totals;
  const open = counted.flatMap(({ seq, event }) =>
    seq <= totals.factSeq && event.type === 'orderCreated' ? [event.order.orderId] : [],
  );
  const tally = new ActivityTally(totals, open);
  for (const { event } of since) tally.take(event);
  return tally.totals(totals.homeAsset);
}
