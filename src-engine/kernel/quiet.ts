import type { Kernel } from './kernel.ts';

/**
 * True when nothing is under way at a venue of the run. Quotes that rest are none of it: there are some nearly all the time, and a
 * start ends them; a fill of theirs that waits for its hedge is. An order that an earlier run left at a venue which could not be reached
 * is none of it: what became of it is known once that venue is part of the run again.
 */
export function isQuiet({ orders, desk, portfolio }: Pick<Kernel, 'orders' | 'desk' | 'portfolio'>): boolean {
  if (desk.isUnderWay) return false;
  const { venues } = portfolio.universe;
  for (const order of orders.open()) {
    if (venues.includes(order.venue) && !desk.maker.isQuote(order)) return false;
  }
  return true;
}
