/** Schemas of how each venue of a session stands. */
import { z } from 'zod';

/** Part of a limit that the venue publishes. */
export const limitUsed = z.object({
  name: z.string(),
  intervalS: z.number(),
  used: z.number().int(),
  limit: z.number().int(),
});

export const feedStatus = z.object({
  venue: z.string(),
  /** Id of the known venue whose protocol it speaks. */
  adapter: z.string(),
  /** For people: its title. */
  title: z.string(),
  /** True when no real venue stands behind it. */
  isSimulated: z.boolean(),
  /** What is worse about its books than at other venues, in words; empty: nothing. */
  weaker: z.string(),
  /** Why nothing new begins at this venue; null: nothing is against it. What stops all venues stands here too. */
  blocker: z.string().nullable(),
  /** Why it is halted by itself, until it is resumed; empty: it is not, though the whole account may be. */
  haltedFor: z.string(),
  /** Why it is watched without trading in a session that trades accounts elsewhere; empty: it is not. */
  watchedFor: z.string(),
  state: z.enum(['connecting', 'open', 'closed']),
  /** Its books no longer come from a connection: each is asked for, and is older. `reason` has why. */
  isByRest: z.boolean(),
  venueStatus: z.string(),
  reason: z.string(),
  /** Age of the newest book change, and of the last sign of life; null before the first. */
  dataAgeUs: z.number().nullable(),
  aliveAgeUs: z.number().nullable(),
  booksLive: z.number().int(),
  booksSyncing: z.number().int(),
  booksStale: z.number().int(),
  messages: z.number().int(),
  checksumMismatches: z.number().int(),
  /** Pairs that are not traded though the venue lists them: how many, and the first of them by name with the reason. */
  notTraded: z.object({
    count: z.number().int(),
    named: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
  /** Pairs that the venue lists since the session began: they join by a new start, once nothing is under way, recorded or armed. */
  joining: z.object({ count: z.number().int(), named: z.array(z.string()) }),
  /** Why market data last stopped, in this session; null: it did not. */
  lastFault: z.object({ reason: z.string(), ageUs: z.number() }).nullable(),
  /** Of the venue's public interface, asked once a minute; null: no answer yet, or it is not asked. */
  clock: z
    .object({
      roundTripUs: z.number(),
      /** Venue's clock minus ours, to within `errorUs`. */
      skewUs: z.number(),
      errorUs: z.number(),
      ageUs: z.number(),
    })
    .nullable(),
  /** Taker fees of what is traded there, as fractions, and where they are from; null: none is known. */
  takerFees: z.object({ least: z.string(), most: z.string(), bases: z.array(z.string()) }).nullable(),
  /** What the account's key may do, and what of the account's limits is used; null: no account trades there. */
  account: z
    .object({
      permissions: z.array(z.string()),
      limits: z.array(limitUsed),
    })
    .nullable(),
});

/** Of a feed that fell back to asking for its books, for people; empty: it did not. */
export function restWords({
  isByRest,
  dataAgeUs,
}: Pick<z.infer<typeof feedStatus>, 'isByRest' | 'dataAgeUs'>): string {
  if (!isByRest) return '';
  return ` by REST (newest change ${dataAgeUs === null ? 'none yet' : `${(dataAgeUs / 1e6).toFixed(1)} s ago`})`;
}

/** A venue of the plan without which the session began. */
export const unreachedVenue = z.object({ adapter: z.string(), title: z.string(), reason: z.string() });

/** What a kill did at one venue. */
export const killVenue = z.object({
  venue: z.string(),
  title: z.string(),
  /** Open orders that the venue showed when it was last asked after the kill; null until it has answered. */
  openOrders: z.number().int().nullable(),
  /** Why it could not be asked to cancel, or what is open; it is asked again. Empty: it could. */
  problem: z.string(),
});
export type KillVenue = z.infer<typeof killVenue>;

/** A venue that Parallax knows, and what its interfaces allow. */
export const knownVenue = z.object({
  id: z.string(),
  title: z.string(),
  /** False: its books can be traded on paper alone. */
  tradesAccounts: z.boolean(),
  bookIntegrity: z.enum(['checksum', 'sequence', 'connection-sequence', 'none']),
  /** The venue itself cancels everything when the engine falls silent; without that the watchdog alone does. */
  hasDeadManSwitch: z.boolean(),
  /** A local exchange speaks its protocols: it can be part of a simulated market. */
  hasLocalExchange: z.boolean(),
  /** It is rehearsed on a local chain: it can be part of a simulated market whose orders go to accounts. */
  hasLocalChain: z.boolean(),
  cancelAll: z.enum(['account', 'symbol', 'none']),
  /** What is worse about its books than at other venues, in words; empty: nothing. */
  weaker: z.string(),
});
export type KnownVenue = z.infer<typeof knownVenue>;
