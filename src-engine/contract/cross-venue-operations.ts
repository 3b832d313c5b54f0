/** Operations on markets over several venues, and on venues beside each other; part of the table in operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';
import { venueName } from './records.ts';
import { crossVenueView, venueComparison } from './cross-venue-records.ts';

export const crossVenueOperations = {
  getCrossVenue: {
    summary:
      'One market at all its venues: best prices before and after fees, age, who moves first, and the net edge of every pair of venues.',
    input: z.strictObject({ instrumentId: z.number().int().nonnegative() }),
    output: crossVenueView,
    role: 'viewer',
    changes: false,
  },
  getVenueComparison: {
    summary:
      'The venues beside each other by the orders of the profile: fill rate, latency, slippage, rejections, and what legs that failed have cost.',
    input: z.strictObject({ fromUs: timeUs.default(0), toUs: timeUs.optional() }),
    output: venueComparison,
    role: 'viewer',
    changes: false,
  },
  getQuotedMarkets: {
    summary: 'How each market of the setting `makerMarkets` stands, and why nothing is quoted there.',
    input: z.strictObject({}),
    output: z.strictObject({
      markets: z.array(
        z.strictObject({
          symbol: z.string(),
          quotedAt: venueName,
          hedgedAt: venueName,
          /** Why nothing is quoted; empty: something is, or is about to be. */
          obstacle: z.string(),
          /** Base that quotes brought and no hedge took yet; below zero: too little. */
          open: z.string(),
          /** Placements and cancels of this market in the last minute, and its share of those that may be sent in any minute at its venue; cancels that must not wait go beyond it. */
          messages: z.number().int().nonnegative(),
          messagesPerMinute: z.number().int().nonnegative(),
        }),
      ),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
