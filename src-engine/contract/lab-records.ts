/** Records of the backtest lab: recordings, jobs, stored runs and sweeps. Decimals travel as text, times in µs. */
import { z } from 'zod';
import { backtestDetection, limits } from './limit-records.ts';
import { regimeSpan } from './market-records.ts';
import * as records from './records.ts';
import * as story from './story-records.ts';
import * as values from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();

/** What a backtest assumes; what is left out is as recorded, or the engine's default. */
export const labSettings = z.strictObject({
  /** Taker fee of every instrument. */
  feeBps: z.number().min(0).max(9_999).optional(),
  /** Volume of the last 30 days in USD: the fees of a venue with a published schedule are those of its tier. Not with `feeBps`. */
  feeVolumeUsd: z.number().min(0).max(1e12).optional(),
  /** Least order value of every instrument, in its own quote asset; where the venue asks for more, that holds. */
  minNotional: values.amountText.optional(),
  maxAgeMs: z.number().int().min(0).max(86_400_000).optional(),
  legs: z.union([z.literal(3), z.literal(4)]).optional(),
  /** What the account starts with; the first asset is home. */
  capital: z.record(records.assetName, values.amountText).optional(),
  /** Instead of `capital`: what the account at each venue of the recordings starts with. */
  balances: z.record(records.venueName, z.record(records.assetName, values.amountText)).optional(),
  /** Of the simulated venue’s latencies. */
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** How long orders and answers travel: a least time, and the mean of an exponential tail beyond it. */
  latency: z
    .strictObject({
      minUs: z.number().int().min(0).max(3_600_000_000),
      tailUs: z.number().int().min(0).max(3_600_000_000),
    })
    .optional(),
  /** Instead: as the orders of this profile were measured. */
  latencyOf: records.profileName.optional(),
  /** Percent of our orders that come too late for what they came for, and that the venue rejects. */
  hardship: z
    .strictObject({ competitorPct: z.number().min(0).max(100), rejectPct: z.number().min(0).max(100) })
    .partial()
    .optional(),
  /** Who cancels in the queue of an order that rests. */
  fills: z
    .strictObject({ queue: z.enum(['behind', 'pro-rata']) })
    .partial()
    .optional(),
  detection: backtestDetection.optional(),
  limits: limits.partial().optional(),
});
export type LabSettings = z.infer<typeof labSettings>;

const parameterValue = z.union([z.number(), z.string().max(100), z.boolean()]);

/** What a sweep tries. Names of settings as in its base: `feeBps`, `detection.minNetBps`, `latency.minUs`. */
export const sweepPlan = z.strictObject({
  parameters: z.record(
    z.string().max(100),
    z.union([
      z.strictObject({ from: z.number(), to: z.number(), step: z.number() }),
      z.strictObject({ values: z.array(parameterValue).min(1).max(200) }),
    ]),
  ),
  /** What is fixed: setting → value. */
  base: z.record(z.string().max(100), parameterValue).default({}),
  search: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('grid') }),
      z.strictObject({ method: z.literal('random'), trials: z.number().int().min(1).max(5_000) }),
      z.strictObject({ method: z.literal('latin-hypercube'), trials: z.number().int().min(1).max(5_000) }),
    ])
    .default({ method: 'grid' }),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  folds: z.number().int().min(1).max(100).default(5),
  blocks: z.number().int().min(2).max(16).multipleOf(2).default(12),
  rankBy: z.enum(['sharpe', 'return']).default('sharpe'),
});

/** `interrupted`: the engine ended while it waited or ran. */
export const jobState = z.enum(['queued', 'running', 'done', 'failed', 'canceled', 'interrupted']);

