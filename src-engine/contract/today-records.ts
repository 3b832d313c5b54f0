/** The day at a glance, as the strip of the window has it always in sight. Amounts in the home currency. */
import { z } from 'zod';
import { riskLevel } from '../domain/risk-schemas.ts';
import { decimalText, timeUs } from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();

/** Why an edge was not booked, and what it was worth by its best plan: an estimate, at the marks of the moment. */
export const missedRow = z.object({
  /** A decision, or the outcome of an execution. */
  reason: z.string(),
  opportunities: count,
  home: z.number(),
});

export const todayFigures = z.object({
  homeAsset: z.string(),
  /** Midnight UTC. */
  dayUs: timeUs,
  /** Booked by the executions that finished since then. */
  profit: decimalText,
  executions: count,
  /** Those that sent an order for an opportunity: completed, missed, unwound or stranded. */
  attempts: count,
  completed: count,
  /** Attempts of which no leg was filled. */
  missed: count,
  /** Sum of what executions lost whose position was unwound or stranded; below zero or zero. */
  unwindCost: decimalText,
  /** Opportunities that opened in the last minute. */
  edgesPerMinute: count,
  /** Since when the edges below are counted: midnight, or the start of the session. */
  edgesSinceUs: timeUs,
  /** What the best plans of all opportunities promised together, what was booked, and its share; null where nothing was promised. */
  edges: z.object({
    detected: z.number(),
    captured: z.number(),
    share: z.number().nullable(),
    /** The most money first. */
    lost: z.array(missedRow),
  }),
  /** Value of all open positions; null while something held has no price. */
  exposure: decimalText.nullable(),
  riskLevel,
  /** Percent of the day's first equity that is lost; below zero: won. */
  lossPct: z.number(),
});
export type TodayFigures = z.infer<typeof todayFigures>;
