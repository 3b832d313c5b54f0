import type { Check } from '../check.ts';

/** Placements a second. Cancels never come this way: they are always sent. */
export const messageThrottle: Check = (_intent, { tokens, limits }) =>
  tokens >= 1
    ? undefined
    : { code: 'throttled', detail: `more than ${limits.maxOrdersPerSecond} placements within a second` };
