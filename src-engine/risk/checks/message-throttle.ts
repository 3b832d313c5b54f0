import { beyond, type Check } from '../check.ts';

/**
 * Messages a second. The reserve is for cancels, which never come this way and are always sent. What opens a cycle also
 * leaves what cycles under way will still need; an order of these may use all but the reserve.
 */
export const messageThrottle: Check = (intent, { tokens, tokensKept, limits }) => {
  const kept = limits.cancelReserve + (intent.purpose === 'open' ? tokensKept : 0);
  if (Number.isFinite(tokens) && tokens - kept >= 1) return undefined;
  return beyond('throttled', 'messages left this second', Math.max(0, tokens), 1 + kept, 'needed');
};
