/** The journal as it is read from outside: every event in order, from any number on; part of operations.ts. */
import { z } from 'zod';
import type { EngineEvent } from '../domain/event.ts';
import { engineEvent, EVENT_SCHEMAS } from '../domain/event-schemas.ts';

export const MAX_EVENTS_PAGE = 500;
/** As the engine writes it: nothing of it is meant to be changed. */
const anyEvent = engineEvent as unknown as z.ZodType<EngineEvent>;
const eventType = z
  .string()
  .max(40)
  .refine((type) => Object.hasOwn(EVENT_SCHEMAS, type), 'is not a type of event');

export const eventOperations = {
  listEvents: {
    summary: 'Events of the profile’s journal in the order in which they happened, after a number.',
    input: z.strictObject({
      /** Only events after this number of the journal. */
      afterSeq: z.number().int().nonnegative().default(0),
      limit: z.number().int().min(1).max(MAX_EVENTS_PAGE).default(200),
      types: z.array(eventType).min(1).max(20).optional(),
    }),
    output: z.object({
      /** Whose numbers they are: each profile counts from 1. */
      profile: z.string(),
      /** The number to go on after: of the last row that was looked at. */
      seq: z.number().int(),
      /** The last number of the journal. */
      lastSeq: z.number().int(),
      events: z.array(z.object({ seq: z.number().int(), runId: z.string(), event: anyEvent })),
      /** Rows that hold no event of their type: which, and what does not fit. */
      unread: z.array(z.object({ seq: z.number().int(), problem: z.string() })),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
