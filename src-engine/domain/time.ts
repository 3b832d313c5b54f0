/** Microseconds since the Unix epoch. A safe integer until the year 2255. */
export type TimeUs = number;
/** A length of time in microseconds. */
export type DurationUs = number;

export const US_PER_MS = 1_000;
export const US_PER_SECOND = 1_000_000;

/** ISO 8601 text in UTC with microseconds: `2026-08-02T03:35:51.660084Z`. */
export function formatTimeUs(timeUs: TimeUs): string {
  const ms = Math.floor(timeUs / US_PER_MS);
  const micros = timeUs - ms * US_PER_MS;
  const iso = new globalThis.Date(ms).toISOString();
  return `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