/** Long work: a backtest, a sweep or an import, from the queue to its end. */
export const job = z.object({
  jobId: z.string(),
  kind: z.enum(['backtest', 'sweep', 'import', 'training']),
  name: z.string(),
  state: jobState,
  /** What it is at, in words: `loading the program`, `reading the recording`, `replaying`. */
  phase: z.string(),
  done: z.number().nonnegative(),
  /** Of `unit`, which is `bytes` of a file, or what the words count; 0: not known yet. */
  total: z.number().nonnegative(),
  unit: z.string(),
  queuedUs: values.timeUs,
  startedUs: values.timeUs.nullable(),
  finishedUs: values.timeUs.nullable(),
  /** Time left at the pace so far; null: not known. */
  etaUs: z.number().nonnegative().nullable(),
  /** The run or sweep that it made; null before its end. */
  runId: z.string().nullable(),
  sweepId: z.string().nullable(),
  /** The recording that an import made; null before its end. Lists of jobs from before there were imports have none. */
  recording: z.string().nullable().default(null),
  /** The model that a training registered, and what it is worth; null before its end. */
  model: z
    .object({ name: z.string(), sha256: z.string(), verdict: z.string(), text: z.string() })
    .nullable()
    .default(null),
  /** What may make that recording untrue, and what was made and not read, in plain sentences. */
  warnings: z.array(z.string()).readonly().default([]),
  notes: z.array(z.string()).readonly().default([]),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type JobRecord = z.infer<typeof job>;

/** A figure of a run: exact text, a float, or none. */
export const figure = z.union([z.number(), z.string(), z.null()]);

/** A stored run by its headline. Its id follows from its settings, its data and the engine's version. */
export const runHead = z.object({
  runId: z.string(),
  name: z.string(),
  createdUs: values.timeUs,
  recordings: z.array(z.string()),
  fromUs: values.timeUs,
  toUs: values.timeUs,
  events: count,
  homeAsset: z.string(),
  netPnl: values.decimalText,
  totalReturn: z.number(),
  sharpe: z.number().nullable(),
  trades: count,
  settingsHash: z.string(),
  dataHash: z.string(),
  /** Over every event: the same settings, data and engine give the same. */
  digest: z.string(),
  engineVersion: z.string(),
});
export type RunHead = z.infer<typeof runHead>;

/** A share of the edge that was seen, and what became of it. Home currency. */
const captureRow = z.object({
  /** A decision, an outcome, or `captured`. */
  reason: z.string(),
  opportunities: count,
  home: z.number(),
});

const group = z.object({
  key: z.string(),
  trades: count,
  profit: values.decimalText,
  hitRate: z.number().nullable(),
});

export const runReview = runHead.extend({
  settings: z.record(z.string(), z.unknown()),
  /** What the run takes for granted, in plain sentences. */
  assumptions: z.array(z.string()),
  data: z.array(z.object({ name: z.string(), sha256: z.string() })),
  /** Why it traded what it did, and what makes its figures less than they seem. */
  explain: z.array(z.string()),
  remarks: z.array(z.string()),
  /** Headline figures by their names in metrics/run-metrics.ts; trades and excursions beside them. */
  figures: z.record(z.string(), figure),
  opportunities: count,
  decisions: z.record(z.string(), count),
  denials: z.record(z.string(), count),
  rejections: z.record(z.string(), count),
  capture: z.object({
    /** Sum of what the best moment of each opportunity promised. */
    detected: z.number(),
    captured: z.number(),
    /** Null where nothing was detected. */
    share: z.number().nullable(),
    lost: z.array(captureRow),
  }),
  byCycle: z.array(group),
  byVenue: z.array(group),
  byHour: z.array(group),
  /** Instruments whose prices were kept, most traded first. */
  symbols: z.array(z.string()),
});
export type RunReview = z.infer<typeof runReview>;

export const runTrade = z.object({
  execution: values.execution,
  /** Null for a sale of what earlier trades had left. */
  opportunity: values.opportunity.nullable(),
  orders: z.array(values.order),
  fills: z.array(values.fill),
  /** The books of its legs as they stood when it was chosen. */
  books: z.array(story.keptBook),
  /** Of its orders, in simulated time; those of older runs have none, nor books at their fills. */
  times: z.array(story.orderTimes).optional(),
  fillBooks: z.array(story.fillBook).optional(),
});
export type RunTrade = z.infer<typeof runTrade>;

/** One leg of a trade on the price chart. */
export const legMark = z.object({
  executionId: z.string(),
  atUs: values.timeUs,
  side: values.side,
  /** 1 for the first order of its trade. */
  leg: z.number().int().positive(),
  legs: z.number().int().positive(),
  isFilled: z.boolean(),
});

export const runPrices = z.object({
  symbol: z.string(),
  /** Best prices at a time, floats for drawing; null: that side was empty. */
  points: z.array(z.object({ atUs: values.timeUs, bid: z.number().nullable(), ask: z.number().nullable() })),
  marks: z.array(legMark),
  /** The ensemble’s filter over bars of these prices. */
  regimes: z.array(regimeSpan),
});

export const rankedTrial = z.object({
  trialId: z.string(),
  params: z.record(z.string(), z.string()),
  train: z.number(),
  test: z.number(),
  testTrades: count,
  netPnl: z.string(),
  sharpe: z.number().nullable(),
  maxDrawdown: z.number(),
  trades: count,
});

export const sweepHead = z.object({
  sweepId: z.string(),
  name: z.string(),
  createdUs: values.timeUs,
  recordings: z.array(z.string()),
  parameters: z.array(z.string()),
  planned: count,
  trials: count,
  flagged: z.boolean(),
});

const optionalFigure = z.number().nullable().optional();

export const sweepReview = sweepHead.extend({
  failed: count,
  failures: z.array(z.object({ trialId: z.string(), message: z.string() })),
  rankBy: z.enum(['sharpe', 'return']),
  periodUs: z.number(),
  periods: count,
  homeAsset: z.string(),
  base: z.record(z.string(), z.string()),
  /** Of the search, and of every trial’s latencies. */
  seed: count,
  dataHash: z.string(),
  /** Such as BTC/USD@VENUE, and the time of their first and last event; sweeps of older versions have none. */
  markets: z.array(z.string()).optional(),
  fromUs: values.timeUs.optional(),
  toUs: values.timeUs.optional(),
  /** Best by test first. */
  ranking: z.array(rankedTrial),
  overfit: z.object({
    flagged: z.boolean(),
    reasons: z.array(z.string()),
    cautions: z.array(z.string()),
    /** Checks that do not hold; sweeps of older versions have none. */
    failed: z.array(z.string()).optional(),
    trials: count.optional(),
    triedBefore: count.optional(),
    pbo: optionalFigure,
    probabilityOfLoss: optionalFigure,
    deflatedSharpe: optionalFigure,
    deflatedSharpeStrict: optionalFigure,
    luckySharpe: optionalFigure,
    rankCorrelation: optionalFigure,
    degradationSlope: optionalFigure,
    serialInflation: z.number().optional(),
    chosen: z.object({ psr: z.number().nullable() }).optional(),
    neighbours: z.object({ retention: z.number() }).nullable().optional(),
  }),
});
export type SweepReview = z.infer<typeof sweepReview>;
