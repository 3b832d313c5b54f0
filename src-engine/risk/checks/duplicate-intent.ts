import { US_PER_SECOND } from '../../domain/time.ts';
import type { Check } from '../check.ts';

/** How long an intent is remembered: 60 minutes. */
export const INTENT_MEMORY_US = 3_600 * US_PER_SECOND;

/** One intent sends at most one placement: a venue's own id check forgets ids once an order is closed. */
export const duplicateIntent: Check = (intent, { seenUs, nowUs }) => {
  if (seenUs === undefined || nowUs - seenUs > INTENT_MEMORY_US) return undefined;
  const seconds = ((nowUs - seenUs) / US_PER_SECOND).toFixed(1);
  return { code: 'duplicate-intent', detail: `${intent.intentId} was placed ${seconds} s ago` };
};
