/**
 * How much more, or less, edge is asked of a route for what it does to inventory. Each side leans by how far it is from its target: from 0 at
 * the target to 1 at the low end of its band, below zero towards -1 at the high end. Spending at a side that runs short adds its lean,
 * receiving there takes it away; the sum is cut to the range from -1 to 1 and multiplied by the setting.
 */

/** @param filledPct held, of the target; undefined: there is no target, and nothing is asked. */
export function leanOf(filledPct: number | undefined, lowPct: number, highPct: number): number {
  if (filledPct === undefined) return 0;
  const lean = filledPct < 100 ? (100 - filledPct) / (100 - lowPct) : (100 - filledPct) / (highPct - 100);
  return Math.max(-1, Math.min(1, lean));
}

/**
 * Bps that are added to the edge which a route must have; below zero for one that brings coins back. 0 while the setting is 0.
 * @param spent leans of what its trades spend, each where it lies. @param received leans of what they bring.
 */
export function inventorySkewBps(
  spent: readonly number[],
  received: readonly number[],
  maxBps: number,
): number {
  const total = sum(spent) - sum(received);
  return Math.max(-1, Math.min(1, total)) * maxBps;
}

function sum(leans: readonly number[]): number {
  return leans.reduce((total, lean) => total + lean, 0);
}
