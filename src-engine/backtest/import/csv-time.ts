/**
 * Times as CSV files write them: counts since 1970, calendar digits, dates and times of day. A file is read in one way
 * from its first row to its last, so that no row can be of another unit than the rest; what may be read in two ways is
 * refused until the way is named.
 */
import {
  EPOCH_UNITS,
  type EpochUnit,
  epochUs,
  guessOfDigits,
  isPlausible,
  PLAUSIBLE_FROM_US,
  PLAUSIBLE_UNTIL_US,
  plausibleUnit,
  RECORDED_FROM_US,
} from '../../domain/epoch-unit.ts';
import { formatTimeUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';

/** `--time`: a count since 1970, or the order of a date. */
export const TIME_FORMS = ['s', 'ms', 'us', 'ns', 'ymd', 'dmy', 'mdy'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];
type DateOrder = 'ymd' | 'dmy' | 'mdy';

export type TimeOptions = {
  readonly form?: TimeForm | undefined;
  /** Of times of day that name no zone, east of UTC; default: UTC. */
  readonly zoneUs?: number | undefined;
  /** Order of dates such as 03/04/2024, where the file decides it. */
  readonly order?: DateOrder | undefined;
};

/** What a time is not, and what to do about it. */
export type TimeFault = { readonly message: string; readonly remedy: string };

const WRITE_ISO = 'Write for example 2026-01-31T12:00:00Z, or s, ms, µs or ns since 1970.';

/** Reads the times of one file, in the order of its rows. */
export class TimeReader {
  readonly #options: TimeOptions;
  #way: string | undefined;
  #unit: EpochUnit | undefined;
  /** True once a time of day named no zone. */
  isZoneless = false;

  constructor(options: TimeOptions) {
    this.#options = options;
  }

  /** How the times are written, in words; undefined before the first. */
  get way(): string | undefined {
    return this.#way;
  }

  /** The time, or what is wrong with it. */
  read(written: string): TimeUs | TimeFault {
    const text = written.trim();
    const found = /^-?\d+(?:[.,]\d+)?$/.test(text) ? this.#count(text) : this.#date(text);
    if ('message' in found) return found;
    const { atUs, way, lowestUs } = found;
    if (this.#way !== undefined && this.#way !== way) {
      return {
        message: `is written as ${way}, the rows above as ${this.#way}`,
        remedy: 'Write all times in one way.',
      };
    }
    if (!Number.isSafeInteger(atUs) || atUs < lowestUs || atUs >= PLAUSIBLE_UNTIL_US) {
      const from = lowestUs === RECORDED_FROM_US ? 1971 : 2000;
      return { message: `is outside the years ${from} to 2099 as ${way}`, remedy: WRITE_ISO };
    }
    this.#way = way;
    return atUs;
  }

  #count(text: string): Found | TimeFault {
    const { form } = this.#options;
    if (text.startsWith('-')) return { message: 'lies before 1970', remedy: WRITE_ISO };
    if (form !== undefined && form in EPOCH_UNITS) {
      const unit = form as EpochUnit;
      return { atUs: epochUs(text, unit), way: EPOCH_UNITS[unit], lowestUs: RECORDED_FROM_US };
    }
    const unit = form === undefined ? plausibleUnit(text, this.#unit) : undefined;
    const calendar = this.#digits(text);
    if (unit !== undefined && calendar !== undefined) {
      const [epoch, day] = [formatTimeUs(epochUs(text, unit)), formatTimeUs(calendar)];
      const message = `may be ${EPOCH_UNITS[unit]} (${epoch}) or calendar digits (${day})`;
      return { message, remedy: `Choose with --time ${unit} or --time ymd.` };
    }
    if (unit !== undefined) this.#unit = unit;
    if (unit !== undefined)
      return { atUs: epochUs(text, unit), way: EPOCH_UNITS[unit], lowestUs: PLAUSIBLE_FROM_US };
    if (calendar !== undefined) {
      this.isZoneless = true;
      return { atUs: calendar, way: 'calendar digits', lowestUs: RECORDED_FROM_US };
    }
    return { message: `is not a time${guessOf(text)}`, remedy: WRITE_ISO };
  }

  /** YYYYMMDD, with hours, minutes, seconds and milliseconds behind it. */
  #digits(text: string): TimeUs | undefined {
    const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d{3})?)?)?)?$/.exec(text);
    if (match === null) return undefined;
    const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', part = ''] = match;
    const dayUs = dateUs(year, month, day);
    const clockUs = timeOfDayUs(hour, minute, second, part, '');
    if (dayUs === undefined || clockUs === undefined || Number(year) < 1990 || Number(year) > 2099)
      return undefined;
    return dayUs + clockUs - (this.#options.zoneUs ?? 0);
  }

  #date(text: string): Found | TimeFault {
    const match = DATE_TIME.exec(withMonthNumbers(text));
    if (match === null) return { message: `is not a time${guessOf(text)}`, remedy: WRITE_ISO };
    const { first = '', mark = '', second = '', third = '', clock = '', zone } = match.groups ?? {};
    const order = this.#orderOf(first, mark, third);
    if (typeof order !== 'string') return order;
    const [year, month, day] =
      order === 'ymd'
        ? [first, second, third]
        : order === 'dmy'
          ? [third, second, first]
          : [third, first, second];
    const dayUs = dateUs(year, month, day);
    if (dayUs === undefined) {
      return {
        message: `is not a date of the calendar (read as year ${year}, month ${month}, day ${day})`,
        remedy: WRITE_ISO,
      };
    }
    const clockUs = clockOf(clock);
    if (clockUs === undefined)
      return { message: 'has no time of day from 00:00:00 to 23:59:59', remedy: WRITE_ISO };
    const zoneUs = zone === undefined ? (this.#options.zoneUs ?? 0) : zoneOf(zone);
    if (zoneUs === undefined) {
      return {
        message: `names the zone "${zone ?? ''}", which is unknown`,
        remedy: 'Write UTC or an offset such as +01:00, or leave the zone out and name it with --zone.',
      };
    }
    if (zone === undefined) this.isZoneless = true;
    const way = zone === undefined ? 'dates without a zone' : 'dates with their zone';
    return { atUs: dayUs + clockUs - zoneUs, way, lowestUs: RECORDED_FROM_US };
  }

  #orderOf(first: string, mark: string, third: string): DateOrder | TimeFault {
    if (first.length === 4) return 'ymd';
    if (third.length !== 4) {
      return {
        message: 'has a year of two digits',
        remedy: 'Write years with four digits, such as 2024-01-31.',
      };
    }
    const { form, order } = this.#options;
    const named = form === 'dmy' || form === 'mdy' ? form : order;
    if (named !== undefined) return named;
    // With points between, the day comes first: 31.01.2024.
    if (mark === '.') return 'dmy';
    return {
      message: 'may have the day or the month first, and no row of the file decides it',
      remedy: 'Choose with --time dmy or --time mdy.',
    };
  }
}

