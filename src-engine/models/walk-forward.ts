/**
 * Splits of rows in the order of their times: each is judged on what comes after all that it learnt from. Rows whose label reaches into the next
 * piece are purged, and an embargo follows (M. López de Prado, "Advances in financial machine learning", 2018, chapter 7).
 */
import { UserError } from '../domain/errors.ts';

/** Rows [from, to). */
export type Stretch = { readonly from: number; readonly to: number };
export type Split = { readonly train: Stretch; readonly test: Stretch };
export type Roll = { readonly fit: Stretch; readonly calibrate: Stretch; readonly judge: Stretch };

/** As scikit-learn's TimeSeriesSplit: test pieces of one size at the end, each trained on all before it but the gap. */
export function timeSplits(
  rows: number,
  splits: number,
  testSize = Math.floor(rows / (splits + 1)),
  gap = 0,
  maxTrain = rows,
): readonly Split[] {
  if (!Number.isInteger(splits) || splits < 1) throw refuse('folds', splits, 'is not a whole number above 0');
  if (rows - gap - testSize * splits <= 0 || testSize < 1) {
    throw refuse(
      'folds',
      splits,
      `is too many for ${rows} rows with test pieces of ${testSize} and a gap of ${gap}`,
    );
  }
  return Array.from({ length: splits }, (_, at) => {
    const from = rows - (splits - at) * testSize;
    const to = from - gap;
    return { train: { from: Math.max(0, to - maxTrain), to }, test: { from, to: from + testSize } };
  });
}

/**
 * Rolls of three pieces that share no label: fit, calibrate, judge. Judged pieces are the last half of the rows in `folds` parts (of one fold: the last third); what is
 * calibrated on is as long and lies right before.
 * @param ends row at which each row's label ends, not below the row itself. @param embargo rows left out between two pieces in addition.
 */
export function rolls(ends: ArrayLike<number>, folds: number, embargo: number): readonly Roll[] {
  const rows = ends.length;
  const size = Math.floor(rows / (folds === 1 ? 3 : 2 * folds));
  if (size < 1) throw refuse('folds', folds, `is too many for ${rows} rows`);
  return Array.from({ length: folds }, (_, at) => {
    const judgeFrom = rows - (folds - at) * size;
    const judge = { from: judgeFrom, to: judgeFrom + size };
    const calibrateFrom = judgeFrom - size;
    const calibrate = purged({ from: calibrateFrom, to: judgeFrom }, ends, judgeFrom, embargo);
    const fit = purged({ from: 0, to: calibrateFrom }, ends, calibrateFrom, embargo);
    if (fit.to <= fit.from || calibrate.to <= calibrate.from) {
      throw refuse(
        'folds',
        folds,
        `leaves nothing to learn from: ${rows} rows, labels and an embargo of ${embargo} rows`,
      );
    }
    return { fit, calibrate, judge };
  });
}

/** Without the rows at its end whose label reaches `next` or beyond, nor those in the embargo before it. */
function purged({ from, to }: Stretch, ends: ArrayLike<number>, next: number, embargo: number): Stretch {
  let end = Math.max(from, Math.min(to, next - embargo));
  while (end > from && (ends[end - 1] as number) >= next) end--;
  return { from, to: end };
}

function refuse(field: string, value: number, message: string): UserError {
  return new UserError({
    code: 'bad-split',
    field,
    value: String(value),
    message,
    remedy: 'Take fewer folds, or a longer file.',
  });
}
