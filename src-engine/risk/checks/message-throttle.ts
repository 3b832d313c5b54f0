import type { Check } from '../check.ts';

/**
 * Messages a second. The reserve is for cancels, which never come this way and are always sent. What opens a cycle also
 * leaves what cycles under way will still need; an order of these may use all but the reserve.
 */
export const messageThrottle: Check = (intent, { tokens, tokensKept, limits }) => {
  const kept = limits.cancelReserve + (intent.purpose === 'open' ? tokensKept : 0);
  if (Number.isFinite(tokens) && tokens - kept >= 1) return undefined;
  const left = Math.max(0, tokens);
  const detail = `${left.toFixed(2)} messages are left, an order needs 1 above the ${kept} that are reserved (${limits.maxOrdersPerSecond} a second)`;
  return {
    code: 'throttled',
    detail,
    numbers: { asked: String(1 + kept), allowed: left.toFixed(2), unit: 'messages' },
  };
};
