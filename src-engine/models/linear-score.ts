/** A linear model over scaled features: what a training fits, and what the kernel asks of a scorer. Allocates nothing. */
export type LinearModel = {
  /** This and the next two: by feature. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
};

/** @param row a value a feature. @returns a logit before its calibration; not finite where a number overflows. */
export function linearScore(
  { means, deviations, weights, intercept }: LinearModel,
  row: ArrayLike<number>,
): number {
  let score = intercept;
  for (let at = 0; at < weights.length; at++)
    score +=
      (((row[at] as number) - (means[at] as number)) / (deviations[at] as number)) * (weights[at] as number);
  return score;
}
