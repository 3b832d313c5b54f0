/**
 * Trains a model by walk-forward: in each roll it is fitted, calibrated and judged on three pieces that share no label. What is judged is read once. The
 * verdict holds the judged rows against chance, and what they would have earned against costs.
 */
import { normalCdf } from '../lib/normal.ts';
import { formatTimeUs } from '../domain/time.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { fitLogistic } from '../models/logistic-regression.ts';
import { fitCalibrator, calibrated } from '../models/calibration.ts';
import { binCounts, deciles } from '../models/drift.ts';
import { trainLstm } from '../models/lstm.ts';
import { brierScore, calibrationError, logLoss, logLossOf, reliability, rocAuc } from '../models/scores.ts';
import { boostTrees } from '../models/trees/boosting.ts';
import { type Roll, rolls, type Stretch } from '../models/walk-forward.ts';
import { type Dataset, meanMove, moveBps, shareOfUps } from './dataset.ts';
import { answerOf, type ModelFile, type Predictor, type QPredictor, scoreOf } from './model-file.ts';
import type { TrainingSpec } from './training-spec.ts';

export type RollResult = {
  readonly fitRows: number;
  readonly calibrateRows: number;
  readonly judgeRows: number;
  readonly judgeFrom: string;
  readonly judgeTo: string;
  readonly logLoss: number;
  /** Of the share of ups that the fitted rows had, or the calibrating ones: whichever the judged rows bore out. */
  readonly baseLogLoss: number;
};

export type Judgement = {
  readonly rolls: readonly RollResult[];
  readonly rows: number;
  readonly logLoss: number;
  readonly baseLogLoss: number;
  readonly brier: number;
  readonly auc: number | null;
  readonly calibrationError: number;
  /** By tenth of the probability: what was said on average, the share that came, and of how many rows. */
  readonly reliability: readonly { readonly said: number; readonly came: number; readonly count: number }[];
  /** Rows whose labels do not overlap: what the test against chance rests on. */
  readonly independentRows: number;
  /** Of the mean gain over the base rate, in standard errors. */
  readonly t: number;
  /** Probability of so large a t by chance, multiplied by the trials on these data. */
  readonly p: number;
  readonly trials: number;
  readonly trades: number;
  readonly grossBps: number;
  readonly netBps: number;
  /** What of the net short positions earned. */
  readonly shortNetBps: number;
  /** Of the judged rows, bought once and sold once. */
  readonly buyAndHoldBps: number;
  readonly verdict: 'too-few-rows' | 'chance' | 'better-but-does-not-earn' | 'below-buy-and-hold' | 'earns';
  readonly text: string;
};

export type Trained = {
  readonly model: ModelFile;
  readonly judgement: Omit<Judgement, 'p' | 'trials' | 'verdict' | 'text'>;
};

/** Fewer independent judged rows decide nothing. */
const LEAST_INDEPENDENT = 50;
const LEVEL = 0.05;
const SMOKE_ROWS = 5;

/** @throws UserError where the rows do not suffice. */
export function trainModel(spec: TrainingSpec, set: FeatureSet, data: Dataset, barSeconds: number): Trained {
  const embargo = spec.embargoBars ?? spec.horizonBars;
  const plan = rolls(data.labelEnds, spec.folds, embargo);
  const judged: JudgedRow[] = [];
  const ends: number[] = [];
  for (const roll of plan) {
    const predictor = fit(spec, data, roll.fit);
    const calibrator = calibratorOf(predictor, data, roll.calibrate);
    const bases = [shareOfUps(data, roll.fit), shareOfUps(data, roll.calibrate)] as const;
    const edge = meanMove(data, roll.fit);
    for (let row = roll.judge.from; row < roll.judge.to; row++) {
      judged.push({ row, p: calibrated(calibrator, scoreOf(predictor, rowOf(data, row))), bases, edge });
    }
    ends.push(judged.length);
  }
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
  const results = plan.map((roll, at) =>
    resultOf(roll, data, judged.slice(at === 0 ? 0 : ends[at - 1], ends[at]), which),
  );
  const earned = earnings(judged, data, spec.costBps);
  const auc = rocAuc(p, outcomes);
  return {
    model: finalModel(spec, set, data, barSeconds, plan.at(-1) as Roll),
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
    },
  };
}

/** @param trials how many were tried on these data, this one among them. */
export function judge(judgement: Trained['judgement'], trials: number): Judgement {
  const p = Math.min(1, (1 - normalCdf(judgement.t)) * trials);
  const { independentRows, netBps, trades, buyAndHoldBps } = judgement;
  const say = (verdict: Judgement['verdict'], text: string): Judgement => ({
    ...judgement,
    p,
    trials,
    verdict,
    text,
  });
  const tried = trials === 1 ? '' : `, counting ${trials} trials on these data`;
  if (independentRows < LEAST_INDEPENDENT) {
    return say(
      'too-few-rows',
      `No verdict: ${independentRows} independent rows decide nothing, at least ${LEAST_INDEPENDENT} are needed.`,
    );
  }
  if (!(p < LEVEL))
    return say('chance', `Not better than chance: p ${p.toFixed(3)}${tried}. This does not earn.`);
  if (!(netBps > 0)) {
    return say(
      'better-but-does-not-earn',
      `Better than chance (p ${p.toFixed(4)}${tried}), but it does not earn: ${netBps.toFixed(1)} bps after costs in ${trades} trades.`,
    );
  }
  if (netBps <= buyAndHoldBps) {
    return say(
      'below-buy-and-hold',
      `Better than chance (p ${p.toFixed(4)}${tried}), but ${netBps.toFixed(1)} bps after costs in ${trades} trades are no more than buy and hold: ${buyAndHoldBps.toFixed(1)} bps.`,
    );
  }
  return say(
    'earns',
    `Better than chance (p ${p.toFixed(4)}${tried}), and ${netBps.toFixed(1)} bps after costs in ${trades} trades, out of sample. Try it on data that no trial has seen.`,
  );
}

