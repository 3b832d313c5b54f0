/** The figures of a stored run as text: the same in a report, in its page and in a comparison. */
import type { RunReview } from '../contract/lab-records.ts';
import { formatTimeUs, US_PER_SECOND } from '../domain/time.ts';

/** From here on a figure in µs is a time, and below a duration: 1973. */
const EARLIEST_TIME_US = 1e14;

/** `longestUnderwaterUs` → `longest underwater`. */
export function figureName(key: string): string {
  return key
    .replace(/Us$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

/** Times in UTC, durations in seconds, floats to six digits; money is exact text already. */
export function figureText(key: string, value: RunReview['figures'][string] | undefined): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (!key.endsWith('Us')) return String(Number(value.toPrecision(6)));
  return value >= EARLIEST_TIME_US ? formatTimeUs(value) : `${value / US_PER_SECOND} s`;
}
