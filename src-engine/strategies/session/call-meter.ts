/** What the calls of a strategy may take, so that one alone never holds up the thread that trades. */
import { US_PER_SECOND } from '../../domain/time.ts';
import { WINDOW_CALLS } from '../strategy-host.ts';
import type { RunningStrategy } from './running-strategy.ts';
import type { StrategyShelf } from './shelf.ts';

/** Called so often before its mean counts: the first calls compile it. */
const METERED_CALLS = 50;
/** A decision may take so much processor time on average, and once. */
export const MEAN_BUDGET_US = 2_000;
export const CALL_BUDGET_US = 100_000;
/** What all calls of a window may take by the clock: 50 ms each on average. One that waits (for a file, a process, the network) takes no processor time, and nothing is traded meanwhile. */
export const WINDOW_BUDGET_US = 2_500_000;

/** Held against what a call may take; what is over it comes back as a command. */
export function meter({ host, setup }: RunningStrategy, shelf: StrategyShelf | undefined): void {
  if (host === undefined || shelf?.overBudget === undefined) return;
  const { calls, totalUs, lastUs, windowCalls, windowUs } = host;
  if (lastUs > CALL_BUDGET_US) {
    shelf.overBudget(
      setup.strategy,
      `a decision took ${Math.round(lastUs)} µs of processor time, of at most ${CALL_BUDGET_US}`,
    );
  } else if (calls >= METERED_CALLS && totalUs > calls * MEAN_BUDGET_US) {
    const mean = Math.round(totalUs / calls);
    shelf.overBudget(
      setup.strategy,
      `its decisions take ${mean} µs of processor time on average, of at most ${MEAN_BUDGET_US}`,
    );
  } else if (windowUs > WINDOW_BUDGET_US) {
    const decisions = windowCalls === 1 ? 'a decision' : `${windowCalls} decisions`;
    shelf.overBudget(
      setup.strategy,
      `${decisions} took ${seconds(windowUs)} s by the clock, and ${WINDOW_CALLS} may take ${seconds(WINDOW_BUDGET_US)} s: nothing is traded while a strategy waits`,
    );
  }
}

const seconds = (timeUs: number): string => (timeUs / US_PER_SECOND).toFixed(1);
