/** What belongs together by an id; part of operations.ts. */
import { z } from 'zod';
import { execution, fill, opportunity, order } from '../domain/value-schemas.ts';
import { auditEntry } from './records.ts';

/** Most rows of each kind in one answer. */
export const MAX_TRACED = 500;

export const traceOperations = {
  getTrace: {
    summary:
      'Everything that belongs to an opportunity, an execution, an order or a fill, by the id of any of them: the opportunity, its executions, their orders and fills, and the calls that name one of them or began it.',
    input: z.strictObject({ id: z.string().min(1).max(200) }),
    output: z.object({
      opportunities: z.array(opportunity),
      executions: z.array(execution),
      orders: z.array(order),
      fills: z.array(fill),
      /** Rows of the audit trail, oldest first. */
      audit: z.array(auditEntry),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
