/**
 * Logistic regression by Newton's method (iteratively reweighted least squares; McCullagh and Nelder, "Generalized linear models", 1989), with
 * a ridge penalty where one is asked for. Fixed-step descent does not arrive on data that are not scaled; this does, in a few steps.
 */
import { UserError } from '../domain/errors.ts';
import { logistic, softplus } from '../lib/elementary.ts';
import { inverseOf } from './cholesky.ts';

export type LogisticFit = {
  /** One a column of the rows, in their order. A constant is a column of ones. */
  readonly weights: Float64Array;
  readonly standardErrors: Float64Array;
  readonly logLikelihood: number;
  readonly steps: number;
};

const MAX_STEPS = 100;
const TOLERANCE = 1e-10;
/** Of a logit: beyond it every outcome is certain, and the estimate runs away. */
const RUNAWAY = 1e6;

export type LogisticOptions = {
  /** λ of λ/2 Σ w²; 0: none. */
  readonly ridge?: number;
  /** Columns that are not penalised, such as the constant. */
  readonly free?: ReadonlySet<number>;
  /** How often each outcome counts, above zero; left out: once. */
  readonly counts?: ArrayLike<number> | undefined;
};

/**
 * @param rows values row by row. @param outcomes 0 or 1. @throws UserError for what cannot be fitted: no rows, one outcome alone, columns that are
 * a sum of others, outcomes that a column separates.
 */
export function fitLogistic(
  rows: Float64Array,
  columns: number,
  outcomes: ArrayLike<number>,
  { ridge = 0, free = new Set(), counts }: LogisticOptions = {},
): LogisticFit {
  const count = outcomes.length;
  if (count === 0 || columns === 0 || rows.length !== count * columns) {
    throw refuse(
      `has ${rows.length} values for ${count} outcomes of ${columns} columns`,
      'Give a value of each column for each outcome.',
    );
  }
  for (let at = 0; at < rows.length; at++) {
    if (!Number.isFinite(rows[at]))
      throw refuse(`has the value ${rows[at]} in row ${Math.floor(at / columns)}`, 'Leave that row out.');
  }
  let ups = 0;
  for (let at = 0; at < count; at++) {
    const outcome = outcomes[at];
    if (outcome !== 0 && outcome !== 1)
      throw refuse(`has the outcome ${outcome} in row ${at}`, 'Outcomes are 0 or 1.');
    ups += outcome;
  }
  if (ups === 0 || ups === count)
    throw refuse(`has the outcome ${ups === 0 ? 0 : 1} alone`, 'Both outcomes are needed.');
  let weights: Float64Array = new Float64Array(columns);
  const lossAt = (at: Float64Array, penalised: number): number =>
    lossOf(rows, columns, outcomes, at, penalised, free, counts);
  let loss = lossAt(weights, ridge);
  const penalty = (column: number): number => (free.has(column) ? 0 : ridge);
  for (let step = 1; step <= MAX_STEPS; step++) {
    const gradient = new Float64Array(columns);
    const hessian = new Float64Array(columns * columns);
    for (let at = 0; at < count; at++) {
      const from = at * columns;
      const p = logistic(dot(rows, from, weights));
      const often = counts?.[at] ?? 1;
      const slack = often * ((outcomes[at] as number) - p);
      const curve = often * (p * (1 - p));
      for (let i = 0; i < columns; i++) {
        const value = rows[from + i] as number;
        gradient[i] = (gradient[i] as number) + slack * value;
        for (let j = 0; j <= i; j++) {
          const cell = i * columns + j;
          hessian[cell] = (hessian[cell] as number) + curve * value * (rows[from + j] as number);
        }
      }
    }
    for (let i = 0; i < columns; i++) {
      gradient[i] = (gradient[i] as number) - penalty(i) * (weights[i] as number);
      const diagonal = i * columns + i;
      hessian[diagonal] = (hessian[diagonal] as number) + penalty(i);
      for (let j = 0; j < i; j++) hessian[j * columns + i] = hessian[i * columns + j] as number;
    }
    const inverse = inverseOf(hessian, columns);
    if (inverse === undefined) {
      throw refuse(
        'cannot be fitted: a column is a sum of others, or the outcomes are separated by one',
        'Leave a column out, or give a ridge penalty above 0.',
      );
    }
    const move = new Float64Array(columns);
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++)
        move[i] = (move[i] as number) + (inverse[i * columns + j] as number) * (gradient[j] as number);
    }
    // A full step may overshoot: halved until the loss does not rise.
    let share = 1;
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let half = 0; half < 40 && !(nextLoss <= loss + 1e-12 * Math.abs(loss)); half++, share /= 2) {
      next = weights.map((weight, at) => weight + share * (move[at] as number));
      nextLoss = lossAt(next, ridge);
    }
    const moved = next.reduce(
      (most, weight, at) =>
        Math.max(most, Math.abs(weight - (weights[at] as number)) / (1 + Math.abs(weight))),
      0,
    );
    weights = next;
    loss = nextLoss;
    if (weights.some((weight) => !(Math.abs(weight) < RUNAWAY)) || (ridge === 0 && loss < 1e-6 * count)) {
      throw refuse(
        'separates the outcomes: no finite weights fit best',
        'Leave that column out, or give a ridge penalty above 0.',
      );
    }
    if (moved < TOLERANCE) {
      return {
        weights,
        standardErrors: weights.map((_, i) => Math.sqrt(inverse[i * columns + i] as number)),
        logLikelihood: -lossAt(weights, 0),
        steps: step,
      };
    }
  }
  throw refuse(`did not settle in ${MAX_STEPS} steps`, 'Give a ridge penalty above 0.');
}

function lossOf(
  rows: Float64Array,
  columns: number,
  outcomes: ArrayLike<number>,
  weights: Float64Array,
  ridge: number,
  free: ReadonlySet<number>,
  counts: ArrayLike<number> | undefined,
): number {
  let loss = 0;
  for (let at = 0; at < outcomes.length; at++) {
    const logit = dot(rows, at * columns, weights);
    loss += (counts?.[at] ?? 1) * softplus(outcomes[at] === 1 ? -logit : logit);
  }
  weights.forEach((weight, column) => {
    if (!free.has(column)) loss += (ridge / 2) * weight * weight;
  });
  return loss;
}

export function dot(rows: Float64Array, from: number, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += (rows[from + at] as number) * (weights[at] as number);
  return sum;
}

function refuse(message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-training-data', field: 'logistic regression', message, remedy });
}
