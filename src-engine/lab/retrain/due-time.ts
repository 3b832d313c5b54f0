/** When a weekly work is due. Pure. However many times were missed, as the machine slept or nothing ran, it is due once. */
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

const DAY_US = 86_400 * US_PER_SECOND;
export const WEEK_US = 7 * DAY_US;
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 4;

/** UTC. */
export type WeeklyTime = { readonly weekday: number; readonly hour: number; readonly minute: number };

/** The last time of the week that is not after `nowUs`. */
export function lastTime({ weekday, hour, minute }: WeeklyTime, nowUs: TimeUs): TimeUs {
  const inWeek = ((weekday - FIRST_WEEKDAY + 7) % 7) * DAY_US + (hour * 60 + minute) * 60 * US_PER_SECOND;
  return Math.floor((nowUs - inWeek) / WEEK_US) * WEEK_US + inWeek;
}

/**
 * @param handledUs up to then nothing is due: the last time that was taken care of, or when it was turned on.
 * @returns since when it is due; undefined: it is not.
 */
export function dueSince(time: WeeklyTime, handledUs: TimeUs, nowUs: TimeUs): TimeUs | undefined {
  const last = lastTime(time, nowUs);
  return last > handledUs ? last : undefined;
}
