/** A strategy in a session: how it was set, what it holds, what a restart needs. The types are made from these schemas. */
import { z } from 'zod';
import { amountText, decimalText, type Fits, timeUs } from './value-schemas.ts';

/**
 * `off`: it is not called. `shadow`: it decides, and what it decides is booked as the books would have filled it; no order. `paper`: its orders go through risk
 * to the simulated venue, and take the account's own balances there. `canary` and `full`: its orders go to an account that is armed, with a hundredth of the stake
 * and with all of it.
 */
export const strategyMode = z.enum(['off', 'shadow', 'paper', 'canary', 'full']);

/** How decisions are carried out: stays as it is when a strategy is switched off. */
export const strategyWay = strategyMode.exclude(['off']);

/** Why a strategy was stopped. `restore`: what it had saved does not fit it any longer. The last three took it back from an account. */
export const strategyFault = z.enum([
  'threw',
  'bad-position',
  'bad-signal',
  'bad-reason',
  'bad-state',
  'over-budget',
  'missing',
  'changed',
  'restore',
  'loss-budget',
  'halted',
  'drift',
]);

const stop = z.object({ code: strategyFault, detail: z.string(), atUs: timeUs });

const parameter = z.union([z.string().max(200), z.number(), z.boolean()]);

export const strategySetup = z.object({
  /** `name:venue:symbol`, and the second market behind it. */
  strategy: z.string(),
  name: z.string(),
  version: z.number().int(),
  /** SHA-256 of its file; `house` for those that are part of Parallax. */
  code: z.string(),
  mode: strategyMode,
  markets: z.array(z.object({ venue: z.string(), symbol: z.string() })).readonly(),
  /** Length of its steps. */
  barSeconds: z.number().int(),
  /** What a position of 1 is worth, in quote. */
  stake: amountText,
  /** Furthest that a fill may be from the best price, in bps. */
  maxSlippageBps: z.number(),
  parameters: z.record(z.string(), parameter),
  /** Of one at an account: the loss in quote, fees and what it holds included, at which it is taken back. */
  lossBudget: amountText.optional(),
});

/** A condition of a promotion, with what was found and what is needed. */
export const strategyGate = z.object({
  gate: z.string(),
  value: z.string(),
  bound: z.string(),
  passes: z.boolean(),
});

/** What a person knew who let a strategy trade an account. `isOverride`: not every gate passed, and `why` says for which reason it was let all the same. */
export const strategyPromotion = z.object({
  why: z.string(),
  isOverride: z.boolean(),
  gates: z.array(strategyGate).readonly(),
});

/** A forecast that comes with a decision. */
const forecast = z.object({
  market: z.number().int(),
  side: z.enum(['up', 'down']),
  probability: z.number(),
  edgeBps: z.number(),
  horizonUs: z.number(),
});

/** A decision: the positions wanted from now on, in stakes, and the ones before. */
export const strategyDecision = z.object({
  strategy: z.string(),
  mode: strategyMode,
  from: z.array(z.number()).readonly(),
  wanted: z.array(z.number()).readonly(),
  /** Middle of each book as it was decided. */
  prices: z.array(z.number()).readonly(),
  reason: z.string(),
  /** At most 8. */
  forecasts: z.array(forecast).readonly(),
});

export const strategyFill = z.object({
  strategy: z.string(),
  mode: strategyMode,
  venue: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  qty: decimalText,
  /** Of the fill without its fee, in quote. */
  notional: decimalText,
  /** What it cost beyond that, in quote. */
  fee: decimalText,
  /** Gained by what was sold, all fees included; zero for what was bought. */
  gain: decimalText,
  /** Of a real order; left out in shadow. */
  orderId: z.string().optional(),
});

/** A decision, or a part of one, that was not carried out. */
export const strategyMiss = z.object({
  strategy: z.string(),
  mode: strategyMode,
  venue: z.string(),
  symbol: z.string(),
  code: z.string(),
  detail: z.string(),
});

export const strategyHolding = z.object({
  qty: decimalText,
  /** What it cost with fees, in quote. */
  cost: decimalText,
  /** Position that was decided, in stakes, and what a position of 1 was worth in base then. */
  wanted: z.number(),
  unit: decimalText,
  /** The coin, of one at an account: not every venue writes it apart in its symbols. */
  base: z.string().optional(),
});

/** What a restart needs. */
export const strategyStanding = z.object({
  setup: strategySetup,
  /** How what it holds was bought; as its mode, but for one that is off. */
  way: strategyWay,
  /** Since when its figures count. */
  sinceUs: timeUs,
  stopped: stop.nullable(),
  /** Of its own, as its host saves it; null where there is none, or it is too long. */
  state: z.string().nullable(),
  holdings: z.array(strategyHolding).readonly(),
  realized: decimalText,
  fees: decimalText,
  steps: z.number().int(),
  decisions: z.number().int(),
  fills: z.number().int(),
  wins: z.number().int(),
  losses: z.number().int(),
  missed: z.record(z.string(), z.number().int()),
  /** What sales gained and lost, in quote; left out by versions before. */
  won: decimalText.optional(),
  lost: decimalText.optional(),
  /** Of one at an account: what was realized as its loss budget began to count. */
  budgetFrom: decimalText.optional(),
  /** Why it was taken back from an account; left out where it was not. */
  fallen: stop.optional(),
});

export type StrategyMode = Fits<typeof strategyMode>;
export type StrategyWay = Fits<typeof strategyWay>;
export type StrategyFault = Fits<typeof strategyFault>;
export type StrategySetup = Fits<typeof strategySetup>;
export type StrategyStanding = Fits<typeof strategyStanding>;
export type StrategyGate = Fits<typeof strategyGate>;
export type StrategyPromotion = Fits<typeof strategyPromotion>;
export type StrategyDecision = Fits<typeof strategyDecision>;
export type StrategyMiss = Fits<typeof strategyMiss>;
export type StrategyHolding = Fits<typeof strategyHolding>;
export type StrategyFill = Fits<typeof strategyFill>;
