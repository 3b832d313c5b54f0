/**
 * Ordinary least squares by Householder reflections (G. H. Golub, "Numerical methods for solving linear least squares
 * problems", Numerische Mathematik 7, 1965). Columns are scaled to unit length first: what is left of a column outside of
 * those before it is then the sine of its angle to them, and below `COLLINEAR` it counts as nothing. Normal equations would lose
 * twice as many digits. Deterministic; time grows with observations × columns², memory with observations × columns.
 */
import { badSeries, demandFinite, type Series } from './series.ts';

/** Sine of the angle below which a column counts as a combination of those before it. */
const COLLINEAR = 1e-10;

export type Column = { readonly name: string; readonly values: Float64Array };

/** A regression after its reflections, from which each of its nested models can be read. */
export type Reduced = {
  readonly observations: number;
  readonly columns: number;
  /** Length of each column. */
  readonly scales: Float64Array;
  /** Upper triangle of unit columns, row by row. */
  readonly r: Float64Array;
  /** The response turned into the columns' directions. */
  readonly z: Float64Array;
  /** Sum of squares of the response outside of all columns. */
  readonly tailSquares: number;
};

export type LeastSquares = {
  readonly coefficients: readonly number[];
  /** Null where there are as many columns as observations. */
  readonly standardErrors: readonly number[] | null;
  readonly residuals: Float64Array;
  readonly residualSquares: number;
  /** Standard deviation of the residuals over observations − columns; null where these are equal. */
  readonly deviation: number | null;
  /** Share of the response's variance around its mean; null when it does not vary. */
  readonly rSquared: number | null;
};

/**
 * @param columns at most as many as observations, each as long as the response; a constant is a column of ones.
 * @throws UserError when a column is zero or a combination of those before it, and for values that are not finite.
 */
export function leastSquares(response: Series, columns: readonly Column[]): LeastSquares {
  demandFinite('response', response);
  for (const { name, values } of columns) demandFinite(name, values);
  const reduced = reduce(response, columns);
  const { observations, columns: count } = reduced;
  const coefficients = solve(reduced);
  const residuals = Float64Array.from(response);
  for (const [index, { values }] of columns.entries()) {
    const coefficient = coefficients[index] as number;
    for (let at = 0; at < observations; at++) {
      residuals[at] = (residuals[at] as number) - coefficient * (values[at] as number);
    }
  }
  const residualSquares = squares(residuals, 0);
  const free = observations - count;
  const deviation = free > 0 ? Math.sqrt(residualSquares / free) : null;
  const spread = squares(response, meanOf(response));
  return {
    coefficients,
    standardErrors:
      deviation === null ? null : inverseRowLengths(reduced).map((length) => length * deviation),
    residuals,
    residualSquares,
    deviation,
    rSquared: spread > 0 ? 1 - residualSquares / spread : null,
  };
}

/** @throws UserError as `leastSquares` does. */
export function reduce(response: Series, columns: readonly Column[]): Reduced {
  const [observations, count] = [response.length, columns.length];
  if (count > observations) {
    throw badSeries(
      'regression',
      `has ${observations} observations for ${count} coefficients`,
      'Take a longer stretch, or fewer lags.',
    );
  }
  const y = Float64Array.from(response);
  const scales = new Float64Array(count);
  const work = columns.map(({ name, values }, index) => {
    const scale = Math.sqrt(squares(values, 0));
    if (scale === 0) throw badSeries(name, 'is zero throughout', 'Leave it out of the regression.');
    scales[index] = scale;
    return values.map((value) => value / scale);
  });
  const r = new Float64Array(count * count);
  const z = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const column = work[k] as Float64Array;
    const rest = Math.sqrt(squares(column, 0, k));
    if (rest < COLLINEAR) {
      throw badSeries(
        columns[k]?.name ?? 'column',
        'is a linear combination of the others: the regression has no single answer',
        'Leave one of them out.',
      );
    }
    const pivot = column[k] as number;
    const turned = pivot > 0 ? -rest : rest;
    column[k] = pivot - turned;
    const half = rest * (rest + Math.abs(pivot));
    for (let j = k + 1; j < count; j++) reflect(work[j] as Float64Array, column, half, k);
    reflect(y, column, half, k);
    r[k * count + k] = turned;
    for (let j = k + 1; j < count; j++) r[k * count + j] = (work[j] as Float64Array)[k] as number;
    z[k] = y[k] as number;
  }
  return { observations, columns: count, scales, r, z, tailSquares: squares(y, 0, count) };
}

/** Residual sum of squares of the model of the first `count` columns alone. */
export function nestedSquares({ z, tailSquares }: Reduced, count: number): number {
  let sum = tailSquares;
  for (let k = z.length - 1; k >= count; k--) sum += (z[k] as number) ** 2;
  return sum;
}

/** t value of the last coefficient of the model of the first `count` columns. Infinite or NaN for an exact fit. */
export function lastT(reduced: Reduced, count: number): number {
  const last = count - 1;
  const sign = Math.sign(reduced.r[last * reduced.columns + last] as number);
  const deviation = Math.sqrt(nestedSquares(reduced, count) / (reduced.observations - count));
  return (sign * (reduced.z[last] as number)) / deviation;
}

function reflect(column: Float64Array, mirror: Float64Array, half: number, from: number): void {
  let dot = 0;
  for (let at = from; at < column.length; at++) dot += (column[at] as number) * (mirror[at] as number);
  const factor = dot / half;
  for (let at = from; at < column.length; at++) {
    column[at] = (column[at] as number) - factor * (mirror[at] as number);
  }
}

function solve({ r, z, scales, columns }: Reduced): number[] {
  const unit = new Float64Array(columns);
  for (let row = columns - 1; row >= 0; row--) {
    let rest = z[row] as number;
    for (let j = row + 1; j < columns; j++) rest -= (r[row * columns + j] as number) * (unit[j] as number);
    unit[row] = rest / (r[row * columns + row] as number);
  }
  return [...unit].map((value, index) => value / (scales[index] as number));
}

/** Square roots of the diagonal of (X'X)⁻¹: the lengths of the rows of the inverse triangle. */
function inverseRowLengths({ r, scales, columns }: Reduced): number[] {
  const inverse = new Float64Array(columns * columns);
  for (let column = 0; column < columns; column++) {
    for (let row = column; row >= 0; row--) {
      let rest = row === column ? 1 : 0;
      for (let j = row + 1; j <= column; j++) {
        rest -= (r[row * columns + j] as number) * (inverse[j * columns + column] as number);
      }
      inverse[row * columns + column] = rest / (r[row * columns + row] as number);
    }
  }
  return Array.from({ length: columns }, (_, row) => {
    const own = inverse.subarray(row * columns, (row + 1) * columns);
    return Math.sqrt(squares(own, 0)) / (scales[row] as number);
  });
}

export function meanOf(values: Series): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] as number;
  return sum / values.length;
}

/** Sum of squared distances from `centre`, from one index on. */
export function squares(values: Series, centre: number, from = 0): number {
  let sum = 0;
  for (let at = from; at < values.length; at++) sum += ((values[at] as number) - centre) ** 2;
  return sum;
}
