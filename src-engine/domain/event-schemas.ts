/**
 * Every event of the engine as a schema: the types of domain/event.ts, what is read back from the database, and the API's page are
 * made from these. Events are written without them: what the kernel emits is checked by the compiler alone.
 */
import { z } from 'zod';
import { goLiveStage } from './go-live.ts';
import type { InstrumentSpec } from './instrument.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from './limits.ts';
import type { VenueOrder } from './order.ts';
import {
  armingState,
  balance,
  bookState,
  decimalText,
  equitySample,
  execution,
  fill,
  type Fits,
  opportunity,
  order,
  runMode,
  side,
  timeUs,
} from './value-schemas.ts';
import { transfer } from './inventory-schemas.ts';
import { fundingReading } from './funding-reading.ts';
import { sentimentReading } from './sentiment.ts';
import {
  strategyDecision,
  strategyFault,
  strategyFill,
  strategyMiss,
  strategyPromotion,
  strategySetup,
  strategyStanding,
} from './strategy-schemas.ts';
import { breakerName, coinDoubt, coinTrust, depeg, riskLevel, riskSnapshot } from './risk-schemas.ts';

/** Who did it: a person through the window, the command line or the API, or the engine itself. */
export const actor = z.object({ kind: z.enum(['operator', 'engine']), via: z.string() });

/** Why a venue was asked how the account stands. `doubt`: something was reported that does not fit. */
export const reconcileCause = z.enum(['start', 'reconnect', 'wake', 'periodic', 'doubt', 'operator']);

export const deadManState = z.enum(['set', 'withheld', 'failing', 'ended']);

/** Who said that an instrument changed: the venue's list, the account's fees, or a fill that cost more than planned. */
export const instrumentCause = z.enum(['venue', 'account', 'fill']);

/** A balance of which the venue and the ledger say different amounts. */
export const balanceDifference = z.object({ asset: z.string(), ledger: decimalText, venue: decimalText });

/** What a watchdog did when it heard no sign of life of the decision loop. */
export const watchdogDeed = z.object({
  venue: z.string(),
  actedUs: timeUs,
  cause: z.enum(['dead', 'frozen']),
  silentMs: z.number(),
  /** Orders that the venue says it canceled. */
  canceled: z.number().int(),
  /** The venue has shown, twice, that nothing is open. */
  verified: z.boolean(),
  tookMs: z.number(),
  /** Why it is not verified. */
  problem: z.string(),
});

/** An instrument as it stands after a change. */
const instrumentSpec = z.object({
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  tickSize: decimalText,
  lotSize: decimalText,
  minQty: decimalText,
  minNotional: decimalText,
  priceDecimals: z.number().int().optional(),
  qtyDecimals: z.number().int().optional(),
  takerFee: decimalText.nullable().optional(),
  makerFee: decimalText.nullable().optional(),
  feeBasis: z.string().optional(),
  orderCost: decimalText.optional(),
  status: z
    .enum(['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only', 'maintenance', 'delisted'])
    .optional(),
}) satisfies z.ZodType<InstrumentSpec>;

/** An order that was placed elsewhere, in the venue's words. In JSON its `orderId` is left out. */
const foreignOrder = z.object({
  orderId: z.string().optional(),
  venueOrderId: z.string(),
  symbol: z.string(),
  side: z.union([side, z.literal('')]),
  price: z.string(),
  qty: z.string(),
  filledQty: z.string(),
  state: z.enum(['open', 'filled', 'canceled']),
  problem: z.string().optional(),
}) as z.ZodType<VenueOrder>;

/** A whole set of limits or settings. That of an earlier version has the fields of that one, so names and ranges are not held to. */
const settingsSet = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.string())]),
) as z.ZodType as z.ZodType<RiskLimits | DetectionSettings | ExecutionSettings>;

/** What was asked and what is allowed, in plain digits: the numbers of a denial. */
const denialNumbers = z.object({ asked: z.string(), allowed: z.string(), unit: z.string() });

const left = z.object({ asset: z.string(), amount: decimalText });

/** With it: there alone. Without: everywhere. */
const ofVenue = { venue: z.string().exactOptional() };

/** An event of a type: when it happened, and what belongs to the type. */
function event<T extends string, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.object({ type: z.literal(type), atUs: timeUs, ...shape });
}

