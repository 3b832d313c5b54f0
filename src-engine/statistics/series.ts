/** What a series of numbers must be before anything is computed from it. Every refusal names the series and the remedy. */
import { UserError } from '../domain/errors.ts';

/** Bounds time and memory of every test: 69 days of minutes. */
export const MAX_OBSERVATIONS = 100_000;

/** Squares and their sums stay finite and exact below it, and above its inverse. */
const MAX_VALUE = 1e100;

export type Series = ArrayLike<number>;

/** @throws UserError for a series that is too short, too long, constant, or has a value that is not finite or beyond all scales. */
export function demandSeries(name: string, values: Series, least: number): void {
  demandLength(name, values.length, least);
  const { low, high } = demandFinite(name, values);
  if (low === high) {
    throw badSeries(
      name,
      `has the same value in all ${values.length} observations`,
      'Nothing can be tested of a constant: take a series that moves.',
      String(low),
    );
  }
  if (high - low >= 1 / MAX_VALUE) return;
  throw badSeries(
    name,
    `varies by less than ${1 / MAX_VALUE}`,
    'Multiply it by a constant: results do not depend on its unit.',
    String(high - low),
  );
}

/** The least and the largest value. @throws UserError for a value that is not finite, or whose square would not be. */
export function demandFinite(name: string, values: Series): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (!Number.isFinite(value)) {
      throw badSeries(
        name,
        `is not a finite number at observation ${at + 1}`,
        'Remove it, or correct it at its source.',
        String(value),
      );
    }
    if (Math.abs(value) > MAX_VALUE) {
      throw badSeries(
        name,
        `is beyond ${MAX_VALUE} at observation ${at + 1}`,
        'Divide the series by a constant: results do not depend on its unit.',
        String(value),
      );
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** @throws UserError when two series do not pair up one to one. */
export function demandSameLength(name: string, values: Series, other: string, others: Series): void {
  if (values.length === others.length) return;
  throw badSeries(
    name,
    `has ${values.length} observations, and ${other} has ${others.length}`,
    'Give both at the same times.',
  );
}

export function badSeries(field: string, message: string, remedy: string, value?: string): UserError {
  return new UserError({ code: 'bad-series', field, value, message, remedy });
}

/** Largest absolute value; 0 of nothing. */
export function largest(values: Series): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at] as number));
  return most;
}

function demandLength(name: string, length: number, least: number): void {
  if (length < least) {
    throw badSeries(
      name,
      `has ${length} observations, and at least ${least} are needed`,
      'Take a longer stretch, or shorter bars.',
    );
  }
  if (length > MAX_OBSERVATIONS) {
    throw badSeries(
      name,
      `has ${length} observations, and ${MAX_OBSERVATIONS} are the most that are tested`,
      'Take a shorter stretch, or longer bars.',
    );
  }
}
