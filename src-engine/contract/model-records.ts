/** The models of a data folder, and how those that run in the session hold, as views and calls have them. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

/** Models, and versions of each, that one answer lists at most: the newest of them in the registry's order. */
export const MAX_MODELS = 200;
export const MAX_VERSIONS = 50;

const sha256 = z.string();
/** `too-few-rows`: nothing can be said yet. `look`: a person should. `act`: it holds nothing while this lasts. */
const level = z.enum(['ok', 'look', 'act', 'too-few-rows']);

/** What was said on average, the share that came, and of how many rows. */
const reliability = z.array(z.object({ said: z.number(), came: z.number(), count: z.number() }));

/** What its training says of it. Null where that is not known, as of an imported one. */
const judgement = z.object({
  verdict: z.string(),
  text: z.string(),
  /** Trials on the same market and time up to the training, and those of them on other files alone. */
  trials: z.number(),
  trialsElsewhere: z.number(),
  rows: z.number(),
  /** Of forecasts; null for a policy. */
  logLoss: z.number().nullable(),
  baseLogLoss: z.number().nullable(),
  netBps: z.number(),
  buyAndHoldBps: z.number(),
  /** Over all trials up to the training; null where that is not known. */
  deflatedSharpe: z.number().nullable(),
  reliability,
  /** Walk-forward, oldest first. */
  rolls: z.array(
    z.object({
      fitRows: z.number(),
      calibrateRows: z.number(),
      judgeRows: z.number(),
      judgeFrom: z.string(),
      judgeTo: z.string(),
      /** Gain in log loss over the base rate, or net bps of a policy. */
      gain: z.number(),
    }),
  ),
});

/** What a model must show before it becomes champion: whether it does, as of now. */
const modelGate = z.object({ gate: z.string(), value: z.string(), bound: z.string(), passes: z.boolean() });

/** A pass over the fitted rows, held against rows that it did not learn from. */
const epoch = z.object({
  epoch: z.number(),
  loss: z.number().nullable(),
  validationLoss: z.number().nullable(),
  /** Sharpe ratio of one return net of costs, not annualised. */
  sharpe: z.number().nullable(),
});
export type ModelEpoch = z.infer<typeof epoch>;

const modelVersion = z.object({
  sha256,
  /** `logistic`, `trees`, `lstm`, `q`, `dqn`, `onnx`, or `import`. */
  kind: z.string(),
  /** Of ONNX: where it ran as it was imported; empty of others. */
  provider: z.string(),
  /** What it was trained on; empty where that is not known. */
  market: z.string(),
  from: z.string(),
  to: z.string(),
  judgement: judgement.nullable(),
  epochs: z.array(epoch),
  gates: z.array(modelGate),
});
export type ModelVersion = z.infer<typeof modelVersion>;

export const modelRow = z.object({
  name: z.string(),
  champion: sha256.nullable(),
  challenger: sha256.nullable(),
  previous: sha256.nullable(),
  versions: z.array(modelVersion),
  /** Versions beyond those that are listed. */
  more: z.number().int(),
  /** Why the registry's list of its steps cannot be read; empty: it can. */
  fault: z.string(),
  /** Newest first. */
  steps: z.array(z.object({ at: z.string(), action: z.string(), sha256, why: z.string() })),
});
export type ModelRow = z.infer<typeof modelRow>;

/** An ONNX model, which is asked outside of the kernel. */
const outside = z.object({
  /** Where it really runs; empty: nowhere now. */
  provider: z.string(),
  /** Where it was asked to run. */
  wanted: z.string(),
  /** Why it runs on another provider, or nowhere; empty: as it was asked. */
  why: z.string(),
  runtime: z.string(),
  /** What the runtime offers on the engine’s machine. */
  backends: z.array(z.string()),
  /** Since the engine began. */
  asked: z.number(),
  answered: z.number(),
  /** By code. */
  faults: z.record(z.string(), z.number()),
  /** Of the last answer, from question to answer, in µs; null: there was none. */
  tookUs: z.number().nullable(),
});

/** A model that runs in the session as a strategy. */
export const runningModel = z.object({
  strategy: z.string(),
  name: z.string(),
  sha256,
  mode: z.string(),
  quote: z.string(),
  net: z.string().nullable(),
  sinceUs: timeUs,
  drift: level,
  features: z.array(z.object({ feature: z.string(), rows: z.number(), psi: z.number().nullable() })),
  calibration: level,
  outcomes: z.number(),
  calibrationError: z.number().nullable(),
  brier: z.number().nullable(),
  reliability,
  /** Of one that runs in a process of its own; null of others. */
  outside: outside.nullable(),
});
export type RunningModel = z.infer<typeof runningModel>;

export const modelsView = z.object({ models: z.array(modelRow), running: z.array(runningModel) });
export type ModelsView = z.infer<typeof modelsView>;
