/** The way of a venue's account to live trading, step by step with gates; part of operations.ts. */
import { z } from 'zod';
import { goLiveStage } from '../domain/go-live.ts';
import { timeUs } from '../domain/value-schemas.ts';

/** Something that must hold before the next stage. */
export const goLiveGate = z.object({
  id: z.enum([
    'time',
    'availability',
    'api',
    'critical-alerts',
    'ledger',
    'cycles',
    'checklist',
    'tracking',
    'loss',
    'unknown-orders',
    'burn',
  ]),
  label: z.string(),
  ok: z.boolean(),
  /** What was found, with its numbers and what it must be. */
  detail: z.string(),
});
export type GoLiveGate = z.infer<typeof goLiveGate>;

export const venueGoLive = z.object({
  venue: z.string(),
  /** What a trader types to go on. */
  title: z.string(),
  stage: goLiveStage,
  /** Why, and since when, it is there; 0: it never was anywhere else. */
  reason: z.string(),
  sinceUs: timeUs,
  /** The stage behind these gates; null: there is none. */
  next: goLiveStage.nullable(),
  gates: z.array(goLiveGate),
});
export type VenueGoLive = z.infer<typeof venueGoLive>;

export const goLiveView = z.object({
  /** False in profiles that trade no account. */
  isNeeded: z.boolean(),
  venues: z.array(venueGoLive),
});
export type GoLiveView = z.infer<typeof goLiveView>;

export const goLiveStep = z.enum(['begin', 'canary', 'full', 'rollback', 'end']);
export type GoLiveStep = z.infer<typeof goLiveStep>;

export const goLiveOperations = {
  getGoLive: {
    summary:
      'The go-live pipeline of each venue: its stage, and the gates to the next one as computed from the engine’s records.',
    input: z.strictObject({}),
    output: goLiveView,
    role: 'viewer',
    changes: false,
  },
  goLive: {
    summary:
      'A step of the go-live pipeline: `begin` staging, `canary` and `full` once every gate holds, `rollback` one stage and disarm, `end` the pipeline and disarm. `title` as for armLive, for `canary` and `full`.',
    input: z.strictObject({
      venue: z.string().max(60),
      step: goLiveStep,
      title: z.string().max(60).default(''),
      reason: z.string().max(200).default('operator'),
    }),
    output: goLiveView,
    role: 'operator',
    changes: true,
  },
} as const;
