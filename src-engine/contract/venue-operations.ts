/** The operations on venues; part of the table in operations.ts. */
import { z } from 'zod';
import { knownVenue } from './venue-records.ts';

export const venueOperations = {
  listVenues: {
    summary: 'Every venue that Parallax knows, and what each one’s interfaces allow.',
    input: z.strictObject({}),
    output: z.object({ venues: z.array(knownVenue) }),
    role: 'viewer',
    changes: false,
  },
} as const;
