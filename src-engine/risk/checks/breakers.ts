import type { StandingCheck } from '../check.ts';

/** A tripped breaker of the account or of the venue lets nothing new through, but for its own trials. */
export const breakers: StandingCheck = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { tripped } = context;
  return tripped === undefined ? undefined : { code: 'breaker-open', detail: tripped };
};
