/**
 * Schemas of the values and records that events, operations and topics share. The types of events are made from them. Decimals
 * travel as text, times in µs. Nothing on the way of a book update reads by them.
 */
import { z } from 'zod';

/** The type of what fits a schema, not to be changed. */
export type Fits<S extends z.ZodType> = Frozen<z.output<S>>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

export const decimalText = z
  .string()
  .regex(
    /^-?\d{1,24}(\.\d{1,24})?$/,
    'must be a plain decimal such as "12.5", at most 24 digits before and after its point',
  );
/** An amount that a user sets: never below zero. */
export const amountText = z
  .string()
  .regex(
    /^\d{1,24}(\.\d{1,24})?$/,
    'must be a plain decimal such as "12.5", not below zero, at most 24 digits before and after its point',
  );
export const timeUs = z.number().int().nonnegative();
/** How real a run is. `simulated` orders on any of the first two; the window never lets them be mistaken. */
export const runMode = z.enum(['backtest', 'paper', 'ghost', 'live']);
/** State of a book as a whole: only `live` is traded. */
export const bookState = z.enum(['syncing', 'live', 'stale']);
/** Whether live trading may begin anything; see risk/arming.ts. */
export const armingState = z.enum(['disarmed', 'canary', 'armed']);
export const side = z.enum(['buy', 'sell']);

export const balance = z.object({
  asset: z.string(),
  total: decimalText,
  reserved: decimalText,
  /** What the venue holds back for orders that were placed elsewhere; left out where it is nothing. */
  held: decimalText.optional(),
  /** Average cost of `total` in the home currency. */
  costHome: decimalText,
});

/** A waterfall's steps in the home currency, exact. */
const waterfallAmounts = z.object({
  gross: decimalText,
  fees: decimalText,
  depth: decimalText,
  rounding: decimalText,
  slippage: decimalText,
  ageRisk: decimalText,
  inventory: decimalText,
  net: decimalText,
});

export const waterfall = z.object({
  grossBps: z.number(),
  feesBps: z.number(),
  depthBps: z.number(),
  roundingBps: z.number(),
  slippageBps: z.number(),
  /** This and the next two: of routes over several venues. */
  ageRiskBps: z.number().optional(),
  inventoryBps: z.number().optional(),
  home: waterfallAmounts.optional(),
  netBps: z.number(),
  ageUs: z.number(),
});

export const decisionCode = z.enum([
  'taken',
  'edge-below-threshold',
  'edge-gone-after-depth',
  'below-min-qty',
  'below-min-notional',
  'book-stale',
  'no-balance',
  'in-flight',
  'cooling-down',
  'trading-paused',
  'killed',
  'not-armed',
  'not-reconciled',
  'unwind-too-costly',
  'exposure-cap',
  'risk-denied',
  'coin-depegged',
  'cross-venue-not-traded',
  'capture-unlikely',
]);

/** What a scorer said of an opportunity that every gate let pass. */
export const capture = z.object({
  /** Probability that it completes with a profit. */
  p: z.number(),
  /** Below it a gate does not take. */
  threshold: z.number(),
  /** SHA-256 of the model. */
  model: z.string(),
  /** `above`: at or above the threshold. Of those below it: `shadow` was taken as no gate acts, `control` was taken by a gate as one in five, `refused` was not. */
  verdict: z.enum(['above', 'shadow', 'control', 'refused']),
  /** What the challenger said, which is asked beside a champion and decides nothing. */
  challenger: z.object({ p: z.number(), threshold: z.number(), model: z.string() }).optional(),
});

export const opportunity = z.object({
  opportunityId: z.string(),
  cycleId: z.number().int(),
  venue: z.string(),
  path: z.array(z.string()).readonly(),
  legs: z
    .array(
      z.object({
        symbol: z.string(),
        side,
        limitPrice: decimalText,
        qty: decimalText,
        /** In a route over several venues. */
        venue: z.string().optional(),
      }),
    )
    .readonly(),
  startAmount: decimalText,
  expectedProfit: decimalText,
  waterfall,
  decision: decisionCode,
  decisionDetail: z.string(),
  openedUs: timeUs,
  peakNetBps: z.number(),
  /** Only where a scorer was asked. */
  capture: capture.optional(),
  closedUs: timeUs.optional(),
});

