import { beyond, type StandingCheck } from '../check.ts';

/** Cycles and fills of quotes a UTC day, the order's own included. */
export const tradesPerDay: StandingCheck = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { tradesToday, limits } = context;
  if (tradesToday >= 0 && tradesToday + 1 <= limits.maxTradesPerDay) return undefined;
  return beyond('trades-per-day', 'with this one', tradesToday + 1, limits.maxTradesPerDay, 'trades today');
};