type Found = { readonly atUs: TimeUs; readonly way: string; readonly lowestUs: TimeUs };

/** Which of day and month comes first in dates such as 03/04/2024, as all rows of a file say together. */
export class DateOrders {
  #mayBeDayFirst = true;
  #mayBeMonthFirst = true;

  look(text: string): void {
    const match = /^\s*(\d{1,2})([-/])(\d{1,2})\2\d{4}(?!\d)/.exec(text);
    if (match === null) return;
    if (Number(match[1]) > 12) this.#mayBeMonthFirst = false;
    if (Number(match[3]) > 12) this.#mayBeDayFirst = false;
  }

  /** Undefined when all rows may be either, or when they contradict each other. */
  get order(): DateOrder | undefined {
    if (this.#mayBeDayFirst === this.#mayBeMonthFirst) return undefined;
    return this.#mayBeDayFirst ? 'dmy' : 'mdy';
  }
}

/** An offset from UTC such as `UTC-05:00`, `+01:00` or `Z`, in µs; undefined for another. */
export function zoneOf(text: string): number | undefined {
  const match = /^(?:Z|(?:UTC|GMT)?(?:([+-])(\d{1,2})(?::?(\d\d))?)?)$/i.exec(text.trim());
  if (match === null || text.trim() === '') return undefined;
  const [, sign, hours = '0', minutes = '0'] = match;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  const us = (Number(hours) * 60 + Number(minutes)) * 60 * US_PER_SECOND;
  return sign === '-' ? -us : us;
}

const DATE_TIME =
  /^(?<first>\d{1,4})(?<mark>[-/.])(?<second>\d{1,2})\k<mark>(?<third>\d{1,4})(?:(?:T|\s+|,\s*)(?<clock>\d[\d:.,]*(?:[\s-]*[AaPp][Mm])?))?(?:\s*(?<zone>[Zz]|[+-]\d{1,2}(?::?\d\d)?|[A-Za-z][\w/]*(?:[+-]\d{1,2}(?::?\d\d)?)?))?(?:\[UTC\])?$/;

/** Compact dates in front of a time of day (`20240131 120000`), names of months, and the `T` of ISO made plain. */
function withMonthNumbers(text: string): string {
  const month = (name: string): string => {
    const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
    return at < 0 || (name.length > 3 && !FULL_MONTHS.includes(name.toLowerCase())) ? name : String(at + 1);
  };
  return text
    .replace(/^(\d{4})(\d\d)(\d\d)(?=[T\s])/, '$1-$2-$3')
    .replace(
      /^(\d{1,2})[-\s/]([A-Za-z]{3,9})[-\s/,]+(\d{4})/,
      (_, day: string, name: string, year: string) => `${year}-${month(name)}-${day}`,
    )
    .replace(
      /^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})/,
      (_, name: string, day: string, year: string) => `${year}-${month(name)}-${day}`,
    );
}

