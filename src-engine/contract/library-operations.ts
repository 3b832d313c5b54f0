/** The operations of the library of recordings; part of the table in operations.ts. */
import { z } from 'zod';
import * as values from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();
export const logName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,199}\.jsonl(?:\.gz)?$/, 'must be the file name of a market log');
const tapeName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,199}\.tape$/, 'must be a file name that ends in .tape');
const logNames = z.array(logName).min(1).max(200);

/** More of what a recording holds, known once it was read whole. */
const recordingDetails = z.object({
  kind: z.enum(['log', 'tape']),
  venues: z.array(z.string()).readonly(),
  bookMessages: count,
  trades: count,
  /** Levels a side of its books. */
  bookDepth: count,
  /** How often nothing arrived for more than five seconds, and the first fifty of these times. */
  gapCount: count,
  gaps: z.array(z.object({ fromUs: values.timeUs, toUs: values.timeUs })).readonly(),
  sequenceGaps: count,
  /** What was wrong with the first frame that could not be read. */
  firstFault: z.string(),
  disconnects: count,
  /** The longest time for which one book had no news, and whose. */
  longestQuietUs: z.number().nonnegative(),
  quietestSymbol: z.string(),
  /** It breaks off and is read up to its last complete line. */
  isUnfinished: z.boolean(),
});

/** A market log or tape in the recordings folder. What is null is not known before it was read whole. */
export const recording = z.object({
  /** File name; what a backtest is started with. */
  name: z.string(),
  bytes: count,
  modifiedUs: values.timeUs,
  /** Several of a tape are joined by ` + `. */
  venue: z.string(),
  symbols: z.array(z.string()).readonly(),
  fromUs: values.timeUs.nullable(),
  toUs: values.timeUs.nullable(),
  /** Lines of the log, its header not counted. */
  events: count.nullable(),
  /** Book messages whose checksum did not fit, and frames that could not be read. */
  checksumFaults: count.nullable(),
  unreadableFrames: count.nullable(),
  details: recordingDetails.nullable(),
  /** True when its tape (the decoded form) is stored, so that a run starts at once. */
  isDecoded: z.boolean(),
  /** Of a log: whether the folder has a tape made of it alone, and whether that is of the log as it is. */
  tape: z.enum(['none', 'fresh', 'stale']),
  tapeName: z.string(),
  /** Why it cannot be used, with its remedy; empty: it can. */
  fault: z.string(),
});
export type RecordingRecord = z.infer<typeof recording>;

const written = z.object({
  /** File name in the recordings folder. */
  name: z.string(),
  events: count,
  fromUs: values.timeUs,
  toUs: values.timeUs,
});

export const libraryOperations = {
  listRecordings: {
    summary: 'The recordings of the engine’s folder, newest first: venue, pairs, span, gaps, quality, tape.',
    input: z.strictObject({}),
    output: z.object({
      recordings: z.array(recording),
      /** Some are being read in the background: ask again for their figures. */
      isReading: z.boolean(),
    }),
    role: 'viewer',
    changes: false,
  },
  trimRecording: {
    summary: 'Copies a time span or some pairs of a recording to a new recording that can be replayed alone.',
    input: z.strictObject({
      recording: logName,
      out: logName,
      fromUs: values.timeUs.optional(),
      toUs: values.timeUs.optional(),
      symbols: z.array(z.string().min(1).max(64)).max(20_000).optional(),
    }),
    output: written,
    role: 'operator',
    changes: true,
  },
  mergeRecordings: {
    summary: 'Merges recordings of one venue that follow each other in time.',
    input: z.strictObject({ recordings: logNames.min(2), out: logName }),
    output: written,
    role: 'operator',
    changes: true,
  },
  makeTape: {
    summary: 'Decodes recordings once into a tape, which replays much faster; replaces an older tape.',
    input: z.strictObject({ recordings: logNames, out: tapeName }),
    output: written,
    role: 'operator',
    changes: true,
  },
} as const;
