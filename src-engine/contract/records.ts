/** Schemas of the records that several operations and topics share. Decimals travel as text, times in µs. */
import { DURABILITIES } from '../domain/durability.ts';
import { z } from 'zod';
import { coinDoubt } from '../domain/risk-schemas.ts';
import { armingState, decimalText, runMode, side, timeUs } from '../domain/value-schemas.ts';
import { feedStatus, killVenue, limitUsed, unreachedVenue } from './venue-records.ts';

export const venueName = z.string().regex(/^[a-z][a-z0-9_:-]{0,31}$/, 'must be a venue such as "kraken"');
export const assetName = z.string().regex(/^[A-Z0-9.]{1,16}$/, 'must be an asset such as "BTC"');

export const instrument = z.object({
  id: z.number().int().nonnegative(),
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  tickSize: decimalText,
  lotSize: decimalText,
  minQty: decimalText,
  minNotional: decimalText,
  priceDecimals: z.number().int(),
  qtyDecimals: z.number().int(),
  /** As a fraction; null where it is not known, and then the instrument is not traded. */
  takerFee: decimalText.nullable(),
  /** Where the fee is from, as it is shown: `account`, `listed`, `assumed, schedule of 2026-01-12`; or empty. */
  feeBasis: z.string(),
  status: z.string(),
  /** Why the run does not trade it whatever its status says; empty: it does. */
  stoppedFor: z.string(),
});
export type InstrumentRecord = z.infer<typeof instrument>;

/** The volume of a trader's last 30 days, which chooses the tier of an assumed or listed fee schedule. */
export const feeSettings = z.object({
  volumeUsd: z.number().min(0).max(1e12),
  /** Where it is from: `serve --fee-volume`, which goes before what is stored; the stored setting; or nothing was said. */
  setBy: z.enum(['option', 'setting', 'default']),
});
export type FeeSettings = z.infer<typeof feeSettings>;

/** What the intent of an order survives before the order is sent: see domain/durability.ts. */
export const durabilitySettings = z.object({
  level: z.enum(DURABILITIES),
  /** `serve --durability`, which goes before what is stored; the stored setting; or nothing was said. */
  setBy: z.enum(['option', 'setting', 'default']),
});
export type DurabilitySettings = z.infer<typeof durabilitySettings>;

