/** Operations on the accounts at the venues beside the ledger; part of the table in operations.ts. */
import { z } from 'zod';
import { accountStanding } from './records.ts';

export const accountOperations = {
  getAccountStanding: {
    summary: 'How each venue’s account compares with the ledger, and the orders that are unknown.',
    input: z.strictObject({}),
    output: accountStanding,
    role: 'viewer',
    changes: false,
  },
  reconcile: {
    summary: 'Compares the account at every venue with the ledger. New orders wait for the answer.',
    input: z.strictObject({}),
    output: accountStanding,
    role: 'operator',
    changes: true,
  },
  settleOrder: {
    summary: 'Ends an unknown order that the venue has not shown for a minute.',
    input: z.strictObject({ orderId: z.string().min(1).max(64) }),
    output: accountStanding,
    role: 'operator',
    changes: true,
  },
  adoptBalances: {
    summary: 'Adopts a venue’s balances where they differ from the ledger: after deposits and withdrawals.',
    input: z.strictObject({ venue: z.string().min(1).max(40) }),
    output: accountStanding,
    role: 'operator',
    changes: true,
  },
} as const;
