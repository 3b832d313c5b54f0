/** Fits a forecaster on a stretch of rows, and its calibrator on another: what is learnt of the rows, scaling among it, is of the fitted ones alone. */
import { assert } from '../domain/errors.ts';
import { logistic } from '../lib/elementary.ts';
import { fitCalibrator } from '../models/calibration.ts';
import { fitLogistic } from '../models/logistic-regression.ts';
import { trainLstm } from '../models/lstm.ts';
import { logLossOf } from '../models/scores.ts';
import { boostTrees } from '../models/trees/boosting.ts';
import type { Stretch } from '../models/walk-forward.ts';
import { type Dataset, meanMove } from './dataset.ts';
import { earnings, sharpeOf } from './earnings.ts';
import { type Predictor, type QPredictor, scoreOf } from './model-file.ts';
import type { OnnxPredictor } from './onnx-predictor.ts';
import type { TrainingSpec } from './training-spec.ts';
import type { Epoch } from './watch-training.ts';

export type Forecaster = Exclude<Predictor, QPredictor | OnnxPredictor>;

/** Stages of boosting that are shown at most. */
const SHOWN_STAGES = 12;
/** The newest part of what an LSTM is given says after which epoch to stop: one in so many. */
const VALIDATION_PARTS = 6;

/** @param onEpoch after each epoch of an LSTM. @throws UserError where the rows do not suffice. */
export function fit(
  spec: TrainingSpec,
  data: Dataset,
  { from, to }: Stretch,
  onEpoch: (epoch: Epoch) => void = () => undefined,
): Forecaster {
  const { columns } = data;
  const rows = data.values.subarray(from * columns, to * columns);
  const outcomes = data.outcomes.subarray(from, to);
  const counts = data.weights?.subarray(from, to);
  assert(counts === undefined || spec.kind === 'logistic', 'only a logistic model is fitted by weights');
  if (spec.kind === 'trees') {
    const options = { ...spec.trees, minGain: 0, seed: spec.seed };
    return { kind: 'trees', ...boostTrees(rows, columns, outcomes, options) };
  }
  if (spec.kind === 'lstm') return fitLstm(spec, data, { from, to }, onEpoch);
  const count = to - from;
  const { means, deviations } = spreadOf(rows, columns, counts);
  const scaled = new Float64Array(count * (columns + 1));
  for (let row = 0; row < count; row++) {
    scaled[row * (columns + 1)] = 1;
    for (let column = 0; column < columns; column++) {
      scaled[row * (columns + 1) + column + 1] =
        ((rows[row * columns + column] as number) - (means[column] as number)) /
        (deviations[column] as number);
    }
  }
  const options = { ridge: spec.ridge, free: new Set([0]), counts };
  const { weights } = fitLogistic(scaled, columns + 1, outcomes, options);
  return {
    kind: 'logistic',
    means,
    deviations,
    weights: [...weights.subarray(1)],
    intercept: weights[0] as number,
  };
}

