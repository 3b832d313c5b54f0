/** How far a training is, and what of it is kept: a fold that was done is not done again. */

/** One pass over the fitted rows, or a stage of boosting, on rows that it did not learn from. */
export type Epoch = {
  readonly epoch: number;
  /** Of the fitted rows; null where it has none, as a policy. */
  readonly loss: number | null;
  readonly validationLoss: number | null;
  /** Of one return net of costs over the validation rows, not annualised; null where it did not trade. */
  readonly sharpe: number | null;
};

export type TrainingStep = {
  /** From 1; the last is the model itself. */
  readonly fit: number;
  readonly fits: number;
  /** Done of this fit, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  readonly latest: Epoch | undefined;
};

export type TrainingWatch = {
  /** What was made under this name before, or what is made now; as JSON gives it back, so that both are one. */
  readonly once: <Made>(name: string, make: () => Made) => Made;
  readonly onStep: (step: TrainingStep) => void;
};

export const UNWATCHED: TrainingWatch = {
  once: (_, make) => plain(make()),
  onStep: () => undefined,
};

/** As it is read again from a file. */
export function plain<Made>(made: Made): Made {
  return JSON.parse(JSON.stringify(made)) as Made;
}
