import type { DecimalText } from './decimal.ts';
import type { Asset } from './ids.ts';
import type { LimitChange } from './risk.ts';

/**
 * What the risk engine holds orders to. Notionals in the home currency; shares in percent of equity, 0 to 100.
 * Only `maxBookAgeMs`, `priceCollarBps` and the throttle also bind orders that continue or unwind a cycle; everything
 * else only stops new risk.
 */
export type RiskLimits = {
  /** Largest value of one order. */
  readonly maxOrderNotional: DecimalText;
  /** Largest quantity of one order by base asset; an asset that is not named is bound by value alone. */
  readonly maxOrderQty: Readonly<Record<Asset, DecimalText>>;
  /** Largest value of all orders in flight together. */
  readonly maxOpenNotional: DecimalText;
  /** Largest value of one asset beyond what the account was opened with; the home currency is no position. */
  readonly maxPositionPct: number;
  /** Largest value of all positions together, orders in flight included. */
  readonly maxGrossExposurePct: number;
  /** Furthest an order's price may lie beyond the best opposite price, in bps. */
  readonly priceCollarBps: number;
  /** Furthest an order's price may lie from the last sampled mid price, to either side, in bps. */
  readonly referenceCollarBps: number;
  /** Oldest mid price that this may be measured by, in ms. */
  readonly maxReferenceAgeMs: number;
  /** Bands of volatility of a mid price, in bps of it: standard deviation and EWMA of returns over 1 s, ATR over 10 s. */
  readonly maxStdevBps: number;
  readonly maxEwmaBps: number;
  readonly maxAtrBps: number;
  /** Cycles a UTC day. */
  readonly maxTradesPerDay: number;
  /** Loss since the day began (UTC) at which the next level is reached; see domain/risk.ts. */
  readonly cautionLossPct: number;
  readonly restrictedLossPct: number;
  readonly haltedLossPct: number;
  readonly shutdownLossPct: number;
  /** Loss from the highest equity at which trading stops until an operator allows it again. */
  readonly maxDrawdownPct: number;
  /** Cycles under way at once that are related: over a shared asset, or over assets that move together. */
  readonly maxRelatedExecutions: number;
  /** Correlation of returns over 1 s from which two assets move together, above 0 and up to 1. */
  readonly relatedCorrelation: number;
  /** Oldest book an order may rest its decision on, in ms. */
  readonly maxBookAgeMs: number;
  /** Messages a second, over all venues: placements and cancels. Cancels are counted and never held back. */
  readonly maxOrdersPerSecond: number;
  /** How many of them no placement may use: they are for cancels. */
  readonly cancelReserve: number;
  /** Tries of one cycle without a profit between them, within the window, that stop it until an operator allows it. */
  readonly maxRepeats: number;
  readonly repeatWindowS: number;
  /** Book messages of one venue a minute that do not fit, and orders that it rejects or leaves unknown. */
  readonly maxBookFaultsPerMinute: number;
  readonly maxOrderFaultsPerMinute: number;
  /** How long a breaker that such faults tripped rests before it lets one cycle try, in s. */
  readonly breakerRestS: number;
  /** Share of the Kelly stake that a cycle may start with, 0 to 1; and executions that its record must hold. */
  readonly kellyFraction: number;
  readonly minKellyTrades: number;
};

/** What detection asks of a candidate. */
export type DetectionSettings = {
  /** 3, or 4 as well. */
  readonly maxLegs: 3 | 4;
  /** Smallest net edge worth trading, in bps of the start amount. */
  readonly minNetBps: number;
  /** Kept from the edge for what moves between decision and arrival, in bps over the whole cycle. */
  readonly slippageBps: number;
  /** Largest start amount of one cycle, in the home currency. */
  readonly maxStartNotional: DecimalText;
  /** Rest after a cycle was tried before the same one is tried again, in ms. */
  readonly cooldownMs: number;
};

/** How cycles are traded once they are chosen. */
export type ExecutionSettings = {
  /** Most that bringing a failed leg's holding home may cost at the books before a cycle starts, in bps of its start. */
  readonly maxUnwindBps: number;
  /** Time to bring home what a failed leg left, and to hear of an order's end, before trading halts, in ms. */
  readonly unwindDeadlineMs: number;
  /** A residual worth at most this many bps of the largest start amount is kept: it halts nothing. */
  readonly crumbBps: number;
  /** Sends all legs at once where the account holds what each of them needs. */
  readonly parallelLegs: boolean;
};

/** Named sets of limits: what differs from one to the other is how much of the account may be at risk. */
export const LIMIT_PRESETS = {
  conservative: { maxPositionPct: 2, maxGrossExposurePct: 40, kellyFraction: 0.1, maxRelatedExecutions: 2 },
  standard: { maxPositionPct: 5, maxGrossExposurePct: 80, kellyFraction: 0.25, maxRelatedExecutions: 3 },
} as const satisfies Readonly<Record<string, Partial<RiskLimits>>>;
export type LimitPreset = keyof typeof LIMIT_PRESETS;

export const DEFAULT_LIMITS: RiskLimits = {
  ...LIMIT_PRESETS.standard,
  maxOrderNotional: '5000',
  maxOrderQty: { BTC: '1', ETH: '20' },
  maxOpenNotional: '20000',
  priceCollarBps: 100,
  referenceCollarBps: 200,
  maxReferenceAgeMs: 5_000,
  maxStdevBps: 60,
  maxEwmaBps: 60,
  maxAtrBps: 250,
  maxTradesPerDay: 10_000,
  cautionLossPct: 3,
  restrictedLossPct: 5,
  haltedLossPct: 8,
  shutdownLossPct: 10,
  maxDrawdownPct: 15,
  relatedCorrelation: 0.8,
  maxBookAgeMs: 3_000,
  maxOrdersPerSecond: 20,
  cancelReserve: 4,
  maxRepeats: 8,
  repeatWindowS: 60,
  maxBookFaultsPerMinute: 20,
  maxOrderFaultsPerMinute: 5,
  breakerRestS: 30,
  minKellyTrades: 30,
};

export const DEFAULT_DETECTION: DetectionSettings = {
  maxLegs: 3,
  minNetBps: 1,
  slippageBps: 1,
  maxStartNotional: '2000',
  cooldownMs: 1_000,
};

export const DEFAULT_EXECUTION: ExecutionSettings = {
  maxUnwindBps: 300,
  unwindDeadlineMs: 5_000,
  crumbBps: 25,
  parallelLegs: false,
};

/** What two sets differ in. A field that only the first has does not count: a set is never cut. */
export function changesOf(before: object, after: object): LimitChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).flatMap(([field, value]) => {
    const [from, to] = [JSON.stringify(old.get(field)), JSON.stringify(value)];
    return from === to ? [] : [{ field, from, to }];
  });
}
