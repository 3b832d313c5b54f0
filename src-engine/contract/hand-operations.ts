/** What an operator does by hand, each through the same risk checks as the engine's own orders; part of the table in operations.ts. */
import { z } from 'zod';
import { amountText } from '../domain/value-schemas.ts';
import { assetName } from './records.ts';
import { riskStatus } from './risk-records.ts';

const venue = z.string().min(1).max(60);

export const handOperations = {
  takeOpportunity: {
    summary:
      'Takes an open opportunity now: planned anew from the books of the moment, through every risk check; only the minimum net edge and the cooldown are the caller’s.',
    input: z.strictObject({
      opportunityId: z.string().min(1).max(200),
      /** Least net edge in bps for which it is still taken; never below zero. */
      minNetBps: z.number().min(0).max(10_000).default(0),
    }),
    output: z.object({ executionId: z.string() }),
    role: 'operator',
    changes: true,
  },
  flatten: {
    summary:
      'Sells what is free of one coin, or of every coin, at a venue for the venue’s cash. `confirm` must be the word FLATTEN.',
    input: z.strictObject({
      venue,
      /** Every coin of the venue when left out. */
      coin: assetName.optional(),
      confirm: z.literal('FLATTEN'),
    }),
    output: z.object({
      /** Sales that began; how each ended is in its execution. */
      sold: z.array(z.object({ coin: z.string(), amount: amountText, executionId: z.string() })),
      /** What was left where it is, and why. */
      left: z.array(z.object({ coin: z.string(), amount: amountText, reason: z.string() })),
    }),
    role: 'operator',
    changes: true,
  },
  cancelOrders: {
    summary:
      'Cancels the engine’s open orders of a symbol, of a venue, or all of them; orders of other programs stay. A cycle whose order is canceled is unwound; a quoted market (maker–taker) is quoted anew, unless trading is paused.',
    input: z.strictObject({ venue: venue.optional(), symbol: z.string().min(1).max(40).optional() }),
    output: z.object({ cancelsSent: z.number().int() }),
    role: 'operator',
    changes: true,
  },
  disableStrategy: {
    summary: 'Disables a cycle or route, by its name in getRisk, until enableStrategy enables it again.',
    input: z.strictObject({ strategy: z.string().min(1).max(200) }),
    output: riskStatus,
    role: 'operator',
    changes: true,
  },
  enableStrategy: {
    summary: 'Enables a cycle that was stopped because it repeated without profit.',
    input: z.strictObject({ strategy: z.string().min(1).max(200) }),
    output: riskStatus,
    role: 'operator',
    changes: true,
  },
} as const;
