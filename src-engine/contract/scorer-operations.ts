/** Whether a model of the engine's own records would have kept more of what it saw by taking less; part of the table in operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();
/** The middle, and the ends of a 95 % interval. */
const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const scorerReport = z.object({
  verdict: z.enum(['too-few-records', 'does-not-raise', 'raises']),
  text: z.string(),
  homeAsset: z.string(),
  /** Executions of cycles and routes that were read, newest first; older ones are left out. */
  records: count,
  /** Read and not used: no start was found, or no price in the home currency. */
  left: count,
  /** Scored by a model that was fitted on earlier executions alone. */
  judged: count,
  /** Of the judged ones that a gate took as controls: in all sums each counts as the 5 that the gate left one of. */
  controls: count,
  /** Of the judged ones that came home with a profit as planned. */
  captured: count,
  /** Sum of what the judged ones promised, in the home currency. */
  promised: z.number(),
  /** Shares of that sum which came home. */
  takeAll: z.number().nullable(),
  gated: z.number().nullable(),
  /** Gated less all. */
  difference: interval.nullable(),
  /** What the gate would not have taken, and what that brought in the home currency. */
  skipped: count,
  skippedHome: z.number(),
  /** Of the probabilities: out of sample, beside always saying the share that came before. */
  logLoss: z.number().nullable(),
  baseLogLoss: z.number().nullable(),
  auc: z.number().nullable(),
  reliability: z.array(z.object({ said: z.number(), came: z.number(), count: z.number() })),
  folds: z.array(
    z.object({
      fitRows: count,
      judgeRows: count,
      judgeFrom: z.string(),
      /** Least probability that is taken; 0: the calibrating rows gave no reason to skip any. */
      threshold: z.number(),
      skipped: count,
    }),
  ),
  /** Of the last fold, by the size of its weight on the scaled feature. */
  weights: z.array(z.object({ feature: z.string(), weight: z.number() })),
});
export type ScorerReport = z.infer<typeof scorerReport>;

/** Executions of which a scorer had said so before they were begun. */
const scored = z.object({
  count,
  /** Completed, with a profit. */
  captured: count,
  /** In the home currency, together. */
  profitHome: z.number(),
});

/** What a scorer, the one that was asked last, said of executions before they were begun, and what became of these; of the newest 5,000. */
export const scorerEffect = z.object({
  homeAsset: z.string(),
  /** At or above the threshold. */
  above: scored,
  /** Below it, and taken as no gate acted. */
  shadow: scored,
  /** Below it, and taken by a gate as one in five. */
  control: scored,
  /** Opportunities that its gate did not take, in the time of these executions. */
  refused: count,
  /** What the refused ones would have earned by the opportunities that were taken as controls, with a 95 % interval; null: fewer than 10 of them. One that was taken several times is one. */
  refusedHome: interval.nullable(),
  /** Mean probability of those that were scored, and the share that was captured; null: none was. */
  said: z.number().nullable(),
  came: z.number().nullable(),
});
export type ScorerEffect = z.infer<typeof scorerEffect>;

/** A scorer that was trained on the first part of a market recorded by simulation, and judged behind its gate in whole backtests of the later part, against taking all in the same market. */
export const scorerTrial = z.object({
  profile: z.string().max(60),
  homeAsset: z.string().max(20),
  seed: count,
  /** Hours of the market. */
  trainHours: count,
  judgeHours: count,
  /** Per cent of orders that a competitor forestalled; 0: the demo as it is. */
  competitorPct: z.number(),
  /** Executions that it was trained on. */
  records: count,
  /** Executions of the judged part where all were taken, and opportunities that the gate left there. */
  taken: count,
  refused: count,
  threshold: z.number(),
  verdict: z.enum(['does-not-raise', 'raises']),
  /** Shares of what was promised where all were taken. Above 1 where orders fill at better prices than were planned with. */
  takeAll: z.number().nullable(),
  gated: z.number().nullable(),
  difference: interval.nullable(),
  /** Of the gate less taking all, in the home currency. */
  profitPerHour: interval.nullable(),
  /** The same of a gate that would have left this share of what it was trained on, the least likely of them; what it left of the judged part is in the text. */
  leastLikely: z.object({ share: z.number(), difference: interval.nullable() }),
  /** What the walk-forward over the executions of the first part said. */
  walkForward: z.string().max(2_000),
  text: z.string().max(2_000),
});
export type ScorerTrial = z.infer<typeof scorerTrial>;

/** A scorer as the session asks it. */
const askedScorer = z.object({
  name: z.string(),
  sha256: z.string(),
  isChampion: z.boolean(),
  threshold: z.number(),
  /** The newest end of an execution that it learnt from. */
  fittedToUs: timeUs,
});

/** What was noted beside executions, by the scorer that decided, and by the newest challenger that was asked beside a champion; null: none was. */
export type ScorerEffects = { readonly effect: ScorerEffect; readonly challenged: ScorerEffect | null };

/** How the session's gate stands. */
export const scorerGate = z.object({
  /** `off`: the setting. `no-scorer`: nothing is asked, or no answer was a probability; `why` says the reason, and all are taken. `shadow`: it is asked, and all are taken. `gate`: what is below the threshold is not. */
  state: z.enum(['off', 'no-scorer', 'shadow', 'gate']),
  why: z.string(),
  model: askedScorer.nullable(),
  /** Asked in shadow beside a champion; null: there is none. */
  challenger: askedScorer.nullable(),
  /** Why a challenger that is registered beside a champion is not asked; empty: it is, or there is none. */
  whyNoChallenger: z.string(),
  /** Of this session: how often it was asked, opportunities that were not taken, or not again, and answers that were no probability, which gate nothing. */
  asked: count,
  refused: count,
  unanswered: count,
  effect: scorerEffect,
  /** The same of the newest challenger that was asked beside a champion, with its own verdicts on what was taken; null: none was. */
  challenged: scorerEffect.nullable(),
  /** The last trial that the command `scorer trial` stored for this profile; null: none. */
  trial: scorerTrial.nullable(),
});
export type ScorerGate = z.infer<typeof scorerGate>;

export const scorerOperations = {
  getScorerGate: {
    summary:
      'How the scorer stands before the session’s opportunities: off, without a model, in shadow, or as a gate; what it did not take, and what became of those that it had doubted.',
    input: z.strictObject({}),
    output: scorerGate,
    role: 'viewer',
    changes: false,
  },
  trainScorer: {
    summary:
      'Fits a scorer on the profile’s own executions and makes it the challenger of its name, scorer-PROFILE. It is asked in shadow, alone or beside a champion; as champion it may gate. Each training counts as a trial.',
    input: z.strictObject({}),
    output: z.object({ name: z.string(), sha256: z.string(), threshold: z.number(), report: scorerReport }),
    role: 'operator',
    changes: true,
  },
  getScorer: {
    summary:
      'Trains a scorer on the profile’s own executions by walk-forward and compares what its gate would have captured with taking all. It changes nothing.',
    input: z.strictObject({}),
    output: scorerReport,
    role: 'viewer',
    changes: false,
  },
} as const;
