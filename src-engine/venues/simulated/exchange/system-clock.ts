import type { Clock } from '../../../lib/clock.ts';

/**
 * Real time for a standalone local exchange: microseconds since the epoch that never run backwards, even when
 * the system's clock is set back.
 */
export function systemClock(): Clock {
  const originUs = Math.round(performance.timeOrigin * 1_000);
  let lastUs = 0;
  const nowUs = (): number => {
    lastUs = Math.max(lastUs, originUs + Math.round(performance.now() * 1_000));
    return lastUs;
  };
  return {
    nowUs,
    schedule(atUs, callback) {
      const timer = setTimeout(callback, Math.max(0, Math.ceil((atUs - nowUs()) / 1_000)));
      return () => clearTimeout(timer);
    },
  };
}
