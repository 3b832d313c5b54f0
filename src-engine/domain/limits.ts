import type { DecimalText } from './decimal.ts';

/** What the risk engine holds orders to. Notionals in the home currency. */
export type RiskLimits = {
  /** Largest value of one order. */
  readonly maxOrderNotional: DecimalText;
  /** Largest value of all orders in flight together. */
  readonly maxOpenNotional: DecimalText;
  /** Furthest an order's price may lie beyond the best opposite price, in bps. */
  readonly priceCollarBps: number;
  /** Oldest book an order may rest its decision on, in ms. */
  readonly maxBookAgeMs: number;
  /** Placements a second, over all venues; cancels do not count. */
  readonly maxOrdersPerSecond: number;
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

export const DEFAULT_LIMITS: RiskLimits = {
  maxOrderNotional: '5000',
  maxOpenNotional: '20000',
  priceCollarBps: 100,
  maxBookAgeMs: 3_000,
  maxOrdersPerSecond: 20,
};

export const DEFAULT_DETECTION: DetectionSettings = {
  maxLegs: 3,
  minNetBps: 1,
  slippageBps: 1,
  maxStartNotional: '2000',
  cooldownMs: 1_000,
};