export const EVENT_SCHEMAS = {
  runStarted: event('runStarted', {
    mode: runMode,
    simulatedMarket: z.boolean(),
    seed: z.number(),
    homeAsset: z.string(),
    balances: z.array(balance),
  }),
  feedChanged: event('feedChanged', {
    venue: z.string(),
    state: z.string(),
    venueStatus: z.string(),
    reason: z.string(),
  }),
  bookStateChanged: event('bookStateChanged', {
    venue: z.string(),
    symbol: z.string(),
    state: bookState,
    reason: z.string(),
  }),
  /** The venue changed an instrument's rules, or what a taker pays there; `spec` is the whole as it stands now. */
  instrumentChanged: event('instrumentChanged', {
    venue: z.string(),
    symbol: z.string(),
    cause: instrumentCause,
    /** `name before → after`. */
    changes: z.array(z.string()),
    spec: instrumentSpec,
  }),
  /** Nothing new is ordered there, and why; with an empty reason: it is traded again. */
  instrumentStopped: event('instrumentStopped', {
    venue: z.string(),
    symbol: z.string(),
    reason: z.string(),
  }),
  opportunityOpened: event('opportunityOpened', { opportunity }),
  opportunityClosed: event('opportunityClosed', { opportunity }),
  executionStarted: event('executionStarted', { executionId: z.string(), opportunity }),
  /** What earlier cycles had left of `asset` is brought home: an execution without an opportunity. Below zero: they lack it, and it is bought back. */
  sweepStarted: event('sweepStarted', {
    executionId: z.string(),
    venue: z.string(),
    asset: z.string(),
    amount: decimalText,
  }),
  /** The last run ended in the middle of it: what its fills left is kept for a sweep, what they sold (below zero) is bought back, and it goes no further. */
  executionAbandoned: event('executionAbandoned', { executionId: z.string(), left: z.array(left) }),
  executionFinished: event('executionFinished', { execution }),
  orderCreated: event('orderCreated', { order }),
  /** `numbers` where a limit was passed. */
  orderDenied: event('orderDenied', {
    order,
    code: z.string(),
    detail: z.string(),
    numbers: denialNumbers.optional(),
  }),
  orderAccepted: event('orderAccepted', { order }),
  orderFilled: event('orderFilled', { order, fill }),
  orderCanceled: event('orderCanceled', { order }),
  orderRejected: event('orderRejected', { order }),
  orderUnknown: event('orderUnknown', { order }),
  /** An operator ended an unknown order that the venue never showed. */
  orderSettled: event('orderSettled', { actor, order }),
  /** An order on the account that was placed elsewhere. It is shown once and never touched. */
  foreignOrderSeen: event('foreignOrderSeen', { venue: z.string(), order: foreignOrder }),
  /** A row of the venue that is none of ours, or of no asset that is traded, could not be read; reported once. */
  venueRowUnread: event('venueRowUnread', {
    venue: z.string(),
    source: z.string(),
    row: z.string(),
    orderId: z.string().optional(),
    asset: z.string().optional(),
    problem: z.string(),
  }),
  /** The ledger was compared with the venue. Periodic ones are reported only when they found something. */
  reconciled: event('reconciled', {
    venue: z.string(),
    cause: reconcileCause,
    adoptedFills: z.number().int(),
    settledOrders: z.number().int(),
    unknownOrders: z.number().int(),
  }),
  /** New orders are refused until a later one succeeds. */
  reconcileFailed: event('reconcileFailed', {
    venue: z.string(),
    cause: reconcileCause,
    attempt: z.number().int(),
    reason: z.string(),
  }),
  balancesDiffer: event('balancesDiffer', { venue: z.string(), differences: z.array(balanceDifference) }),
  /** An operator took the venue's balances for true: deposits, withdrawals, trades made elsewhere. */
  balancesAdopted: event('balancesAdopted', {
    venue: z.string(),
    actor,
    differences: z.array(balanceDifference),
  }),
  /**
   * The venue's dead-man switch: `set`: it cancels everything unless it is put off in time. `withheld`: it is not put off again,
   * and why. `failing`: the venue does not take it. `ended`: nothing of ours is open, and it was switched off.
   */
  deadManSwitchChanged: event('deadManSwitchChanged', {
    venue: z.string(),
    state: deadManState,
    reason: z.string(),
  }),
  balancesChanged: event('balancesChanged', { balances: z.array(balance) }),
  equitySampled: event('equitySampled', { sample: equitySample }),
  killed: event('killed', { actor, reason: z.string(), cancelsSent: z.number().int() }),
  killVerified: event('killVerified', { openOrders: z.number().int() }),
  rearmed: event('rearmed', { actor }),
  /** Live trading was armed or disarmed, at one venue where the run has several: see risk/arming.ts. */
  armingChanged: event('armingChanged', {
    from: armingState,
    to: armingState,
    reason: z.string(),
    actor,
    ...ofVenue,
  }),
  /** A step of the go-live pipeline of a venue: see engine/account/go-live.ts. */
  goLiveChanged: event('goLiveChanged', {
    venue: z.string(),
    from: goLiveStage,
    to: goLiveStage,
    reason: z.string(),
    actor,
  }),
  /** With a venue: trading halted, or goes on, there alone. */
  tradingHalted: event('tradingHalted', { code: z.string(), reason: z.string(), ...ofVenue }),
  tradingResumed: event('tradingResumed', { actor, ...ofVenue }),
  /** The watchdog canceled every order at a venue, as the engine was dead or hung. */
  watchdogActed: event('watchdogActed', watchdogDeed.shape),
  /** The watchdog has ended by itself; another one is started. */
  watchdogLost: event('watchdogLost', { venue: z.string(), reason: z.string() }),
  /** The journal fell so far behind that facts about the market were let go; none about orders or money. */
  factsDropped: event('factsDropped', { count: z.number().int() }),
  /** `version` counts the changes of a profile; `after` is the whole set as it stands then. */
  limitsChanged: event('limitsChanged', {
    actor,
    version: z.number().int(),
    scope: z.enum(['limits', 'detection', 'execution']),
    changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
    after: settingsSet,
  }),
  /** `lossPct`: percent of the day's first equity that is lost. */
  riskLevelChanged: event('riskLevelChanged', {
    from: riskLevel,
    to: riskLevel,
    lossPct: decimalText,
    actor,
  }),
  /** A breaker tripped, tries again, or closed. `venue` is empty for those of the account. */
  breakerChanged: event('breakerChanged', {
    breaker: breakerName,
    venue: z.string(),
    state: z.enum(['closed', 'open', 'half-open', 'latched']),
    reason: z.string(),
    actor,
  }),
  /** `actor` where a person stopped it. */
  strategyStopped: event('strategyStopped', {
    strategy: z.string(),
    reason: z.string(),
    actor: actor.exactOptional(),
  }),
  strategyEnabled: event('strategyEnabled', { strategy: z.string(), actor }),
  /** One code at several venues may stand for two coins: each venue's is valued by itself until an operator decides. */
  coinDoubted: event('coinDoubted', coinDoubt.omit({ sinceUs: true }).shape),
  coinTrusted: event('coinTrusted', { actor, ...coinTrust.shape }),
  /** A stablecoin has left its band, and is back: see risk/peg-guard.ts. */
  coinDepegged: event('coinDepegged', depeg.omit({ sinceUs: true }).shape),
  coinRepegged: event('coinRepegged', { coin: z.string(), reason: z.string() }),
  /** A transfer between two venues was declared, or went on: see inventory/transfers.ts. */
  transferChanged: event('transferChanged', { actor, transfer }),
  /** The trader set a target, or what a venue asks for a withdrawal. */
  inventorySet: event('inventorySet', {
    actor,
    coin: z.string(),
    venue: z.string(),
    detail: z.string(),
  }),
  /** Risk refused a plan before its first order; reported once for each reason in the life of an opportunity. */
  opportunityDenied: event('opportunityDenied', {
    opportunityId: z.string(),
    venue: z.string(),
    path: z.array(z.string()),
    code: z.string(),
    detail: z.string(),
    numbers: denialNumbers.optional(),
  }),
  /** A strategy of the session was set, or taken away: see strategies/session/. */
  strategySet: event('strategySet', {
    actor,
    setup: strategySetup,
    isRemoved: z.boolean().optional(),
    promotion: strategyPromotion.optional(),
  }),
  strategyDecided: event('strategyDecided', strategyDecision.shape),
  strategyFilled: event('strategyFilled', strategyFill.shape),
  strategyMissed: event('strategyMissed', strategyMiss.shape),
  /** It does nothing more until it is set again; all else goes on. */
  strategyFailed: event('strategyFailed', {
    strategy: z.string(),
    code: strategyFault,
    detail: z.string(),
  }),
  /** A model outside made this of news, and strategies may look at it: see strategies/session/sentiment-board.ts. */
  sentimentRead: event('sentimentRead', { reading: sentimentReading }),
  fundingRead: event('fundingRead', { reading: fundingReading }),
  /** All strategies of the session as a restart needs them. */
  strategiesRecorded: event('strategiesRecorded', { strategies: z.array(strategyStanding) }),
  /** What the risk engine must know after a restart, as of now. */
  riskRecorded: event('riskRecorded', { risk: riskSnapshot }),
} as const;

type Schemas = typeof EVENT_SCHEMAS;
type OneOf<T> = readonly [T, ...T[]];

/** Any of them. */
export const engineEvent = z.discriminatedUnion(
  'type',
  Object.values(EVENT_SCHEMAS) as unknown as OneOf<Schemas[keyof Schemas]>,
);

/** Any of some types. */
export function eventOf<T extends keyof Schemas>(
  types: OneOf<T>,
): z.ZodType<{ [K in T]: Fits<Schemas[K]> }[T]> {
  const chosen = types.map((type) => EVENT_SCHEMAS[type]) as unknown as OneOf<Schemas[T]>;
  return z.discriminatedUnion('type', chosen) as z.ZodType as z.ZodType<{ [K in T]: Fits<Schemas[K]> }[T]>;
}
