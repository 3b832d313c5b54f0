/** Smallest step of a chart's time in seconds that a float of today's seconds still holds. */
const STEP_S = 1e-6;

/**
 * Times of samples in seconds as a chart takes them: rising strictly. Samples of the same microsecond are drawn one step
 * apart in their order, so that each high and each low among them is on the picture.
 */
export function chartTimes(samples: readonly { readonly atUs: number }[]): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return samples.map(({ atUs }) => {
    const time = atUs / 1_000_000;
    last = time > last ? time : last + STEP_S;
    return last;
  });
}
