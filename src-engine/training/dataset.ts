/** Rows of features with labels that are computed apart, later in time: a feature cannot read one by accident. */
import { UserError } from '../domain/errors.ts';
import type { Stretch } from '../models/walk-forward.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { FeatureRow } from '../features/feature-set.ts';
import { emptyStep, type MarketStep } from '../features/market-step.ts';
import { exp, log } from '../lib/elementary.ts';
import { GAP_STEPS } from '../strategies/strategy-host.ts';
import type { PairedSteps } from '../backtest/strategy/paired-steps.ts';

export type Dataset = {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly endUs: Float64Array;
  /** Row in which the label of each row ends: the first whose step is not before it. */
  readonly labelEnds: Int32Array;
  /** ln of the price at the label's end over that of the fill. */
  readonly returns: Float64Array;
  /** 1: above zero. */
  readonly outcomes: Uint8Array;
  /** Bar of each row: rows whose bars follow each other are a sequence. */
  readonly bars: Int32Array;
  /** How often each row counts in a fit; left out: once. */
  readonly weights?: Float64Array;
  /** Rows left out, and why. */
  readonly left: { readonly notWarm: number; readonly noLabel: number; readonly overGap: number };
};

/** Most values of all rows, and of all sequences, together: 400 MB. A training is a thread of the engine, which shares its memory. */
const MOST_VALUES = 50_000_000;

/** @param takesUnknown whether rows with unknown values are kept. @throws UserError when no row is left. */
export function makeDataset(
  set: FeatureSet,
  steps: PairedSteps,
  horizon: number,
  takesUnknown: boolean,
): Dataset {
  const columns = set.specs.length;
  const { count, stepUs } = steps;
  if (count * columns > MOST_VALUES)
    throw new UserError({
      code: 'too-many-values',
      field: 'features',
      value: String(columns),
      message: `of ${count} bars make ${count * columns} values, more than ${MOST_VALUES}`,
      remedy: 'Take fewer features, longer bars, or a shorter file.',
    });
  const now: MarketStep[] = [emptyStep()];
  const closes = new Float64Array(count);
  const ends = new Float64Array(count);
  const features = new FeatureRow(set, GAP_STEPS * stepUs);
  const all = new Float64Array(count * columns);
  for (let at = 0; at < count; at++) {
    steps.read(at, now);
    const step = now[0] as MarketStep;
    features.update(step);
    all.set(features.values, at * columns);
    closes[at] = step.close;
    ends[at] = step.endUs;
  }
  const kept: number[] = [];
  let [notWarm, overGap] = [0, 0];
  const last = count - 1 - horizon - 1;
  for (let at = 0; at <= last; at++) {
    const row = all.subarray(at * columns, (at + 1) * columns);
    const known = row.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
    // A label over an outage is of another length than the others.
    if ((ends[at + 1 + horizon] as number) - (ends[at] as number) > (horizon + 1 + GAP_STEPS) * stepUs)
      overGap++;
    else if (at < set.warmup - 1 || known === 0 || (known < columns && !takesUnknown)) notWarm++;
    else kept.push(at);
  }
  if (kept.length === 0) {
    throw new UserError({
      code: 'too-few-rows',
      field: 'features',
      message: `leave no row of ${count} bars: ${notWarm} are not warm or have values that are not known in this file`,
      remedy: 'Take features that the file has ("features list" names what each reads), or a longer file.',
    });
  }
  // In place: a second copy would take as much memory again.
  const values = all.subarray(0, kept.length * columns);
  const labelEnds = new Int32Array(kept.length);
  const returns = new Float64Array(kept.length);
  let next = 0;
  kept.forEach((at, row) => {
    all.copyWithin(row * columns, at * columns, (at + 1) * columns);
    returns[row] = log((closes[at + 1 + horizon] as number) / (closes[at + 1] as number));
    while (next < kept.length && (kept[next] as number) < at + 1 + horizon) next++;
    labelEnds[row] = next;
  });
  return {
    rows: kept.length,
    columns,
    values,
    endUs: Float64Array.from(kept, (at) => ends[at] as number),
    labelEnds,
    returns,
    outcomes: Uint8Array.from(returns, (change) => (change > 0 ? 1 : 0)),
    bars: Int32Array.from(kept),
    left: { notWarm, noLabel: Math.min(count, horizon + 1), overGap },
  };
}

/** Each row with the `length` − 1 rows before it, oldest first; rows without so many bars in sequence are left out. */
export function inSequences(data: Dataset, length: number): Dataset {
  const { columns, bars } = data;
  const kept: number[] = [];
  for (let row = length - 1; row < data.rows; row++) {
    if ((bars[row] as number) - (bars[row - length + 1] as number) === length - 1) kept.push(row);
  }
  const width = columns * length;
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'too-few-rows', field: 'lstm.sequence', value: String(length), message, remedy });
  if (kept.length === 0)
    throw refuse(`leaves no row of ${data.rows}`, 'Take a shorter one, or a longer file.');
  if (kept.length * width > MOST_VALUES)
    throw refuse(
      `makes ${kept.length * width} values, more than ${MOST_VALUES}`,
      'Take a shorter one, or fewer features.',
    );
  const values = new Float64Array(kept.length * width);
  const labelEnds = new Int32Array(kept.length);
  let next = 0;
  kept.forEach((row, at) => {
    values.set(data.values.subarray((row - length + 1) * columns, (row + 1) * columns), at * width);
    while (next < kept.length && (kept[next] as number) < (data.labelEnds[row] as number)) next++;
    labelEnds[at] = next;
  });
  return {
    rows: kept.length,
    columns: width,
    values,
    endUs: Float64Array.from(kept, (row) => data.endUs[row] as number),
    labelEnds,
    returns: Float64Array.from(kept, (row) => data.returns[row] as number),
    outcomes: Uint8Array.from(kept, (row) => data.outcomes[row] as number),
    bars: Int32Array.from(kept, (row) => bars[row] as number),
    left: data.left,
  };
}

/** What one unit of stake gains over the label of a row, in bps. The logarithm would give a short position more than it earns. */
export function moveBps({ returns }: Pick<Dataset, 'returns'>, row: number): number {
  return (exp(returns[row] as number) - 1) * 10_000;
}

export function shareOfUps({ outcomes }: Dataset, { from, to }: Stretch): number {
  let ups = 0;
  for (let at = from; at < to; at++) ups += outcomes[at] as number;
  return ups / (to - from);
}

/** Either way, in bps. */
export function meanMove(data: Dataset, { from, to }: Stretch): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += Math.abs(moveBps(data, at));
  return sum / (to - from);
}
