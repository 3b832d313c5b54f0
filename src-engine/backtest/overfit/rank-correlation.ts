/** Do those that do well here also do well there? */

/**
 * Ranks from 1, the smallest first; equal values share the mean of the ranks that they take up. Values must not be NaN.
 */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] as number];
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === value) to++;
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/**
 * Spearman's rank correlation, −1 to 1: Pearson's correlation of the ranks, which is right with ties too. Null
 * below two pairs, or where all values of a side are equal. Source: C. Spearman, "The proof and measurement of
 * association between two things", American Journal of Psychology 15 (1904).
 * @throws RangeError when the two are not equally long.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}`);
  const n = a.length;
  if (n < 2) return null;
  const ranksA = ranksOf(a);
  const ranksB = ranksOf(b);
  const mean = (n + 1) / 2;
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let index = 0; index < n; index++) {
    const x = (ranksA[index] as number) - mean;
    const y = (ranksB[index] as number) - mean;
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  if (squaresA === 0 || squaresB === 0) return null;
  return Math.max(-1, Math.min(1, product / Math.sqrt(squaresA * squaresB)));
}
