/**
 * Trains a model by walk-forward: in each roll it is fitted, calibrated and judged on three pieces that share no label. What is judged is read once. The
 * verdict holds the judged rows against chance, and what they would have earned against costs.
 */
import { recordOf } from '../backtest/strategy/verdict.ts';
import { formatTimeUs } from '../domain/time.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { calibrated } from '../models/calibration.ts';
import { binCounts, deciles } from '../models/drift.ts';
import { brierScore, calibrationError, logLoss, logLossOf, reliability, rocAuc } from '../models/scores.ts';
import { type Roll, rolls, type Stretch } from '../models/walk-forward.ts';
import { type Dataset, meanMove, shareOfUps } from './dataset.ts';
import { earnings, type Forecast } from './earnings.ts';
import { boostingEpochs, calibratorOf, fit, type Forecaster, rowOf } from './fit.ts';
import type { Measured, RollResult } from './judgement.ts';
import { answerOf, type ModelFile, scoreOf } from './model-file.ts';
import type { TrainingSpec } from './training-spec.ts';
import { type Epoch, type TrainingWatch, UNWATCHED } from './watch-training.ts';

export type Trained = {
  readonly model: ModelFile;
  readonly judgement: Measured;
  /** Of the model itself; none of a kind that has no epochs. */
  readonly epochs: readonly Epoch[];
};

const SMOKE_ROWS = 5;

/** @throws UserError where the rows do not suffice. */
export function trainModel(
  spec: TrainingSpec,
  set: FeatureSet,
  data: Dataset,
  barSeconds: number,
  watch: TrainingWatch = UNWATCHED,
): Trained {
  const embargo = spec.embargoBars ?? spec.horizonBars;
  const plan = rolls(data.labelEnds, spec.folds, embargo);
  const judged: JudgedRow[] = [];
  const ends: number[] = [];
  const epochs = spec.kind === 'lstm' ? spec.lstm.epochs : 1;
  const at = (fitNumber: number, epoch: number, latest?: Epoch): void =>
    watch.onStep({ fit: fitNumber, fits: plan.length + 1, epoch, epochs, latest });
  plan.forEach((roll, number) => {
    const { p, bases, edge } = watch.once(`roll ${number}`, () => {
      const predictor = fit(spec, data, roll.fit, (epoch) => at(number + 1, epoch.epoch, epoch));
      const calibrator = calibratorOf(predictor, data, roll.calibrate);
      return {
        p: Array.from({ length: roll.judge.to - roll.judge.from }, (_, place) =>
          calibrated(calibrator, scoreOf(predictor, rowOf(data, roll.judge.from + place))),
        ),
        bases: [shareOfUps(data, roll.fit), shareOfUps(data, roll.calibrate)] as [number, number],
        edge: meanMove(data, roll.fit),
      };
    });
    p.forEach((each, place) => judged.push({ row: roll.judge.from + place, p: each, bases, edge }));
    ends.push(judged.length);
    at(number + 1, epochs);
  });
  const p = judged.map((each) => each.p);
  const outcomes = judged.map(({ row }) => data.outcomes[row] as number);
  // The calibrator knows the newer share of ups. A market whose drift changed is no skill: the harder of both is to be beaten.
  const baseLosses = ([0, 1] as const).map((which) =>
    logLoss(
      judged.map(({ bases }) => bases[which]),
      outcomes,
    ),
  ) as [number, number];
  const which = baseLosses[1] < baseLosses[0] ? 1 : 0;
  const { t, count } = againstBase(judged, which, data);
  const results = plan.map((roll, number) =>
    resultOf(roll, data, judged.slice(number === 0 ? 0 : ends[number - 1], ends[number]), which),
  );
  const { earned, returns } = earnings(judged, data, spec.costBps);
  const { sharpe, record } = recordOf(returns);
  const auc = rocAuc(p, outcomes);
  const seen: Epoch[] = [];
  const model = finalModel(spec, set, data, barSeconds, plan.at(-1) as Roll, (epoch) => {
    seen.push(epoch);
    // Its stages or epochs are held against rows that were judged: not shown before the verdict.
    at(plan.length + 1, Math.min(epoch.epoch, epochs));
  });
  return {
    model,
    epochs: seen,
    judgement: {
      rolls: results,
      rows: judged.length,
      logLoss: logLoss(p, outcomes),
      baseLogLoss: baseLosses[which],
      brier: brierScore(p, outcomes),
      auc: Number.isNaN(auc) ? null : auc,
      calibrationError: calibrationError(p, outcomes),
      reliability: reliability(p, outcomes),
      independentRows: count,
      t,
      ...earned,
      sharpe,
      sharpeRecord: record,
      embargoBars: embargo,
      labelBars: spec.horizonBars,
    },
  };
}

