/** The strategies of a session and those that could be run, as views and calls have them. */
import { z } from 'zod';
import { strategyFault, strategyGate, strategyMode, strategyWay } from '../domain/strategy-schemas.ts';
import { ensembleReport } from './ensemble-records.ts';
import { portfolioReport } from './portfolio-records.ts';
import { decimalText, timeUs } from '../domain/value-schemas.ts';

/** Facts that one page of `listStrategyEvents` holds at most. */
export const MAX_STRATEGY_EVENTS = 500;

/** Modes in which a strategy trades an account. */
export const accountMode = z.enum(['canary', 'full']);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One that could be run. Of the trader's own that was not loaded yet only its name and file are known: loading runs its code. */
export const knownStrategy = z.object({
  name: z.string(),
  place: z.enum(['house', 'own', 'model']),
  /** Of the trader's own; empty for those of the house. */
  file: z.string(),
  isLoaded: z.boolean(),
  /** Why it cannot be used; empty: it can. */
  fault: z.string(),
  /** Those below are null until it is loaded. */
  version: z.number().int().nullable(),
  summary: z.string(),
  markets: z.number().int().nullable(),
  /** Of one that looks at any number of markets: how many at most. */
  mostMarkets: z.number().int().nullable(),
  input: z.enum(['bars', 'book']).nullable(),
  may: z.enum(['signal', 'position']).nullable(),
  parameters: z.array(z.object({ name: z.string(), usual: scalar, range: z.string() })),
});
export type KnownStrategy = z.infer<typeof knownStrategy>;

const strategyMarket = z.object({
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  /** Positions in stakes: as decided, and as held. */
  wanted: z.number(),
  position: z.number(),
  /** In base, and what it cost with fees, in quote. */
  held: decimalText,
  cost: decimalText,
  /** What selling it now would gain, at the best price less the fee; null: its book is not live. */
  openGain: decimalText.nullable(),
});

export const strategyRow = z.object({
  strategy: z.string(),
  name: z.string(),
  version: z.number().int(),
  place: z.enum(['house', 'own', 'model']),
  mode: strategyMode,
  /** How its decisions are carried out; as its mode, but for one that is off. */
  way: strategyWay,
  /** `waiting`: no bar has closed yet. `closing`: it is off, and what it holds is being sold. */
  state: z.enum(['off', 'waiting', 'warming-up', 'running', 'closing', 'failed']),
  failure: z.object({ code: strategyFault, detail: z.string(), atUs: timeUs }).nullable(),
  markets: z.array(strategyMarket),
  quote: z.string(),
  barSeconds: z.number().int(),
  stake: decimalText,
  maxSlippageBps: z.number(),
  parameters: z.record(z.string(), scalar),
  sinceUs: timeUs,
  steps: z.number().int(),
  /** Bars seen since the last gap, and how many its features need. */
  warmup: z.object({ seen: z.number().int(), needed: z.number().int() }),
  decisions: z.number().int(),
  fills: z.number().int(),
  wins: z.number().int(),
  losses: z.number().int(),
  /** In quote. `net`: realized, and what selling the rest now would gain; null where a price is missing. */
  realized: decimalText,
  fees: decimalText,
  net: decimalText.nullable(),
  lastDecision: z.object({ atUs: timeUs, wanted: z.array(z.number()), reason: z.string() }).nullable(),
  /** Why the last decision, or a part of it, was not carried out. */
  lastMiss: z.object({ atUs: timeUs, code: z.string(), detail: z.string() }).nullable(),
  missed: z.record(z.string(), z.number().int()),
  /** Of its decisions in this session, in µs. */
  meter: z.object({ calls: z.number().int(), meanUs: z.number(), worstUs: z.number() }),
  /** Of one at an account: the loss in quote at which it is taken back, and what it lost of it so far; null elsewhere. */
  account: z.object({ stake: decimalText, lossBudget: decimalText, lost: decimalText }).nullable(),
  /** Why it was taken back from an account; null: it was not, or was set since. */
  fellBack: z.object({ code: strategyFault, detail: z.string(), atUs: timeUs }).nullable(),
  /** Its last vote, of an ensemble of agents; null: it is none. */
  ensemble: ensembleReport.nullable(),
  /** Its targets and trades, of a portfolio; null: it is none. */
  portfolio: portfolioReport.nullable(),
});
export type StrategyRow = z.infer<typeof strategyRow>;

export const strategiesView = z.object({
  strategies: z.array(strategyRow),
  /** Strategies that a session holds at most, and what a decision may take: on average, and once. */
  most: z.number().int(),
  meanBudgetUs: z.number(),
  callBudgetUs: z.number(),
  /** Whether the session's orders are simulated, so that a strategy may trade on paper. */
  hasPaper: z.boolean(),
  /** Why no strategy trades an account of this session, whatever its record; empty: one may, where it is promoted and the account is armed. */
  accountRefusal: z.string(),
});
/** What a promotion would need now. */
export const strategyGates = z.object({
  strategy: z.string(),
  to: accountMode,
  /** Why it is not to be had now, whatever the gates say; empty: nothing is against it. */
  refusal: z.string(),
  gates: z.array(strategyGate),
  passes: z.boolean(),
  /** In quote: what a position would be worth at most, and the loss at which it would be taken back where nothing else is said. */
  stake: decimalText,
  lossBudget: decimalText,
});
export type StrategyGates = z.infer<typeof strategyGates>;

export type StrategiesView = z.infer<typeof strategiesView>;
