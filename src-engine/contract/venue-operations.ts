/** The operations on venues; part of the table in operations.ts. */
import { z } from 'zod';
import { coinDoubt, knownVenue } from './venue-records.ts';

export const venueOperations = {
  listVenues: {
    summary: 'Every venue that Parallax knows, and what each one’s interfaces allow.',
    input: z.strictObject({}),
    output: z.object({ venues: z.array(knownVenue) }),
    role: 'viewer',
    changes: false,
  },
  trustCoin: {
    summary:
      'Takes a code that was quarantined (`doubtedCoins` of the status) for one coin at all its venues: it is valued and limited as one again, after a restart too.',
    input: z.strictObject({ coin: z.string().min(1).max(40) }),
    /** Codes that are still quarantined. */
    output: z.object({ doubtedCoins: z.array(coinDoubt).readonly() }),
    role: 'operator',
    changes: true,
  },
} as const;
