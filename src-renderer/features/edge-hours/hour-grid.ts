/** Hours of several days as rows of twenty-four, the newest day first. Pure. */
import type { EdgeHour } from '../../../src-engine/contract/edge-operations.ts';

export const MEASURES = ['seen', 'taken', 'best bps'] as const;
export type Measure = (typeof MEASURES)[number];

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

export type HourCell = {
  readonly hour: EdgeHour;
  readonly text: string;
  /** From 0 to 1, as a share of the largest. */
  readonly heat: number;
};

export type HourGrid = {
  readonly total: number;
  readonly days: readonly { readonly day: string; readonly cells: readonly (HourCell | undefined)[] }[];
};

export function hourGrid(hours: readonly EdgeHour[], measure: Measure): HourGrid {
  const size = ({ seen, taken, bestBps }: EdgeHour): number =>
    measure === 'seen' ? seen : measure === 'taken' ? taken : bestBps;
  const most = Math.max(0, ...hours.map(size));
  const byDay = Map.groupBy(hours, ({ startUs }) => Math.floor(startUs / DAY_US));
  const days = [...byDay]
    .sort(([a], [b]) => b - a)
    .map(([day, own]) => {
      const cells: (HourCell | undefined)[] = Array.from({ length: 24 }, () => undefined);
      for (const hour of own) {
        const value = size(hour);
        cells[Math.floor((hour.startUs % DAY_US) / HOUR_US)] = {
          hour,
          text: measure === 'best bps' ? value.toFixed(1) : String(value),
          heat: most <= 0 ? 0 : Math.max(0, value) / most,
        };
      }
      return { day: new Date((day * DAY_US) / 1_000).toISOString().slice(0, 10), cells };
    });
  return { total: hours.reduce((sum, { seen }) => sum + seen, 0), days };
}
