/** Operations on perpetuals that are watched; part of the table in operations.ts. */
import { z } from 'zod';
import { carryLine, fundingView, MAX_CARRY_LINES } from './funding-records.ts';

export const fundingOperations = {
  getFunding: {
    summary:
      'Perpetuals of the watched venues beside the spot market: mark, index, basis, funding rate a payment and a year, next payment, open interest, age.',
    input: z.strictObject({
      /** One coin; all when left out. */
      coin: z.string().min(1).max(40).optional(),
    }),
    output: fundingView,
    role: 'viewer',
    changes: false,
  },
  watchFunding: {
    summary:
      'Chooses the venues whose perpetuals this profile watches; an empty list ends it. Public data alone: nothing is traded there.',
    input: z.strictObject({ venues: z.array(z.string().min(1).max(40)).max(16) }),
    output: fundingView,
    role: 'operator',
    changes: true,
  },
  setCarries: {
    summary:
      'Sets the carries that run on paper: spot against a sold perpetual, in a book of their own. No order is ever sent. A line that is left out is forgotten with what it held; an empty list, the default, ends all.',
    input: z.strictObject({ lines: z.array(carryLine).max(MAX_CARRY_LINES) }),
    output: fundingView,
    role: 'operator',
    changes: true,
  },
} as const;