/** One entry of the audit trail: every changing call with its actor and outcome, and every denial. */
export const auditEntry = z.object({
  atUs: timeUs,
  actor: z.string(),
  action: z.string(),
  outcome: z.string(),
  detail: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** How the account at each venue stands against the ledger, and the orders whose outcome is unknown. */
export const accountStanding = z.object({
  /** False: the venues keep no account, as in paper trading. */
  comparesAccounts: z.boolean(),
  venues: z.array(
    z.object({
      venue: z.string(),
      /** Why nothing new may be sent there; empty: it may. */
      refusal: z.string(),
      /** When it last agreed; null: not in this run. */
      agreedUs: timeUs.nullable(),
      differences: z
        .array(z.object({ asset: z.string(), ledger: decimalText, venue: decimalText }))
        .readonly(),
      /** Orders on the account that were placed elsewhere, as last shown; the first hundred. */
      foreignOrders: z
        .array(
          z.object({
            venueOrderId: z.string(),
            symbol: z.string(),
            side: z.string(),
            qty: z.string(),
            /** In the venue's words: of a trailing stop `+5.0000%`. */
            price: z.string(),
          }),
        )
        .readonly(),
      /** Rows of the venue that could not be read and that endanger no order of ours: how many, and the last of them. */
      unreadRows: z.object({
        count: z.number().int(),
        last: z.array(z.object({ source: z.string(), row: z.string(), problem: z.string() })).readonly(),
      }),
      /** The countdown at the venue that cancels everything unless it is renewed; null: it keeps no account. */
      deadManSwitch: z
        .object({
          /** `none`: the venue has no such switch. */
          state: z.enum(['never set', 'set', 'withheld', 'failing', 'ended', 'none']),
          reason: z.string(),
          /** When the venue took it last; null: not in this run. */
          setUs: timeUs.nullable(),
        })
        .nullable(),
      /** What is used of the limits that the venue publishes, as it last said; empty where it does not say. */
      limits: z.array(limitUsed).readonly(),
    }),
  ),
  /** A separate process would cancel everything if this one died or hung. */
  isWatched: z.boolean(),
  unknownOrders: z.array(
    z.object({
      orderId: z.string(),
      venue: z.string(),
      symbol: z.string(),
      side,
      qty: decimalText,
      price: decimalText,
      reason: z.string(),
      /** Why an operator may not settle it yet; empty: it may be settled. */
      obstacle: z.string(),
    }),
  ),
});

/**
 * What a run trades on, and with what, at all of its venues. `demo`: the local exchange, simulated fills. `paper`: a real venue's prices,
 * simulated fills. `rehearsal`: an account at the local exchange, traded like a live one. `live`: the trader's account.
 */
export const planMode = z.enum(['demo', 'paper', 'rehearsal', 'live']);
export type PlanMode = z.infer<typeof planMode>;

/** The demo of three exchanges: a built-in plan beside the four that are named as their modes. */
export const THREE_EXCHANGES = 'demo-3';
/** Profiles of all built-in plans. */
export const builtInProfile = z.enum(['demo', THREE_EXCHANGES, 'paper', 'rehearsal', 'live']);
export type BuiltInProfile = z.infer<typeof builtInProfile>;

export function modeOfBuiltIn(profile: BuiltInProfile): PlanMode {
  return profile === THREE_EXCHANGES ? 'demo' : profile;
}

/** Under which a plan's history is kept: that of a built-in plan, or `plan-N` of one of the trader's own. */
export const profileName = z
  .string()
  .regex(
    /^(demo|demo-3|paper|rehearsal|live|plan-[1-9]\d{0,5})$/,
    'must be a profile such as "paper" or "plan-1"',
  );
export type ProfileName = z.infer<typeof profileName>;

export const engineStatus = z.object({
  version: z.string(),
  /** Absent until a profile is chosen. */
  profile: profileName.nullable(),
  /** Of that profile; null also until it is read at the start of the engine. */
  plan: z.object({ name: z.string(), mode: planMode, isBuiltIn: z.boolean() }).nullable(),
  /** `ghost` while a live profile is disarmed: its twin trades, the account does not. */
  mode: runMode.nullable(),
  /** True when prices come from the local exchange: not a real market. */
  simulatedMarket: z.boolean(),
  venueTitle: z.string(),
  atUs: timeUs,
  startedUs: timeUs,
  /** Null in profiles that trade no account at a venue. */
  arming: z.object({ state: armingState, reason: z.string(), sinceUs: timeUs }).nullable(),
  killed: z.boolean(),
  /** Open orders the venue showed when last asked after a kill; null until it has answered. */
  killVerifiedOpenOrders: z.number().int().nullable(),
  /** Why the venue could not be asked to cancel, or what is open, after a kill; it is tried again. Empty: it could. */
  killProblem: z.string(),
  /** Each venue that a kill went to; empty while nothing is killed. */
  killVenues: z.array(killVenue),
  paused: z.boolean(),
  haltReason: z.string(),
  feeds: z.array(feedStatus),
  /** Venues of the plan without which the session began, and why; they are tried again. */
  unreachedVenues: z.array(unreachedVenue),
  /** Codes that are not taken for one coin at all venues. */
  doubtedCoins: z.array(coinDoubt).readonly(),
  instruments: z.number().int(),
  cycles: z.number().int(),
  ordersInFlight: z.number().int(),
  factSeq: z.number().int(),
  recording: z.string().nullable(),
  storage: z.object({
    kind: z.enum(['sqlite', 'postgres']),
    healthy: z.boolean(),
    detail: z.string(),
    /** What intents survive now before their orders are sent. */
    durability: durabilitySettings.shape.level,
  }),
  counters: z.object({
    bookUpdates: z.number().int(),
    opportunities: z.number().int(),
    orders: z.number().int(),
    fills: z.number().int(),
    /** What risk refused in this run, plans and orders: the sum of the risk status' denials. */
    denials: z.number().int(),
  }),
});
export type EngineStatus = z.infer<typeof engineStatus>;

/** Lower ends of the bars of a latency's picture, in µs: eight to each tenfold, from 0.1 µs to 10 s; the last is open. */
export const LATENCY_BARS_US: readonly number[] = Array.from({ length: 65 }, (_, bar) => 10 ** (bar / 8 - 1));

const latencies = z.object({
  /** Of the last minute at most, and of half a minute at least once the engine is up that long. */
  recent: z.object({
    count: z.number().int(),
    p50Us: z.number(),
    p99Us: z.number(),
    p999Us: z.number(),
    maxUs: z.number(),
    /** How many fell into each bar of LATENCY_BARS_US; what is below the first counts into it. */
    bars: z.array(z.number().int()).readonly(),
  }),
  /** Since the session began; each bucket counts all that took at most so long. */
  total: z.object({
    count: z.number().int(),
    sumUs: z.number(),
    buckets: z.array(z.object({ upToUs: z.number(), count: z.number().int() })),
  }),
});

/** How well the engine keeps up with its market. */
export const engineHealth = z.object({
  atUs: timeUs,
  upUs: z.number(),
  /** From the bytes of a frame to an order on its way; one frame in eight is timed, every order is. */
  stages: z.array(latencies.extend({ stage: z.enum(['parsed', 'book', 'decided', 'sent']) })),
  /** How late the event loop comes to what is due. Behind: books are looked at once a turn. */
  loop: latencies.extend({ isBehind: z.boolean() }),
  /** Inputs of the kernel that wait for the one in hand. */
  queue: z.object({ waiting: z.number().int(), most: z.number().int(), limit: z.number().int() }),
  /** Book messages that were taken in but not looked at by themselves, as the engine was behind. */
  conflatedBooks: z.number().int(),
  memory: z.object({ residentBytes: z.number(), heapBytes: z.number() }),
});
export type EngineHealth = z.infer<typeof engineHealth>;
