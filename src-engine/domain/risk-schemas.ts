/** Schemas of what the risk engine knows beyond one order; the types and their words are in risk.ts. */
import { z } from 'zod';
import { inventoryStanding } from './inventory-schemas.ts';
import { amountText, decimalText, timeUs } from './value-schemas.ts';

export const breakerName = z.enum([
  'daily-loss',
  'drawdown',
  'exposure',
  'no-edge',
  'data-quality',
  'api-reliability',
]);

/** A code that may stand for two coins, at which venues, and why; until an operator takes it for one. */
export const coinDoubt = z.object({
  coin: z.string(),
  /** Every venue of the session that lists it. */
  venues: z.array(z.string()).readonly(),
  /** Mid prices in `unit` by each venue's own books, where these were live; rounded. */
  prices: z.array(z.object({ venue: z.string(), price: z.string() })).readonly(),
  unit: z.string(),
  reason: z.string(),
  sinceUs: timeUs,
});

/** A stablecoin that has left its band: cycles and routes through it are stopped. */
export const depeg = z.object({
  coin: z.string(),
  /** The currency that one unit of it stands for. */
  peg: z.string(),
  /** As last seen inside of the seconds that stopped it, rounded. */
  price: z.string(),
  reason: z.string(),
  sinceUs: timeUs,
});

/** An operator took the code for one coin at these venues. */
export const coinTrust = z.object({ coin: z.string(), venues: z.array(z.string()).readonly() });

export const riskLevel = z.enum(['normal', 'caution', 'restricted', 'halted', 'shutdown']);
export const trippedBreaker = z.object({
  breaker: breakerName,
  venue: z.string(),
  state: z.enum(['open', 'half-open', 'latched']),
  reason: z.string(),
  sinceUs: timeUs,
});
export const strategyStop = z.object({ strategy: z.string(), reason: z.string(), sinceUs: timeUs });

/** What the risk engine leaves for the next run, as it rests in the database. */
export const riskSnapshot = z.object({
  level: riskLevel,
  levelSinceUs: timeUs,
  day: z.number().int(),
  dayOpenEquity: decimalText.nullable(),
  peakEquity: decimalText.nullable(),
  tradesToday: z.number().int().nonnegative(),
  latched: z.array(trippedBreaker).readonly(),
  stops: z.array(strategyStop).readonly(),
  record: z.object({
    wins: z.number().nonnegative(),
    losses: z.number().nonnegative(),
    won: amountText,
    lost: amountText,
  }),
  opened: z.record(z.string(), amountText),
  coins: z
    .object({
      doubted: z.array(coinDoubt).readonly(),
      trusted: z.array(coinTrust).readonly(),
    })
    .optional(),
  depegged: z.array(depeg).readonly().optional(),
  inventory: inventoryStanding.optional(),
  /** What came in, below zero: was taken out, before it had a price. */
  unpriced: z.record(z.string(), decimalText).optional(),
  /** Of `opened`, by coin: what strategies held for themselves when an operator took all as held on purpose. */
  ofStrategies: z.record(z.string(), amountText).optional(),
});
