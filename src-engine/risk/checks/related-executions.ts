import { beyond, type Check } from '../check.ts';

/** Cycles over the same assets, or over assets that move together, are one bet: only so many at once. */
export const relatedExecutions: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { related, limits } = context;
  if (related >= 0 && related + 1 <= limits.maxRelatedExecutions) return undefined;
  return beyond(
    'related-executions',
    'with this one',
    related + 1,
    limits.maxRelatedExecutions,
    'related cycles',
  );
};
