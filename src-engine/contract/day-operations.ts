/** A day in one page: what was found, taken, missed, and why; part of the table in operations.ts. */
import { z } from 'zod';
import { decimalText, decisionCode, executionOutcome, runMode, timeUs } from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();

const dayEquity = z.object({
  atUs: timeUs,
  equity: decimalText,
  /** Null where a coin had no price: what was paid for it is not in the equity, and so not known here. */
  capital: decimalText.nullable(),
  /** Coins that had no price, and are left out of `equity`; in the change those of either end, whichever had more. */
  withoutPrice: count,
  realizedPnl: decimalText,
  unrealizedPnl: decimalText,
  fees: decimalText,
});

export const dayReport = z.object({
  /** UTC, `2026-11-30`. */
  day: z.string(),
  profile: z.string(),
  homeAsset: z.string(),
  fromUs: timeUs,
  toUs: timeUs,
  /** Until when it counts: the end of the day, or the moment of the report while the day is not over. */
  untilUs: timeUs,
  /** Of the runs of that day, in their order, each once: what was traded, and whether the exchange was simulated. */
  modes: z.array(z.object({ mode: runMode, simulatedMarket: z.boolean() })).readonly(),
  /** Opportunities that closed on that day, and those for which orders were sent. */
  found: count,
  taken: count,
  /** By the last decision on each opportunity, the most opportunities first. */
  decisions: z
    .array(
      z.object({
        decision: decisionCode,
        opportunities: count,
        /** Best net edge in bps. */
        bestBps: z.number(),
        /** What their best plans promised together, by the asset that they start from: estimates. */
        promised: z.array(z.object({ asset: z.string(), amount: z.number() })).readonly(),
      }),
    )
    .readonly(),
  /** Executions that finished on that day, by outcome; profits are exact, in the home currency. */
  outcomes: z
    .array(z.object({ outcome: executionOutcome, executions: count, profitHome: decimalText }))
    .readonly(),
  executions: count,
  profitHome: decimalText,
  /**
   * Stored equity at the beginning and the end of the day, by its parts: capital + realizedPnl + unrealizedPnl = equity, where capital is known, in each column and in
   * the change. What the change of the profit is more than `profitHome` came from holdings, but where `isCut`. Null where nothing was stored.
   */
  equity: z.object({ from: dayEquity, to: dayEquity, change: dayEquity, holdings: decimalText }).nullable(),
  /** There are more executions than one report adds up. */
  isCut: z.boolean(),
  /** Limits and settings that were changed, and by whom. */
  changes: count,
  notes: count,
});
export type DayReport = z.infer<typeof dayReport>;

export const dayOperations = {
  getDayReport: {
    summary:
      'A day (UTC) in one page of HTML: what was found, taken and missed and why, bookings, events, limits that were changed, notes; and its figures.',
    input: z.strictObject({
      day: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day as 2026-11-30')
        .refine(isOfCalendar, 'must be a day of the calendar'),
    }),
    output: z.object({ report: dayReport, file: z.string(), mime: z.string(), text: z.string() }),
    role: 'viewer',
    changes: false,
  },
} as const;

/** A date that is none, such as 30 February, is read as one of the next month. */
function isOfCalendar(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
