import type { Check } from '../check.ts';

/** A cycle that repeated itself without profit stays stopped until an operator enables it again. */
export const strategyStopped: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { stopped } = context;
  return stopped === undefined ? undefined : { code: 'strategy-stopped', detail: stopped };
};
