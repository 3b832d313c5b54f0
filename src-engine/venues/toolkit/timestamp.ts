import { type TimeUs, US_PER_MS } from '../../domain/time.ts';

const ZERO = 48;

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * RFC 3339 text in UTC (`2026-08-02T03:35:51.660084Z`) at `start` as microseconds since 1970; finer digits
 * are cut. 0, which means that the venue does not say, for anything else. Days are counted with years that
 * begin in March, so that the leap day comes last (H. Hinnant, "chrono-compatible low-level date algorithms").
 */
export function parseTimestamp(text: string, start = 0, end = text.length): TimeUs {
  const year = digits(text, start, 4);
  const month = digits(text, start + 5, 2);
  const day = digits(text, start + 8, 2);
  const seconds =
    digits(text, start + 11, 2) * 3_600 + digits(text, start + 14, 2) * 60 + digits(text, start + 17, 2);
  let at = start + 19;
  let micros = 0;
  if (text[at] === '.') {
    at++;
    for (let scale = 100_000; at < end - 1; at++, scale = Math.floor(scale / 10)) {
      micros += scale * digits(text, at, 1);
    }
  }
  if (at !== end - 1 || text[at] !== 'Z') return 0;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const timeUs = ((era * 146_097 + dayOfEra - 719_468) * 86_400 + seconds) * 1_000_000 + micros;
  return Number.isNaN(timeUs) ? 0 : timeUs;
}

/** The last millisecond of the year 9999: what is later is no date. */
export const LAST_MS = 253_402_300_799_999;

/** A number of milliseconds since 1970 as microseconds; 0, which means that the venue does not say, for anything else. */
export function millisecondsUs(value: unknown): TimeUs {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= LAST_MS
    ? value * US_PER_MS
    : 0;
}
