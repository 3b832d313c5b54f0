/** Which cycles and routes show edges, when, and what became of them: of the database; part of the table in operations.ts. */
import { z } from 'zod';
import { decimalText, timeUs } from '../domain/value-schemas.ts';
import { dayOperations } from './day-operations.ts';

/** Cycles and routes of one answer, those with the most opportunities first. */
export const MAX_EDGE_ROWS = 500;
/** Opportunities of one cycle whose edges are listed, and opportunities that are looked through for them, newest first. */
export const MAX_EDGES = 24;
export const MAX_EDGE_LIVES = 5_000;
/** Hours of one answer: five weeks. */
export const MAX_EDGE_HOURS = 840;

const count = z.number().int().nonnegative();

const edgeRow = z.object({
  venue: z.string(),
  path: z.array(z.string()).readonly(),
  /** Opportunities that closed in the period, and those for which orders were sent. */
  seen: count,
  taken: count,
  /** Executions that finished in the period, and those that completed. */
  attempts: count,
  completed: count,
  /** Booked by them, in the home currency. */
  profitHome: decimalText,
  /** Best net edge of each of its last opportunities in bps, oldest first; those that are long ago are left out. */
  edges: z.array(z.number()).readonly(),
});
export type EdgeRow = z.infer<typeof edgeRow>;

const edgeHour = z.object({
  /** Start of the hour, UTC. */
  startUs: timeUs,
  seen: count,
  taken: count,
  /** Best net edge in bps. */
  bestBps: z.number(),
});
export type EdgeHour = z.infer<typeof edgeHour>;

export const edgeOperations = {
  ...dayOperations,
  getEdges: {
    summary:
      'Cycles and routes with the opportunities that closed in a period, their best edges, and what became of them; and the same by hour.',
    input: z.strictObject({ fromUs: timeUs.default(0), toUs: timeUs.optional() }),
    output: z.object({
      homeAsset: z.string(),
      rows: z.array(edgeRow).readonly(),
      /** There are more than these. */
      isCut: z.boolean(),
      /** Hours with an opportunity, newest first. */
      hours: z.array(edgeHour).readonly(),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
