/**
 * Scores become probabilities on data that the model was not fitted on: isotonic regression by pooling adjacent violators (Ayer et al., 1955), or
 * Platt's logistic (1999) with his smoothed targets, by the Newton method of Lin, Lin and Weng ("A note on Platt's probabilistic outputs", 2007).
 */
import type { Calibrator } from '../domain/capture-model.ts';
import { UserError } from '../domain/errors.ts';
import { exp, log } from '../lib/elementary.ts';

export type Platt = Extract<Calibrator, { readonly kind: 'platt' }>;
export type Isotonic = Extract<Calibrator, { readonly kind: 'isotonic' }>;

/** From so many outcomes on the form is left to the data. */
export const ISOTONIC_OUTCOMES = 1_000;

/** The non-decreasing values nearest to `y` by weighted squares. @throws UserError for weights that are not above zero. */
export function isotonic(y: readonly number[], weights: readonly number[] = y.map(() => 1)): number[] {
  const blocks: { value: number; weight: number; count: number }[] = [];
  for (let at = 0; at < y.length; at++) {
    const weight = weights[at] ?? Number.NaN;
    if (!(weight > 0) || !Number.isFinite(y[at]))
      throw refuse(`has ${y[at]} with the weight ${weight} in row ${at}`);
    let block = { value: y[at] as number, weight, count: 1 };
    for (
      let before = blocks.at(-1);
      before !== undefined && before.value >= block.value;
      before = blocks.at(-1)
    ) {
      blocks.pop();
      const sum = before.weight + block.weight;
      block = {
        value: (before.value * before.weight + block.value * block.weight) / sum,
        weight: sum,
        count: before.count + block.count,
      };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ value, count }) => Array.from({ length: count }, () => value));
}

/** @param outcomes above 0: it happened. @param weights how often each counts; left out: once. How far targets are smoothed says the number of outcomes. */
export function fitPlatt(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Platt {
  const count = scores.length;
  let ups = 0;
  for (let at = 0; at < count; at++) if ((outcomes[at] as number) > 0) ups++;
  const [high, low] = [(ups + 1) / (ups + 2), 1 / (count - ups + 2)];
  const target = (at: number): number => ((outcomes[at] as number) > 0 ? high : low);
  let [a, b] = [0, log((count - ups + 1) / (ups + 1))];
  const lossAt = (slope: number, offset: number): number => {
    let loss = 0;
    for (let at = 0; at < count; at++) {
      const f = slope * (scores[at] as number) + offset;
      const t = target(at);
      loss += (weights?.[at] ?? 1) * (f >= 0 ? t * f + log(1 + exp(-f)) : (t - 1) * f + log(1 + exp(f)));
    }
    return loss;
  };
  let loss = lossAt(a, b);
  for (let step = 0; step < 100; step++) {
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0];
    for (let at = 0; at < count; at++) {
      const score = scores[at] as number;
      const f = a * score + b;
      const [p, q] =
        f >= 0 ? [exp(-f) / (1 + exp(-f)), 1 / (1 + exp(-f))] : [1 / (1 + exp(f)), exp(f) / (1 + exp(f))];
      const weight = weights?.[at] ?? 1;
      const curve = weight * (p * q);
      const slack = weight * (target(at) - p);
      h11 += score * score * curve;
      h22 += curve;
      h21 += score * curve;
      g1 += score * slack;
      g2 += slack;
    }
    if (Math.abs(g1) < 1e-9 && Math.abs(g2) < 1e-9) break;
    const determinant = h11 * h22 - h21 * h21;
    const [moveA, moveB] = [-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant];
    const slope = g1 * moveA + g2 * moveB;
    let share = 1;
    while (share >= 1e-10 && !(lossAt(a + share * moveA, b + share * moveB) < loss + 1e-4 * share * slope))
      share /= 2;
    if (share < 1e-10) break;
    a += share * moveA;
    b += share * moveB;
    loss = lossAt(a, b);
  }
  return { kind: 'platt', a, b };
}

/** Values at equal scores are pooled, so that one score has one probability. @param weights how often each counts; left out: once. */
export function fitIsotonic(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Isotonic {
  const order = Array.from(scores, (_, at) => at).sort(
    (x, y) => (scores[x] as number) - (scores[y] as number),
  );
  const points: { score: number; sum: number; count: number }[] = [];
  for (const at of order) {
    const score = scores[at] as number;
    const last = points.at(-1);
    const weight = weights?.[at] ?? 1;
    const sum = (outcomes[at] as number) > 0 ? weight : 0;
    if (last !== undefined && last.score === score) {
      last.sum += sum;
      last.count += weight;
    } else points.push({ score, sum, count: weight });
  }
  const values = isotonic(
    points.map(({ sum, count }) => sum / count),
    points.map(({ count }) => count),
  );
  // Only the ends of level stretches are kept.
  const kept = values
    .map((_, at) => at)
    .filter((at) => values[at] !== values[at - 1] || values[at] !== values[at + 1]);
  return {
    kind: 'isotonic',
    scores: kept.map((at) => (points[at] as { score: number }).score),
    values: kept.map((at) => values[at] as number),
  };
}

/** @param weights how often each counts; left out: once. They add no outcome: the form is by the number of these. */
export function fitCalibrator(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Calibrator {
  const fitted = scores.length >= ISOTONIC_OUTCOMES ? fitIsotonic : fitPlatt;
  return fitted(scores, outcomes, weights);
}

export function calibrated(calibrator: Calibrator, score: number): number {
  if (calibrator.kind === 'platt') {
    const f = calibrator.a * score + calibrator.b;
    return f >= 0 ? exp(-f) / (1 + exp(-f)) : 1 / (1 + exp(f));
  }
  const { scores, values } = calibrator;
  let [low, high] = [0, scores.length - 1];
  if (!(score > (scores[0] as number))) return values[0] as number;
  if (score >= (scores[high] as number)) return values[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const [from, to] = [scores[low] as number, scores[high] as number];
  return (
    (values[low] as number) +
    (((values[high] as number) - (values[low] as number)) * (score - from)) / (to - from)
  );
}

function refuse(message: string): UserError {
  return new UserError({
    code: 'bad-training-data',
    field: 'calibration',
    message,
    remedy: 'Correct that row, or leave it out.',
  });
}
