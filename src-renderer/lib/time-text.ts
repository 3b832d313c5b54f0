/** Times, ages and durations as text. All arguments in microseconds. */
import { ABSENT, withPoint } from './decimal-text.ts';
import { fixedText } from './figures.ts';

const MS = 1_000;
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: "0.2 s", "34 s", "12m 04s", "3h 05m", "2d 4h". ABSENT for null; never negative. */
export function formatAge(ageUs: number | null): string {
  if (ageUs === null || !Number.isFinite(ageUs)) return ABSENT;
  const age = Math.max(0, ageUs);
  if (age < 10 * SECOND) return `${withPoint((Math.floor(age / 100_000) / 10).toFixed(1))} s`;
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m ${two(Math.floor((age % MINUTE) / SECOND))}s`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h ${two(Math.floor((age % HOUR) / MINUTE))}m`;
  return `${Math.floor(age / DAY)}d ${Math.floor((age % DAY) / HOUR)}h`;
}

/** How long it took: "340 µs", "42 ms", "3.42 s", then as an age. */
export function formatDuration(durationUs: number): string {
  if (!Number.isFinite(durationUs)) return ABSENT;
  const length = Math.max(0, durationUs);
  if (length < MS) return `${Math.floor(length)} µs`;
  if (length < SECOND) return `${Math.floor(length / MS)} ms`;
  if (length < MINUTE) return `${withPoint((Math.floor(length / 10_000) / 100).toFixed(2))} s`;
  return formatAge(length);
}

/** A time that was measured, to three digits: "0.42 µs", "12.3 µs", "1.05 ms", "230 ms", then as a duration. */
export function formatLatency(us: number): string {
  if (!Number.isFinite(us) || us < 0) return ABSENT;
  if (us < 999.5) return `${threeDigits(us)} µs`;
  return us / MS < 999.5 ? `${threeDigits(us / MS)} ms` : formatDuration(us);
}

/** "0.42", "12.3", "230", "1,204": as many digits as a clock is worth. */
export function threeDigits(value: number): string {
  return fixedText(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

export type Zone = 'utc' | 'local';

/** Time of day, "22:29:55" or with milliseconds "22:29:55.120". */
export function formatClock(timeUs: number, zone: Zone, withMs = false): string {
  const date = new Date(Math.floor(timeUs / MS));
  const [h, m, s, ms] =
    zone === 'utc'
      ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()]
      : [date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds()];
  const clock = `${two(h)}:${two(m)}:${two(s)}`;
  return withMs ? `${clock}.${String(ms).padStart(3, '0')}` : clock;
}

/** Date and time of day to the microsecond, for tooltips: "2026-11-20 22:29:55.120004". */
export function formatFull(timeUs: number, zone: Zone): string {
  const date = new Date(Math.floor(timeUs / MS));
  const [y, mo, d] =
    zone === 'utc'
      ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
      : [date.getFullYear(), date.getMonth(), date.getDate()];
  const micros = String(timeUs % MS).padStart(3, '0');
  return `${y}-${two(mo + 1)}-${two(d)} ${formatClock(timeUs, zone, true)}${micros}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
