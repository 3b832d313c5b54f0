/** Which opportunities the board lists, and in which order. Pure. */
import type { DecisionCode, Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { cycleKey } from '../../workspace/followed.ts';

export const SHOWN = ['tradable', 'taken', 'blocked', 'all'] as const;
export type Show = (typeof SHOWN)[number];

/** What no setting of the engine would let trade: too small for the venue, or nothing there to start with. */
const CANNOT: ReadonlySet<DecisionCode> = new Set(['below-min-qty', 'below-min-notional', 'no-balance']);

/** One row a cycle or route: its best open life, else the one that closed last. @param recent newest first. */
export function latestOfEach(
  open: readonly Opportunity[],
  recent: readonly Opportunity[],
): { readonly open: readonly Opportunity[]; readonly recent: readonly Opportunity[] } {
  const seen = new Set<string>();
  const isFirst = (row: Opportunity): boolean => {
    const key = cycleKey(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const best = open.toSorted((a, b) => b.waterfall.netBps - a.waterfall.netBps).filter(isFirst);
  return { open: best, recent: recent.filter(isFirst) };
}

/** Live ones first, by net edge; then those that have closed, newest first. `hidden`: those that cannot be traded and are not shown. */
export function boardRows(
  open: readonly Opportunity[],
  recent: readonly Opportunity[],
  show: Show,
): { readonly rows: readonly Opportunity[]; readonly hidden: number } {
  const live = open.toSorted((a, b) => b.waterfall.netBps - a.waterfall.netBps);
  const all = [...live, ...recent];
  const rows = all.filter(({ decision }) => {
    if (show === 'all') return true;
    if (show === 'tradable') return !CANNOT.has(decision);
    return (decision === 'taken') === (show === 'taken');
  });
  return { rows, hidden: show === 'tradable' ? all.length - rows.length : 0 };
}

/** Rows in the order in which they stood when the pointer came over them; what is new since follows at their end. */
export function inOrderOf(
  rows: readonly Opportunity[],
  order: readonly string[],
  keyOf: (row: Opportunity) => string,
): readonly Opportunity[] {
  const place = new Map(order.map((id, at) => [id, at]));
  const last = order.length;
  return rows.toSorted((a, b) => (place.get(keyOf(a)) ?? last) - (place.get(keyOf(b)) ?? last));
}