const FULL_MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const MONTHS = FULL_MONTHS.map((name) => name.slice(0, 3));

function clockOf(text: string): number | undefined {
  if (text === '') return 0;
  const match =
    /^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,:](\d{1,18}))?)?)?(?:[\s-]*([AaPp][Mm]))?$/.exec(text) ??
    /^(\d\d)(\d\d)(?:(\d\d)[.,]?(\d{1,9})?)?$/.exec(text);
  if (match === null) return undefined;
  const [, hour = '', minute = '0', second = '0', part = '', half = ''] = match;
  return timeOfDayUs(hour, minute, second, part, half);
}

function timeOfDayUs(
  hour: string,
  minute: string,
  second: string,
  part: string,
  half: string,
): number | undefined {
  let hours = Number(hour);
  if (half !== '') {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = (hours * 60 + Number(minute)) * 60 + Number(second);
  return seconds * US_PER_SECOND + Number(part.slice(0, 6).padEnd(6, '0'));
}

/** Midnight of a day that is in the calendar: 2024-02-30 is not. */
function dateUs(year: string, month: string, day: string): TimeUs | undefined {
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(ms);
  const isReal =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  return isReal ? ms * US_PER_MS : undefined;
}

const EXCEL_EPOCH_DAYS = 25_569;
const SECONDS_A_DAY = 86_400;

/** What text may be that is not understood, so that the user knows what to correct. */
function guessOf(text: string): string {
  const digits = guessOfDigits(text);
  if (digits !== '') return `; ${digits}`;
  if (/^\d{5}(?:[.,]\d+)?$/.test(text)) {
    const days = Number(text.replace(',', '.')) - EXCEL_EPOCH_DAYS;
    const atUs = Math.round(days * SECONDS_A_DAY) * US_PER_SECOND;
    if (isPlausible(atUs)) return `; it may be a date of Excel (${formatTimeUs(atUs)})`;
  }
  if (/^\d+(?:[.,]\d+)?[eE]\+?\d+$/.test(text)) return ': its last digits were rounded away';
  return /^(?:19|20)\d{6,15}$/.test(text) ? '; it may be calendar digits of a day that does not exist' : '';
}
