/** Service levels of the engine over 30 days; part of operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

export const SLO_NAMES = ['availability', 'api', 'tracking'] as const;
export const sloName = z.enum(SLO_NAMES);
export type SloName = z.infer<typeof sloName>;

export const sloStanding = z.object({
  name: sloName,
  /** Share of what is counted that must be good, 0 to 1. */
  target: z.number(),
  /** What is counted: minutes, or calls; and how many of them were good. */
  unit: z.enum(['minutes', 'calls']),
  total: z.number().int(),
  good: z.number().int(),
  /** Null: nothing was counted. */
  ratio: z.number().nullable(),
  /** Share of what may be bad in 30 days that is left, at the rate of all that was counted; below zero: the level is missed. */
  budgetLeft: z.number().nullable(),
  /** Less than nothing is left, of enough that was counted to say so. */
  isMissed: z.boolean(),
  /** How many times faster than allowed the budget is used: of the last hour and of six; null: nothing was counted. */
  burnHour: z.number().nullable(),
  burnSixHours: z.number().nullable(),
});
export type SloStanding = z.infer<typeof sloStanding>;

export const sloView = z.object({
  /** The first minute that is counted; null: none yet. */
  sinceUs: timeUs.nullable(),
  slos: z.array(sloStanding),
});
export type SloView = z.infer<typeof sloView>;

export const sloOperations = {
  getSlos: {
    summary:
      'Service levels over the last 30 days: availability, calls of the API within a second, tracking error; with what is left of each budget and how fast it is used.',
    input: z.strictObject({}),
    output: sloView,
    role: 'viewer',
    changes: false,
  },
} as const;

/** How a call ended. `failed`: the engine's own fault, however fast it said so; `givenUp`: its client left before the answer. */
export type CallEnd = 'answered' | 'failed' | 'givenUp';
