/** Finds the unit of a count since 1970 that a file does not name. */
import { formatTimeUs, type TimeUs, US_PER_SECOND } from './time.ts';

export type EpochUnit = 's' | 'ms' | 'us' | 'ns';

export const EPOCH_UNITS: Readonly<Record<EpochUnit, string>> = {
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
};
/** A count of this unit is as many 10^power µs. */
const POWERS: Readonly<Record<EpochUnit, number>> = { s: 6, ms: 3, us: 0, ns: -3 };

/** Market data lies between the years 2000 and 2100: no count does so in two units. */
export const PLAUSIBLE_FROM_US: TimeUs = 946_684_800 * US_PER_SECOND;
export const PLAUSIBLE_UNTIL_US: TimeUs = 4_102_444_800 * US_PER_SECOND;

/** A time of a year before 1971 is a count of another unit, or of none. */
export const RECORDED_FROM_US: TimeUs = 365 * 86_400 * US_PER_SECOND;

/** Seconds since 1970 of the year 2000: a count this large may be one of a clock. */
const FIRST_OF_A_CLOCK = PLAUSIBLE_FROM_US / US_PER_SECOND;

/** 1601-01-01 and 0001-01-01 before 1970: Windows and .NET count 100 ns from there. */
const FILETIME_EPOCH_US = 11_644_473_600 * US_PER_SECOND;
const TICKS_EPOCH_US = 62_135_596_800 * US_PER_SECOND;

/**
 * Digits, with a fraction or without, as µs. Exact: they are moved as text, and what is below a microsecond is cut off.
 * @param text `1700000000.25`.
 */
export function epochUs(text: string, unit: EpochUnit): TimeUs {
  const power = POWERS[unit];
  const mark = text.search(/[.,]/);
  const whole = mark < 0 ? text : text.slice(0, mark);
  const part = mark < 0 ? '' : text.slice(mark + 1);
  if (power < 0) return Number(whole.slice(0, power));
  return Number(`${whole}${part.slice(0, power).padEnd(power, '0')}`);
}

/**
 * The only unit in which these digits lie between 2000 and 2100; undefined where there is none.
 * @param likely looked at first: the unit of the row above.
 */
export function plausibleUnit(text: string, likely?: EpochUnit): EpochUnit | undefined {
  if (likely !== undefined && isPlausible(epochUs(text, likely))) return likely;
  return (Object.keys(EPOCH_UNITS) as EpochUnit[]).find((unit) => isPlausible(epochUs(text, unit)));
}

export function isPlausible(atUs: TimeUs): boolean {
  return atUs >= PLAUSIBLE_FROM_US && atUs < PLAUSIBLE_UNTIL_US;
}

/** Microseconds of a time from 1971 to 2099. */
export function isRecordedTime(value: unknown): value is TimeUs {
  return (
    Number.isSafeInteger(value) &&
    (value as number) >= RECORDED_FROM_US &&
    (value as number) < PLAUSIBLE_UNTIL_US
  );
}

/**
 * True for a count that is not microseconds of a recorded market. Counts below a quarter of an hour are none of a clock:
 * they count from the beginning of a made market.
 */
export function isOtherUnit(t: number): boolean {
  return t >= FIRST_OF_A_CLOCK && (t < RECORDED_FROM_US || t >= PLAUSIBLE_UNTIL_US);
}

/** What digits may be that are a count since 1970 in no unit; empty where nothing fits. */
export function guessOfDigits(text: string): string {
  if (!/^\d{17,18}$/.test(text)) return '';
  const us = Number(text.slice(0, -1));
  const [ticks, filetime] = [us - TICKS_EPOCH_US, us - FILETIME_EPOCH_US];
  if (isPlausible(ticks)) return `it may be ticks of .NET (${formatTimeUs(ticks)})`;
  return isPlausible(filetime) ? `it may be a FILETIME of Windows (${formatTimeUs(filetime)})` : '';
}

/** What a number may be that has to be microseconds since 1970 and is not: `; it seems to be …`, or nothing. */
export function otherUnitOf(value: unknown): string {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value > 0;
  const digits = isCount ? BigInt(value).toString() : '';
  const unit = plausibleUnit(digits);
  if (unit !== undefined && unit !== 'us') {
    return `; it seems to be ${EPOCH_UNITS[unit]} (${formatTimeUs(epochUs(digits, unit))})`;
  }
  const guess = guessOfDigits(digits);
  return guess === '' ? '' : `; ${guess}`;
}