export const orderState = z.enum([
  'created',
  'denied',
  'accepted',
  'filled',
  'canceled',
  'rejected',
  'unknown',
]);

/** An order in full, as facts and queries carry it. */
export const order = z.object({
  orderId: z.string(),
  intentId: z.string(),
  executionId: z.string(),
  venue: z.string(),
  symbol: z.string(),
  side,
  price: decimalText,
  qty: decimalText,
  timeInForce: z.enum(['ioc', 'gtc']),
  state: orderState,
  filledQty: decimalText,
  filledNotional: decimalText,
  fees: decimalText,
  reason: z.string(),
  createdUs: timeUs,
  updatedUs: timeUs,
});

export const fill = z.object({
  fillId: z.string(),
  orderId: z.string(),
  executionId: z.string(),
  venue: z.string(),
  symbol: z.string(),
  side,
  price: decimalText,
  qty: decimalText,
  fee: decimalText,
  feeAsset: z.string(),
  cost: decimalText.optional(),
  atUs: timeUs,
});

/**
 * How an attempt to trade a cycle ended. `completed`: every leg filled. `missed`: the first leg found nothing; nothing is held.
 * `unwound`: a leg failed and what was held was brought home another way. `stranded`: it could not be; trading is halted until an
 * operator resumes. `denied`: by risk, before the first order left. `swept`: what earlier cycles had left of an asset was sold
 * once it was enough for an order. `late`: the venue filled an order after its cycle was over: what that moved. `quoted`: quotes that rested
 * were filled, and hedged at another venue.
 */
export const executionOutcome = z.enum([
  'completed',
  'missed',
  'unwound',
  'stranded',
  'denied',
  'swept',
  'late',
  'quoted',
]);

/** An attempt to trade a cycle. */
export const execution = z.object({
  executionId: z.string(),
  opportunityId: z.string(),
  venue: z.string(),
  path: z.array(z.string()).readonly(),
  startAmount: decimalText,
  /** What came home in `path[0]`, minus what left; fees included. */
  profit: decimalText,
  /** What it did to the account in the home currency, at the marks of its end: `profit`, and what it left there. */
  profitHome: decimalText,
  expectedNetBps: z.number(),
  /** `profitHome` over the value of the start amount. */
  realizedNetBps: z.number(),
  /** Residuals by asset: what rounding left behind. Stored under this name since the first version. */
  dust: z.array(z.object({ asset: z.string(), amount: decimalText })).readonly(),
  outcome: executionOutcome,
  detail: z.string(),
  startedUs: timeUs,
  finishedUs: timeUs,
});

export const equitySample = z.object({
  atUs: timeUs,
  homeAsset: z.string(),
  /** Everything at the last mid prices, in the home currency. */
  equity: decimalText,
  realizedPnl: decimalText,
  unrealizedPnl: decimalText,
  fees: decimalText,
  /** Coins that are held, had no price, and are left out of the equity; absent: none. */
  withoutPrice: z.number().int().positive().optional(),
});

/** Equity by where it comes from: capital + realizedPnl + unrealizedPnl - notValued = equity, and cycles + holdings = realizedPnl + unrealizedPnl = profit. */
export const equityParts = equitySample.extend({
  /** What was paid in, at its value in the home currency when it came or first had a price, less what was taken out, at its average cost. */
  capital: decimalText,
  profit: decimalText,
  /** Booked by all finished executions: what each brought back beyond what it spent. */
  cycles: decimalText,
  /** The rest: prices of coins that are held, executions in progress, strategies on paper, fees of transfers. */
  holdings: decimalText,
  /** What the coins that have no price cost, at average: paid for out of the capital, and left out of equity while it lasts. */
  notValued: decimalText,
});
