/**
 * Of a Retry-After, in ms: whole seconds, or a date (RFC 9110, 10.2.3). Undefined: it does not say.
 * @param nowMs the clock that a date is held against; left out: a date counts as nothing, as a clock that is off would misread it.
 */
export function retryAfterMs(header: string | null | undefined, nowMs?: number): number | undefined {
  const text = header?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const ms = nowMs === undefined ? Number.NaN : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
