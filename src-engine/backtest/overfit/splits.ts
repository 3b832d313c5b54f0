/**
 * Where to choose and where to judge: spans of time to train on and to test on, the test always later. Source:
 * M. López de Prado, "Advances in financial machine learning" (2018), chapters 7 and 12; walk-forward after
 * R. Pardo, "The evaluation and optimization of trading strategies" (2008).
 *
 * What happens at a border belongs to both sides: a trade that begins in train ends in test, and a market remembers.
 * So the last `purge` of every train is left out (it should be no less than the longest trade lasts), and so is the
 * first `embargo` of every test. A later train takes in an earlier test, never the other way round.
 *
 * Positions are of any one unit: periods, or microseconds. A span holds `from` and what comes before `to`.
 */
import { UserError } from '../../domain/errors.ts';

export type Span = { readonly from: number; readonly to: number };
export type Split = { readonly train: Span; readonly test: Span };

export type Gaps = {
  /** Left out at the end of a train, and at the beginning of a test. Zero or more. */
  readonly purge: number;
  readonly embargo: number;
};

export const MAX_FOLDS = 100;

/**
 * One split: the last `testShare` is the test. @param testShare above 0 and below 1.
 * @throws UserError when nothing is left to train or to test on.
 */
export function holdout(span: Span, testShare: number, gaps: Gaps): Split {
  if (!(testShare > 0 && testShare < 1)) {
    throw bad('split.testShare', testShare, 'is not between 0 and 1', 'Choose for example 0.3.');
  }
  const border = span.to - Math.round((span.to - span.from) * testShare);
  return gapped(span.from, border, span.to, gaps);
}

/**
 * Splits that walk forward: the span is cut into equal parts; each test is one part, and its train what lies before it,
 * all of it or the last `trainParts` parts. @param folds number of tests, 1 to MAX_FOLDS. The tests follow each
 * other without overlap and reach to the end.
 * @throws UserError when nothing is left to train or to test on.
 */
export function walkForward(
  span: Span,
  folds: number,
  gaps: Gaps,
  trainParts: number | 'all' = 'all',
): Split[] {
  if (!Number.isInteger(folds) || folds < 1 || folds > MAX_FOLDS) {
    throw bad('split.folds', folds, `is not a whole number from 1 to ${MAX_FOLDS}`, 'Choose for example 5.');
  }
  const first = trainParts === 'all' ? 1 : trainParts;
  if (!Number.isInteger(first) || first < 1 || first > MAX_FOLDS) {
    throw bad(
      'split.trainParts',
      first,
      `is not a whole number from 1 to ${MAX_FOLDS}`,
      'Choose for example 3.',
    );
  }
  const parts = folds + first;
  const border = (part: number): number => span.from + Math.round(((span.to - span.from) * part) / parts);
  return Array.from({ length: folds }, (_, fold) => {
    const begin = trainParts === 'all' ? span.from : border(fold);
    return gapped(begin, border(fold + first), border(fold + first + 1), gaps);
  });
}

function gapped(from: number, border: number, to: number, { purge, embargo }: Gaps): Split {
  if (!(purge >= 0)) throw bad('split.purge', purge, 'is below zero', 'Choose zero or more.');
  if (!(embargo >= 0)) throw bad('split.embargo', embargo, 'is below zero', 'Choose zero or more.');
  const train = { from, to: border - purge };
  const test = { from: border + embargo, to };
  if (train.to <= train.from) {
    throw bad(
      'split',
      border - from,
      `periods before a test leave nothing to train on, ${purge} purged`,
      'Use fewer folds, a shorter purge, shorter periods or more data.',
    );
  }
  if (test.to <= test.from) {
    throw bad(
      'split',
      to - border,
      `periods of a test leave nothing to test on, ${embargo} embargoed`,
      'Use fewer folds, a shorter embargo, shorter periods or more data.',
    );
  }
  return { train, test };
}

function bad(field: string, value: number, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-split', field, value: String(value), message, remedy });
}
