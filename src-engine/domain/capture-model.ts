/** A model that says how likely an opportunity is to be captured, as it enters the kernel and the session's log: a replay asks the same numbers. */
import type { TimeUs } from './time.ts';

/** How the decision on an opportunity names the scorer that it rests on. */
export const scorerMark = (sha256: string): string => `scorer ${sha256.slice(0, 8)}`;

/** Of an isotonic calibrator at most: a training has no more executions. */
export const MAX_CALIBRATOR_STEPS = 10_000;

/** One life in so many that are below the threshold of a gate is taken all the same: by these is known what the others would have earned. */
export const CONTROL_EVERY = 5;

/** Makes a score a probability. */
export type Calibrator =
  /** p = 1/(1 + e^(a score + b)). */
  | { readonly kind: 'platt'; readonly a: number; readonly b: number }
  /** Linear between the points, level beyond them. */
  | { readonly kind: 'isotonic'; readonly scores: readonly number[]; readonly values: readonly number[] };

export type CaptureModel = {
  readonly name: string;
  /** Of its file in the registry. */
  readonly sha256: string;
  /** This and the next two: by feature, in the order of detection/capture-features.ts. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
  readonly calibrator: Calibrator;
  /** Least probability that a gate takes, chosen on executions that the weights were not fitted on, 0 to 1; 0: it takes all. */
  readonly threshold: number;
  /** The last end of an execution that it was fitted or calibrated on. Of what happened up to then it is not asked. */
  readonly fittedToUs: TimeUs;
  /** It is the champion of the registry: only that one may keep the engine from an opportunity. */
  readonly mayGate: boolean;
};
