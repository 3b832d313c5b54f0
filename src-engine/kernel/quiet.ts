import type { Kernel } from './kernel.ts';

/**
 * True when nothing is under way at a venue of the run. An order that an earlier run left at a venue which could not be reached
 * is none of it: what became of it is known once that venue is part of the run again.
 */
export function isQuiet({ orders, desk, portfolio }: Pick<Kernel, 'orders' | 'desk' | 'portfolio'>): boolean {
  if (desk.sequencer.activeCount > 0) return false;
  const { venues } = portfolio.universe;
  for (const { venue } of orders.open()) if (venues.includes(venue)) return false;
  return true;
}