/** Shares of ups before it: of the fitted rows, and of the calibrating ones. */
type JudgedRow = {
  readonly row: number;
  readonly p: number;
  readonly bases: readonly [number, number];
  readonly edge: number;
};

type Forecaster = Exclude<Predictor, QPredictor>;

function fit(spec: TrainingSpec, data: Dataset, { from, to }: Stretch): Forecaster {
  const { columns } = data;
  const rows = data.values.subarray(from * columns, to * columns);
  const outcomes = data.outcomes.subarray(from, to);
  if (spec.kind === 'trees') {
    const options = { ...spec.trees, minGain: 0, seed: spec.seed };
    return { kind: 'trees', ...boostTrees(rows, columns, outcomes, options) };
  }
  if (spec.kind === 'lstm') return fitLstm(spec, data, { from, to });
  const count = to - from;
  const { means, deviations } = spreadOf(rows, columns);
  const scaled = new Float64Array(count * (columns + 1));
  for (let row = 0; row < count; row++) {
    scaled[row * (columns + 1)] = 1;
    for (let column = 0; column < columns; column++) {
      scaled[row * (columns + 1) + column + 1] =
        ((rows[row * columns + column] as number) - (means[column] as number)) /
        (deviations[column] as number);
    }
  }
  const { weights } = fitLogistic(scaled, columns + 1, outcomes, { ridge: spec.ridge, free: new Set([0]) });
  return {
    kind: 'logistic',
    means,
    deviations,
    weights: [...weights.subarray(1)],
    intercept: weights[0] as number,
  };
}

/** Fitted on the older rows; the newest sixth says after which epoch to stop, and shares no label with them. */
function fitLstm(spec: TrainingSpec, data: Dataset, { from, to }: Stretch): Forecaster {
  const { sequence, ...options } = spec.lstm;
  const inputs = data.columns / sequence;
  const middle = to - Math.max(1, Math.floor((to - from) / 6));
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
  const { lstm } = trainLstm(
    sequences(from, end),
    data.outcomes.subarray(from, end),
    { sequences: sequences(middle, to), outcomes: data.outcomes.subarray(middle, to) },
    { ...options, inputs, seed: spec.seed },
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

/** Mean and deviation of each column of these rows, and of nothing later. A column that does not move is left at zero. */
export function spreadOf(
  rows: Float64Array,
  columns: number,
): { readonly means: number[]; readonly deviations: number[] } {
  const count = rows.length / columns;
  const [means, deviations] = [
    Array.from({ length: columns }, () => 0),
    Array.from({ length: columns }, () => 1),
  ];
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) sum += rows[row * columns + column] as number;
    const mean = sum / count;
    for (let row = 0; row < count; row++) squares += ((rows[row * columns + column] as number) - mean) ** 2;
    means[column] = mean;
    const deviation = Math.sqrt(squares / Math.max(1, count - 1));
    if (deviation > 0) deviations[column] = deviation;
  }
  return { means, deviations };
}

function calibratorOf(predictor: Forecaster, data: Dataset, { from, to }: Stretch) {
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  return fitCalibrator(
    rows.map((row) => scoreOf(predictor, rowOf(data, row))),
    rows.map((row) => data.outcomes[row] as number),
  );
}

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

/** One position at a time, held over the label, where the expected gain pays both fills. */
function earnings(
  judged: readonly JudgedRow[],
  data: Dataset,
  costBps: number,
): Pick<Judgement, 'trades' | 'grossBps' | 'netBps' | 'shortNetBps' | 'buyAndHoldBps'> {
  let [trades, gross, free, short, hold, holdFree] = [0, 0, 0, 0, 0, 0];
  for (const { row, p, edge } of judged) {
    const move = moveBps(data, row);
    if (row >= holdFree) {
      holdFree = Math.max(row + 1, data.labelEnds[row] as number);
      hold += move;
    }
    if (row < free || Math.abs(2 * p - 1) * edge <= 2 * costBps) continue;
    free = Math.max(row + 1, data.labelEnds[row] as number);
    trades++;
    gross += Math.sign(p - 0.5) * move;
    if (p < 0.5) short -= move + 2 * costBps;
  }
  return {
    trades,
    grossBps: gross,
    netBps: gross - trades * 2 * costBps,
    shortNetBps: short,
    buyAndHoldBps: hold - 2 * costBps,
  };
}

/** Fitted on all but the newest piece, calibrated on that one: nothing of it was judged. */
function finalModel(
  spec: TrainingSpec,
  set: FeatureSet,
  data: Dataset,
  barSeconds: number,
  { judge: last }: Roll,
): ModelFile {
  const embargo = spec.embargoBars ?? spec.horizonBars;
  let to = Math.max(1, last.from - embargo);
  while (to > 1 && (data.labelEnds[to - 1] as number) >= last.from) to--;
  const predictor = fit(spec, data, { from: 0, to });
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

export function rowOf({ values, columns }: Dataset, row: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}
