import type { StandingCheck } from '../check.ts';

/** What repeated itself without profit, a cycle or quotes of a market, stays stopped until an operator enables it again. */
export const strategyStopped: StandingCheck = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { stopped } = context;
  return stopped === undefined ? undefined : { code: 'strategy-stopped', detail: stopped };
};
