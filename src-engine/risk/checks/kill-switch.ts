import type { Check } from '../check.ts';

/** Nothing new while the kill switch is latched. */
export const killSwitch: Check = (_intent, { killed }) =>
  killed ? { code: 'killed', detail: 'the kill switch is on; re-arm to trade' } : undefined;
