/** What belongs together by an id; part of operations.ts. */
import { z } from 'zod';
import { EVENT_SCHEMAS } from '../domain/event-schemas.ts';
import { execution, fill, opportunity, order } from '../domain/value-schemas.ts';
import { auditEntry } from './records.ts';

/** Most rows of each kind in one answer. */
export const MAX_TRACED = 500;

/** What stops or cancels orders without naming them: it touches those that were open then. */
export const STOPPING_EVENTS = ['killed', 'killVerified', 'tradingHalted', 'watchdogActed'] as const;
const stoppingEvent = z.discriminatedUnion('type', [
  EVENT_SCHEMAS.killed,
  EVENT_SCHEMAS.killVerified,
  EVENT_SCHEMAS.tradingHalted,
  EVENT_SCHEMAS.watchdogActed,
]);
export type StoppingEvent = z.infer<typeof stoppingEvent>;

export const traceOperations = {
  getTrace: {
    summary:
      'Everything that belongs to an opportunity, an execution, an order or a fill, by the id of any of them: the opportunity, its executions, their orders and fills, the calls that name one of them or began it, and kills, cancels and halts while one of its orders was open.',
    input: z.strictObject({ id: z.string().min(1).max(200) }),
    output: z.object({
      opportunities: z.array(opportunity),
      executions: z.array(execution),
      orders: z.array(order),
      fills: z.array(fill),
      /** Rows of the audit trail, oldest first. */
      audit: z.array(auditEntry),
      /** Kills, halts and acts of a watchdog while one of the orders was open at that venue, oldest first. */
      stops: z.array(z.object({ seq: z.number().int(), event: stoppingEvent })),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
