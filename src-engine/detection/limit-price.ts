import type { Side } from '../domain/order.ts';

/** Forgives the last bits of a float when counting whole steps: 0.01 / 0.01 is one. */
const STEP_FUZZ = 1e-9;

/**
 * An order's limit in price units: the worst level that was counted on, widened by whole ticks and never by more than `slip`, a share
 * of the price. Where a tick is worth more than that, the limit is the level itself.
 */
export function limitUnitsOf(side: Side, worstUnits: number, tickUnits: number, slip: number): number {
  const worst = worstUnits / tickUnits;
  const ticks =
    side === 'sell'
      ? Math.min(Math.ceil(worst * (1 - slip) - STEP_FUZZ), Math.floor(worst + STEP_FUZZ))
      : Math.max(Math.floor(worst * (1 + slip) + STEP_FUZZ), Math.ceil(worst - STEP_FUZZ));
  return Math.max(1, ticks) * tickUnits;
}
