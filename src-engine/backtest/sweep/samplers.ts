/** Which combinations of values a sweep tries: all, a random choice, or a Latin hypercube. */
import { UserError } from '../../domain/errors.ts';
import { SeededRandom } from '../../lib/random.ts';
import type { ParameterRange } from './ranges.ts';

export type Search =
  | { readonly method: 'grid' }
  | { readonly method: 'random'; readonly trials: number }
  | { readonly method: 'latin-hypercube'; readonly trials: number };

/** One combination: an index into each parameter's values, in the order of the parameters. */
export type Combination = readonly number[];

/** Draws for each trial before a random search gives up on finding one that it has not tried. */
const DRAWS_PER_TRIAL = 200;

/**
 * The combinations in the order in which they are trials, each once; the same for the same seed. A parameter's draws
 * are its own: they do not change with the number of the others' values.
 * @throws UserError when there are more than `maxTrials`, or fewer combinations than asked for.
 */
export function combinationsOf(
  ranges: readonly ParameterRange[],
  search: Search,
  seed: number,
  maxTrials: number,
): Combination[] {
  if (search.method === 'grid') return grid(ranges, maxTrials);
  const combinations = ranges.reduce((product, { size }) => product * size, 1);
  if (search.trials > combinations) {
    throw new UserError({
      code: 'too-many-trials',
      field: 'search.trials',
      value: String(search.trials),
      message: `is more than the ${combinations} combinations that the parameters have`,
      remedy: 'Use the method "grid", or widen a range.',
    });
  }
  const randoms = streams(ranges, seed);
  return search.method === 'random'
    ? random(ranges, search.trials, randoms)
    : latinHypercube(ranges, search.trials, randoms);
}

function grid(ranges: readonly ParameterRange[], maxTrials: number): Combination[] {
  const axes = ranges.map((range) => range.gridIndices());
  const count = axes.reduce((product, axis) => product * axis.length, 1);
  if (count > maxTrials) {
    const sizes = axes.map((axis, index) => `${ranges[index]?.name ?? ''} ${axis.length}`).join(' × ');
    throw new UserError({
      code: 'too-many-trials',
      field: 'parameters',
      value: String(count),
      message: `trials are more than the ${maxTrials} of one sweep (${sizes})`,
      remedy: 'Use larger steps, fewer parameters, or the method "latin-hypercube" with a number of trials.',
    });
  }
  let rows: number[][] = [[]];
  for (const axis of axes) rows = rows.flatMap((row) => axis.map((index) => [...row, index]));
  return rows;
}

function random(
  ranges: readonly ParameterRange[],
  trials: number,
  randoms: readonly SeededRandom[],
): Combination[] {
  const found = new Map<string, Combination>();
  for (let draw = 0; found.size < trials; draw++) {
    if (draw >= trials * DRAWS_PER_TRIAL) {
      throw new UserError({
        code: 'too-many-trials',
        field: 'search.trials',
        value: String(trials),
        message: `is more than a random search finds here: it found ${found.size} different combinations`,
        remedy: 'Use the method "grid", fewer trials, or wider ranges.',
      });
    }
    const combination = ranges.map((range, index) => range.indexAt(randoms[index]?.next() ?? 0));
    found.set(combination.join(), combination);
  }
  return [...found.values()];
}

/**
 * Latin hypercube: every parameter's range is cut into as many equal parts as there are trials, and each part is used
 * once. Source: M. D. McKay, R. J. Beckman and W. J. Conover, "A comparison of three methods for selecting values of
 * input variables", Technometrics 21 (1979). Where a range has fewer values than there are trials, combinations may
 * meet: the same one is tried once, and there are fewer trials than asked for.
 */
function latinHypercube(
  ranges: readonly ParameterRange[],
  trials: number,
  randoms: readonly SeededRandom[],
): Combination[] {
  const columns = ranges.map((range, index) => {
    const source = randoms[index] as SeededRandom;
    const parts = shuffled(trials, source);
    return parts.map((part) => range.indexAt((part + source.next()) / trials));
  });
  const found = new Map<string, Combination>();
  for (let trial = 0; trial < trials; trial++) {
    const combination = columns.map((column) => column[trial] as number);
    found.set(combination.join(), combination);
  }
  return [...found.values()];
}

/** 0 … n−1 in random order (Fisher and Yates, by Durstenfeld). */
function shuffled(n: number, source: SeededRandom): number[] {
  const values = Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = source.integer(0, last);
    [values[last], values[other]] = [values[other] as number, values[last] as number];
  }
  return values;
}

function streams(ranges: readonly ParameterRange[], seed: number): SeededRandom[] {
  return ranges.map((_, index) => new SeededRandom(seed, index + 1));
}
