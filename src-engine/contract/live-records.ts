/** Schemas of live trading: how it is armed, and how the simulated twin beside the account compares. */
import { z } from 'zod';
import { armingState, decimalText, timeUs } from '../domain/value-schemas.ts';

/** One thing that must hold before real orders may leave. */
export const checklistItem = z.object({
  id: z.enum([
    'key',
    'paper-record',
    'limits',
    'clock',
    'reconciled',
    'equity',
    'books',
    'dead-engine',
    'durability',
    'kill-switch',
    'not-halted',
    'strategies',
  ]),
  label: z.string(),
  ok: z.boolean(),
  /** What was found, with its numbers. */
  detail: z.string(),
  /** What to do about it; empty when it holds. */
  remedy: z.string(),
});
export type ChecklistItem = z.infer<typeof checklistItem>;

/** How one account of the session stands. */
export const venueArming = z.object({
  venue: z.string(),
  /** What a trader types to arm it. */
  title: z.string(),
  state: armingState,
  reason: z.string(),
  /** 0: not since the start. */
  sinceUs: timeUs,
  /** Null unless a canary is out. Amounts in the home currency. */
  canary: z
    .object({
      completed: z.number().int(),
      neededCycles: z.number().int(),
      result: decimalText,
      budget: decimalText,
    })
    .nullable(),
  /** Why its market is watched without trading in this session; empty: its account is part of it. */
  watchedFor: z.string(),
  checklist: z.array(checklistItem),
});
export type VenueArming = z.infer<typeof venueArming>;

export const armingStatus = z.object({
  /** False in profiles that trade no account at a venue: there is nothing to arm. */
  isNeeded: z.boolean(),
  homeAsset: z.string(),
  /** What a canary may use of the limits on size, 0 to 1. */
  canaryShare: z.number(),
  /** Each venue of the session, in the order of the plan; empty where nothing has to be armed. */
  venues: z.array(venueArming),
});
export type ArmingStatus = z.infer<typeof armingStatus>;

/** One cycle that the account, its twin, or both have traded. Results in bps of the start amount; null: not traded. */
const trackedCycle = z.object({
  atUs: timeUs,
  path: z.array(z.string()).readonly(),
  liveBps: z.number().nullable(),
  ghostBps: z.number().nullable(),
});

/** The simulated twin that trades the same market beside the account, and how far it is from it. */
export const ghostStatus = z.object({
  homeAsset: z.string(),
  startedUs: timeUs,
  /** Of the twin since it started. */
  equity: decimalText.nullable(),
  realizedPnl: decimalText,
  cycles: z.number().int(),
  /** Cycles that both have traded, and those that only one of them has. */
  pairs: z.number().int(),
  liveOnly: z.number().int(),
  ghostOnly: z.number().int(),
  /** Mean of live minus ghost over the pairs, in bps; null before the first. */
  meanDifferenceBps: z.number().nullable(),
  /** Standard deviation of that difference, in bps; null before the second pair. */
  trackingErrorBps: z.number().nullable(),
  /** Newest first. */
  recent: z.array(trackedCycle),
});
export type GhostStatus = z.infer<typeof ghostStatus>;