/** Shares of ups before it: of the fitted rows, and of the calibrating ones. */
type JudgedRow = Forecast & { readonly bases: readonly [number, number] };

function resultOf(
  { fit: fitted, calibrate, judge: test }: Roll,
  data: Dataset,
  judged: readonly JudgedRow[],
  which: 0 | 1,
): RollResult {
  const outcomes = judged.map(({ row }) => data.outcomes[row] as number);
  return {
    fitRows: fitted.to - fitted.from,
    calibrateRows: calibrate.to - calibrate.from,
    judgeRows: judged.length,
    judgeFrom: formatTimeUs(data.endUs[test.from] as number),
    judgeTo: formatTimeUs(data.endUs[test.to - 1] as number),
    logLoss: logLoss(
      judged.map(({ p }) => p),
      outcomes,
    ),
    baseLogLoss: logLoss(
      judged.map(({ bases }) => bases[which]),
      outcomes,
    ),
  };
}

/** Gain in log loss over the base rate, on rows of which no two labels overlap. */
function againstBase(
  judged: readonly JudgedRow[],
  which: 0 | 1,
  data: Dataset,
): { readonly t: number; readonly count: number } {
  const gains: number[] = [];
  let free = 0;
  for (const { row, p, bases } of judged) {
    if (row < free) continue;
    free = Math.max(row + 1, data.labelEnds[row] as number);
    const outcome = data.outcomes[row] as number;
    gains.push(logLossOf(bases[which], outcome) - logLossOf(p, outcome));
  }
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, gains.length - 1) / gains.length);
  return { t: error > 0 ? mean / error : 0, count: gains.length };
}

/** Fitted on all but the newest piece, calibrated on that one: nothing of it was judged. */
function finalModel(
  spec: TrainingSpec,
  set: FeatureSet,
  data: Dataset,
  barSeconds: number,
  { judge: last }: Roll,
  onEpoch: (epoch: Epoch) => void,
): ModelFile {
  const embargo = spec.embargoBars ?? spec.horizonBars;
  let to = Math.max(1, last.from - embargo);
  while (to > 1 && (data.labelEnds[to - 1] as number) >= last.from) to--;
  const fitted: Stretch = { from: 0, to };
  const predictor: Forecaster = fit(spec, data, fitted, onEpoch);
  for (const epoch of boostingEpochs(spec, predictor, data, fitted, last)) onEpoch(epoch);
  const calibrator = calibratorOf(predictor, data, last);
  return {
    ...modelHead(spec, set, data, barSeconds),
    predictor,
    calibrator: calibrator as ModelFile['calibrator'],
    smoke: smokeOf({ predictor, calibrator: calibrator as ModelFile['calibrator'] }, data),
  };
}

/** What is the same of every kind. */
export function modelHead(spec: TrainingSpec, set: FeatureSet, data: Dataset, barSeconds: number) {
  // Of a sequence the last step, which is the row itself.
  const from = data.columns - set.names.length;
  return {
    format: 'parallax-model' as const,
    version: 1 as const,
    features: [...set.names],
    featureSetId: set.id,
    horizonBars: spec.horizonBars,
    barSeconds,
    deciles: set.names.map((_, at) => {
      const values = Float64Array.from(
        { length: data.rows },
        (__, row) => data.values[row * data.columns + from + at] as number,
      );
      const cuts = deciles(values);
      return { cuts, counts: binCounts(values, cuts) };
    }),
  };
}

/** Rows with their answers, which must come out again. @param extra values that follow the features of a row. */
export function smokeOf(
  model: Pick<ModelFile, 'predictor' | 'calibrator'>,
  data: Dataset,
  extra: readonly number[] = [],
): ModelFile['smoke'] {
  return Array.from({ length: Math.min(SMOKE_ROWS, data.rows) }, (_, at) => {
    const row = [...rowOf(data, Math.floor((at * data.rows) / SMOKE_ROWS)), ...extra];
    return { row: row.map((value) => (Number.isNaN(value) ? null : value)), answer: answerOf(model, row) };
  });
}
