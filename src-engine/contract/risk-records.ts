/** Schemas of what the risk engine reports and of every change of its limits. */
import { z } from 'zod';
import { limitScope } from './limit-records.ts';
import { decimalText, timeUs } from '../domain/value-schemas.ts';
import { riskLevel, strategyStop, trippedBreaker } from '../domain/risk-schemas.ts';

/** One change of limits or settings, numbered within its profile. Values as JSON writes them. */
export const limitChange = z.object({
  version: z.number().int(),
  atUs: timeUs,
  actor: z.string(),
  scope: limitScope,
  changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })).readonly(),
});
export type LimitChangeRecord = z.infer<typeof limitChange>;

/** What keeps cycles from being taken besides levels, breakers and stops, the worst first. */
export const tradingHold = z.object({
  kind: z.enum(['killed', 'halted', 'paused', 'unvalued', 'day-limit', 'disarmed']),
  reason: z.string(),
  /** Where that is of one venue alone. */
  venue: z.string().optional(),
});

/** How the risk engine stands. */
export const riskStatus = z.object({
  /** Empty: nothing of this kind holds trading back. */
  holds: z.array(tradingHold),
  level: riskLevel,
  levelSinceUs: timeUs,
  homeAsset: z.string(),
  /** Null until everything that the account holds has a price. */
  equity: decimalText.nullable(),
  dayOpenEquity: decimalText.nullable(),
  peakEquity: decimalText.nullable(),
  /** How much of each limit is used; null where it is not known. */
  gauges: z.array(
    z.object({ name: z.string(), used: z.number().nullable(), limit: z.number(), unit: z.string() }),
  ),
  /** Those that are not closed. */
  breakers: z.array(trippedBreaker),
  /** Cycles that repeated themselves without profit. */
  stops: z.array(strategyStop),
  /** Of this run. */
  denials: z.array(z.object({ code: z.string(), count: z.number().int() })),
  /** Kelly's fraction of the capital by the record, before it is capped; null while that holds too little. */
  kellyFraction: z.number().nullable(),
  limitsVersion: z.number().int(),
});
export type RiskStatus = z.infer<typeof riskStatus>;

/** How much of a limit is used, to two places, as it is shown everywhere: a gain uses nothing of a limit on losses. */
export function shownUse({ used }: Pick<RiskStatus['gauges'][number], 'used'>): number | null {
  return used === null ? null : Number(Math.max(0, used).toFixed(2));
}
