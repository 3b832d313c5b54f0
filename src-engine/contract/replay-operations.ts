/**
 * A recording that is played again, step by step: through the same kernel as live trading, on a thread that has a simulated venue
 * and nothing else, so that no order of it can leave. Part of the table in operations.ts.
 */
import { z } from 'zod';
import * as values from '../domain/value-schemas.ts';
import { labSettings, runTrade } from './lab-records.ts';
import { keptBook } from './story-records.ts';

const count = z.number().int().nonnegative();
const id = z.string().regex(/^replay-[0-9a-f]{1,64}$/, 'must be an id of startReplay');

/** Times real time; `MAX_SPEED` is as fast as it goes. */
export const MAX_SPEED = 1_000;
/** What it stops at by itself: a cycle that is taken, every opportunity, or nothing. */
export const replayPauseAt = z.enum(['taken', 'opportunities', 'nothing']);
export type ReplayPauseAt = z.infer<typeof replayPauseAt>;

/** Moments that the scrubber marks, and executions that are listed, of one replay. */
export const MAX_MARKS = 1_000;
export const MAX_REPLAYED = 200;

const replayMark = z.object({ atUs: values.timeUs, kind: z.enum(['taken', 'seen']) });
export type ReplayMark = z.infer<typeof replayMark>;

export const replayView = z.object({
  replayId: z.string(),
  recordings: z.array(z.string()).readonly(),
  /** `loading`: the recording is decoded. `seeking`: it is played as fast as it goes, to a moment that was asked for. */
  state: z.enum(['loading', 'playing', 'seeking', 'paused', 'ended', 'failed']),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What it decides by and what is simulated, in sentences, as of a backtest; empty while it loads. */
  assumptions: z.array(z.string()).readonly(),
  speed: z.number(),
  pauseAt: replayPauseAt,
  fromUs: values.timeUs,
  toUs: values.timeUs,
  /** Time of the replay: everything below is as it was then. */
  atUs: values.timeUs,
  events: count,
  totalEvents: count,
  instruments: z.array(z.object({ instrumentId: count, venue: z.string(), symbol: z.string() })).readonly(),
  /** Book of the instrument that is watched. */
  book: keptBook.nullable(),
  bookState: values.bookState.nullable(),
  open: z.array(values.opportunity).readonly(),
  /** What it was decided on last, and when. */
  decision: z.object({ atUs: values.timeUs, opportunity: values.opportunity }).nullable(),
  /** Newest first. */
  executions: z.array(values.execution).readonly(),
  executionCount: count,
  homeAsset: z.string(),
  profitHome: values.decimalText,
  equity: values.equitySample.nullable(),
  balances: z.array(values.balance).readonly(),
  /** Of what was played so far, once. */
  marks: z.array(replayMark).readonly(),
});
export type ReplayView = z.infer<typeof replayView>;

export const replayOperations = {
  startReplay: {
    summary:
      'Plays recordings again through the kernel, paused at their beginning; a replay that runs is ended. No order of it can leave.',
    input: z.strictObject({
      recordings: z.array(z.string().min(1).max(255)).min(1).max(20),
      settings: labSettings.default({}),
    }),
    output: z.object({ replayId: z.string() }),
    role: 'operator',
    changes: true,
  },
  controlReplay: {
    summary:
      'Moves a replay: play, pause, one event, to the next decision, to a time; sets its speed, what it stops at, and the book that is watched.',
    input: z.strictObject({
      replayId: id,
      move: z.enum(['play', 'pause', 'event', 'decision', 'seek', 'end']).optional(),
      /** Of `seek`, within the recording. */
      atUs: values.timeUs.optional(),
      speed: z.number().min(0.01).max(MAX_SPEED).optional(),
      pauseAt: replayPauseAt.optional(),
      instrumentId: count.optional(),
    }),
    output: z.object({ done: z.literal(true) }),
    role: 'operator',
    changes: false,
  },
  getReplay: {
    summary: 'The replay as it stands; null where there is none.',
    input: z.strictObject({}),
    output: z.object({ replay: replayView.nullable() }),
    role: 'viewer',
    changes: false,
  },
  getReplayTrade: {
    summary: 'One execution of the replay with its orders, fills and the books of its decision.',
    input: z.strictObject({ replayId: id, executionId: z.string().max(100) }),
    output: runTrade,
    role: 'viewer',
    changes: false,
  },
} as const;