/** Fitted on the older rows; the newest sixth says after which epoch to stop, and shares no label with them. */
function fitLstm(
  spec: TrainingSpec,
  data: Dataset,
  { from, to }: Stretch,
  onEpoch: (epoch: Epoch) => void,
): Forecaster {
  const { sequence, ...options } = spec.lstm;
  const inputs = data.columns / sequence;
  const middle = to - Math.max(1, Math.floor((to - from) / VALIDATION_PARTS));
  let end = middle;
  while (end > from + 1 && (data.labelEnds[end - 1] as number) >= middle) end--;
  // Every step of a sequence is a row of the same columns.
  const { means, deviations } = spreadOf(
    data.values.subarray(from * data.columns, end * data.columns),
    inputs,
  );
  const sequences = (first: number, last: number): Float64Array[] =>
    Array.from({ length: last - first }, (_, at) =>
      Float64Array.from(
        rowOf(data, first + at),
        (value, place) =>
          (value - (means[place % inputs] as number)) / (deviations[place % inputs] as number),
      ),
    );
  const edge = meanMove(data, { from, to: end });
  let epoch = 0;
  const { lstm } = trainLstm(
    sequences(from, end),
    data.outcomes.subarray(from, end),
    { sequences: sequences(middle, to), outcomes: data.outcomes.subarray(middle, to) },
    {
      ...options,
      inputs,
      seed: spec.seed,
      onEpoch: (losses, logits) => {
        const forecasts = logits.map((logit, at) => ({ row: middle + at, p: logistic(logit), edge }));
        const { returns } = earnings(forecasts, data, spec.costBps);
        onEpoch({ epoch: ++epoch, ...losses, sharpe: sharpeOf(returns) });
      },
    },
  );
  return {
    kind: 'lstm',
    means,
    deviations,
    sequence,
    weights: lstm.state as {
      [Key in keyof typeof lstm.state]: (typeof lstm.state)[Key] extends readonly number[]
        ? number[]
        : number;
    },
  };
}

/** How boosted trees did after some of their rounds, on rows that they did not learn from. Shown, and decides nothing. */
export function boostingEpochs(
  spec: TrainingSpec,
  predictor: Forecaster,
  data: Dataset,
  fitted: Stretch,
  validation: Stretch,
): Epoch[] {
  if (predictor.kind !== 'trees') return [];
  const { trees } = predictor;
  const stages = Math.min(SHOWN_STAGES, trees.length);
  const edge = meanMove(data, fitted);
  return Array.from({ length: stages }, (_, at) => {
    const rounds = Math.round(((at + 1) * trees.length) / stages);
    const stage = { ...predictor, trees: trees.slice(0, rounds) };
    const said = ({ from, to }: Stretch) =>
      Array.from({ length: to - from }, (__, place) => {
        const row = from + place;
        return { row, p: logistic(scoreOf(stage, rowOf(data, row))), edge };
      });
    const forecasts = said(validation);
    return {
      epoch: rounds,
      loss: meanLoss(said(fitted), data),
      validationLoss: meanLoss(forecasts, data),
      sharpe: sharpeOf(earnings(forecasts, data, spec.costBps).returns),
    };
  });
}

function meanLoss(said: readonly { readonly row: number; readonly p: number }[], data: Dataset): number {
  return said.reduce((sum, { row, p }) => sum + logLossOf(p, data.outcomes[row] as number), 0) / said.length;
}

/** Mean and deviation of each column of these rows, and of nothing later. A column that does not move is left at zero. @param counts how often each row counts; left out: once. */
export function spreadOf(
  rows: Float64Array,
  columns: number,
  counts?: Float64Array,
): { readonly means: number[]; readonly deviations: number[] } {
  const count = rows.length / columns;
  const all = counts?.reduce((sum, often) => sum + often, 0) ?? count;
  const [means, deviations] = [
    Array.from({ length: columns }, () => 0),
    Array.from({ length: columns }, () => 1),
  ];
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++)
      sum += (counts?.[row] ?? 1) * (rows[row * columns + column] as number);
    const mean = sum / all;
    for (let row = 0; row < count; row++)
      squares += (counts?.[row] ?? 1) * ((rows[row * columns + column] as number) - mean) ** 2;
    means[column] = mean;
    const deviation = Math.sqrt(squares / Math.max(1, all - 1));
    if (deviation > 0) deviations[column] = deviation;
  }
  return { means, deviations };
}

export function calibratorOf(predictor: Forecaster, data: Dataset, { from, to }: Stretch) {
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  return fitCalibrator(
    rows.map((row) => scoreOf(predictor, rowOf(data, row))),
    rows.map((row) => data.outcomes[row] as number),
    data.weights?.subarray(from, to),
  );
}

export function rowOf({ values, columns }: Dataset, row: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}
