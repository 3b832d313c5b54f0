/** The operations on venues; part of the table in operations.ts. */
import { z } from 'zod';
import { knownVenue } from './venue-records.ts';
import { coinDoubt } from '../domain/risk-schemas.ts';

export const venueOperations = {
  listVenues: {
    summary: 'Every venue that Parallax supports, with its capabilities.',
    input: z.strictObject({}),
    output: z.object({ venues: z.array(knownVenue) }),
    role: 'viewer',
    changes: false,
  },
  trustCoin: {
    summary:
      'Trusts that a quarantined code (`doubtedCoins` of the status) is the same coin at all its venues: it is valued and limited as one coin again, after a restart too.',
    input: z.strictObject({ coin: z.string().min(1).max(40) }),
    /** Codes that are still quarantined. */
    output: z.object({ doubtedCoins: z.array(coinDoubt).readonly() }),
    role: 'operator',
    changes: true,
  },
} as const;
