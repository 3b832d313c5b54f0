/**
 * A model that says whether an opportunity which is about to be taken will be captured, and what a gate by it would have been worth. Executions in the order of their starts
 * are fitted, calibrated and judged by walk-forward; one counts from its end on. The gate does not take what the calibrating piece says loses money, and takes all where that is not
 * clear. Shares of what was promised are compared with taking all, with an interval by a bootstrap over blocks of time. Where a gate acted meanwhile, each of its controls stands for those that it
 * left one of, in what is learnt and in what is judged.
 */
import type { ScorerReport } from '../../contract/scorer-operations.ts';
import { CAPTURE_FEATURES } from '../../detection/capture-features.ts';
import { CONTROL_EVERY } from '../../domain/capture-model.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { SeededRandom } from '../../lib/random.ts';
import { calibrated } from '../../models/calibration.ts';
import { logLoss, reliability, rocAuc } from '../../models/scores.ts';
import { rolls, type Stretch } from '../../models/walk-forward.ts';
import type { Dataset } from '../dataset.ts';
import { calibratorOf, fit, rowOf } from '../fit.ts';
import { scoreOf } from '../model-file.ts';
import { LEAST_JUDGED } from '../scorer-gates.ts';
import { checkSpec } from '../training-spec.ts';
import { scorerRows, type TakenRecord } from './taken-record.ts';

const FOLDS = 4;
/** Executions that are left out between two pieces, besides those that had not ended. */
const EMBARGO = 1;
/** Thresholds that are tried on the calibrating piece: quantiles of its probabilities. */
const QUANTILES = 10;
/** How clear the loss of what is not taken must be there, in standard errors. */
const LEAST_T = 2;
const DRAWS = 1_000;
/** Executions near each other share a market: they are drawn together. */
const BLOCK = 20;
/** Fewer executions decide nothing: half of them are judged. The ends of a percentile bootstrap lie too near each other where there are few blocks. */
export const LEAST_RECORDS = 2 * LEAST_JUDGED;

/** What every scorer is fitted by. */
export const scorerSpec = () =>
  checkSpec({ name: 'scorer', kind: 'logistic', file: '-', ridge: 5 }, 'the scorer');

export const scorerRolls = ({ labelEnds }: Dataset) => rolls(labelEnds, FOLDS, EMBARGO);

export type Found = Omit<ScorerReport, 'homeAsset' | 'left' | 'records'>;

/** @param records by their starts. */
export function scoreTaken(records: readonly TakenRecord[]): Found {
  const outcomes = Uint8Array.from(records, ({ isCaptured }) => (isCaptured ? 1 : 0));
  if (records.length < LEAST_RECORDS)
    return nothing(
      `${records.length} usable ${records.length === 1 ? 'execution decides' : 'executions decide'} nothing: at least ${LEAST_RECORDS} are needed. Until then all are taken.`,
    );
  const data = scorerDataset(records, outcomes);
  const spec = scorerSpec();
  const judged: {
    readonly row: number;
    readonly p: number;
    readonly base: number;
    readonly taken: boolean;
  }[] = [];
  const folds: ScorerReport['folds'] = [];
  let weights: ScorerReport['weights'] = [];
  for (const roll of scorerRolls(data)) {
    // Where all or none were captured, a model has nothing to learn.
    if (isOneSided(outcomes, roll.fit) || isOneSided(outcomes, roll.calibrate)) {
      const share = shareIn(records, roll.fit);
      for (let row = roll.judge.from; row < roll.judge.to; row++)
        judged.push({ row, p: share, base: share, taken: true });
      folds.push(foldOf(roll.fit, roll.judge, records, 0, 0));
      continue;
    }
    const predictor = fit(spec, data, roll.fit);
    const calibrator = calibratorOf(predictor, data, roll.calibrate);
    const probability = (row: number): number => calibrated(calibrator, scoreOf(predictor, rowOf(data, row)));
    const threshold = thresholdOf(records, roll.calibrate, probability);
    const base = shareIn(records, roll.calibrate);
    let skipped = 0;
    for (let row = roll.judge.from; row < roll.judge.to; row++) {
      const p = probability(row);
      if (p < threshold) skipped++;
      judged.push({ row, p, base, taken: p >= threshold });
    }
    folds.push(foldOf(roll.fit, roll.judge, records, threshold, skipped));
    if (predictor.kind === 'logistic')
      weights = CAPTURE_FEATURES.map((feature, at) => ({
        feature,
        weight: predictor.weights[at] as number,
      })).toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  }
  // A control counts as often as it stands for others.
  const weighed = judged.flatMap((each) =>
    Array.from({ length: (records[each.row] as TakenRecord).weight }, () => each),
  );
  const came = weighed.map(({ row }) => outcomes[row] as number);
  const said = weighed.map(({ p }) => p);
  const money = judged.map(({ row, taken }) => {
    const { promisedHome, profitHome, weight } = records[row] as TakenRecord;
    const all = weight * profitHome;
    return { promised: weight * promisedHome, all, gated: taken ? all : 0 };
  });
  const controls = judged.filter(({ row }) => (records[row] as TakenRecord).weight > 1).length;
  const sum = (of: (each: (typeof money)[number]) => number): number =>
    money.reduce((total, each) => total + of(each), 0);
  const promised = sum((each) => each.promised);
  if (!(promised > 0)) return nothing('The judged executions promised nothing: no share of it can be said.');
  const takeAll = sum((each) => each.all) / promised;
  const gated = sum((each) => each.gated) / promised;
  const difference = { value: gated - takeAll, ...spreadOfDifference(money) };
  const auc = rocAuc(said, came);
  const skipped = judged.filter(({ taken }) => !taken).length;
  const raises = difference.low > 0;
  return {
    verdict: raises ? 'raises' : 'does-not-raise',
    text: textOf({ judged: judged.length, controls, skipped, takeAll, gated, difference, raises }),
    judged: judged.length,
    controls,
    captured: judged.reduce((total, { row }) => total + (outcomes[row] as number), 0),
    promised,
    takeAll,
    gated,
    difference,
    skipped,
    skippedHome: sum((each) => each.all - each.gated),
    logLoss: logLoss(said, came),
    baseLogLoss: logLoss(
      weighed.map(({ base }) => base),
      came,
    ),
    auc: Number.isNaN(auc) ? null : auc,
    reliability: reliability(said, came),
    folds,
    weights,
  };
}

/** Least probability from which on executions are taken. 0 unless those below it lost money clearly. */
export function thresholdOf(
  records: readonly TakenRecord[],
  { from, to }: Stretch,
  probability: (row: number) => number,
): number {
  const rows = Array.from({ length: to - from }, (_, at) => {
    const { profitHome, weight } = records[from + at] as TakenRecord;
    return { p: probability(from + at), profit: weight * profitHome };
  }).sort((a, b) => a.p - b.p);
  let [threshold, most] = [0, 0];
  for (let step = 1; step < QUANTILES; step++) {
    const cut = rows[Math.floor((step * rows.length) / QUANTILES)]?.p ?? 0;
    const below = rows.filter(({ p }) => p < cut).map(({ profit }) => profit);
    const loss = -below.reduce((total, profit) => total + profit, 0);
    if (loss > most && tOfLoss(below) >= LEAST_T) [threshold, most] = [cut, loss];
  }
  return threshold;
}

function tOfLoss(profits: readonly number[]): number {
  if (profits.length < 5) return 0;
  const mean = profits.reduce((total, profit) => total + profit, 0) / profits.length;
  const squares = profits.reduce((total, profit) => total + (profit - mean) ** 2, 0);
  const error = Math.sqrt(squares / (profits.length - 1) / profits.length);
  return error > 0 ? -mean / error : 0;
}

/** 95 % of the differences of both shares, over samples of blocks with replacement; of a fixed seed. */
function spreadOfDifference(
  money: readonly { readonly promised: number; readonly all: number; readonly gated: number }[],
): { readonly low: number; readonly high: number } {
  const blocks = Array.from({ length: Math.ceil(money.length / BLOCK) }, (_, at) =>
    money.slice(at * BLOCK, (at + 1) * BLOCK).reduce(
      (total, { promised, all, gated }) => ({
        promised: total.promised + promised,
        gain: total.gain + gated - all,
      }),
      { promised: 0, gain: 0 },
    ),
  );
  const random = new SeededRandom(1);
  const found = Float64Array.from({ length: DRAWS }, () => {
    let [promised, gain] = [0, 0];
    for (let draw = 0; draw < blocks.length; draw++) {
      const block = blocks[random.integer(0, blocks.length - 1)];
      promised += block?.promised ?? 0;
      gain += block?.gain ?? 0;
    }
    return promised > 0 ? gain / promised : 0;
  }).sort();
  return { low: found[Math.floor(0.025 * DRAWS)] ?? 0, high: found[Math.ceil(0.975 * DRAWS) - 1] ?? 0 };
}

/** An execution has its label once it ended: pieces are purged by that. */
export function scorerDataset(records: readonly TakenRecord[], outcomes: Uint8Array): Dataset {
  const labelEnds = new Int32Array(records.length);
  records.forEach(({ finishedUs }, row) => {
    let end = row + 1;
    while (end < records.length && (records[end] as TakenRecord).startedUs <= finishedUs) end++;
    // One that took long keeps all that begin before its end out of what is learnt beside a judged piece: ends do not fall.
    labelEnds[row] = Math.max(end, labelEnds[row - 1] ?? 0);
  });
  return {
    rows: records.length,
    columns: CAPTURE_FEATURES.length,
    values: scorerRows(records),
    endUs: Float64Array.from(records, ({ startedUs }) => startedUs),
    labelEnds,
    returns: new Float64Array(records.length),
    outcomes,
    bars: Int32Array.from(records.keys()),
    // A control counts for those that it stands for, and is one outcome all the same.
    weights: Float64Array.from(records, ({ weight }) => weight),
    left: { notWarm: 0, noLabel: 0, overGap: 0 },
  };
}

function foldOf(
  fitted: Stretch,
  judge: Stretch,
  records: readonly TakenRecord[],
  threshold: number,
  skipped: number,
): ScorerReport['folds'][number] {
  return {
    fitRows: fitted.to - fitted.from,
    judgeRows: judge.to - judge.from,
    judgeFrom: formatTimeUs((records[judge.from] as TakenRecord).startedUs),
    threshold,
    skipped,
  };
}

function shareIn(records: readonly TakenRecord[], { from, to }: Stretch): number {
  let [captured, all] = [0, 0];
  for (const { isCaptured, weight } of records.slice(from, to)) {
    all += weight;
    if (isCaptured) captured += weight;
  }
  return captured / all;
}

export function isOneSided(outcomes: Uint8Array, { from, to }: Stretch): boolean {
  const own = outcomes.subarray(from, to);
  return own.every((outcome) => outcome === own[0]);
}

function textOf({
  judged,
  controls,
  skipped,
  takeAll,
  gated,
  difference: { value, low, high },
  raises,
}: {
  readonly judged: number;
  readonly controls: number;
  readonly skipped: number;
  readonly takeAll: number;
  readonly gated: number;
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  readonly raises: boolean;
}): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const points = (share: number): string => (share * 100).toFixed(1);
  const weighing =
    controls === 0
      ? ''
      : ` (${controls} of them ${controls === 1 ? 'is a control' : 'are controls'} of a gate that acted meanwhile, and each counts as ${CONTROL_EVERY})`;
  const begin = `Taking all ${judged} judged executions${weighing} captured ${percent(takeAll)} of what they promised`;
  if (skipped === 0)
    return `${begin}. The scorer found none that were clearly losing, so its gate would have taken all: it does not raise the share. Go on taking all.`;
  const compared = `without the ${skipped} that the scorer would not have taken it is ${percent(gated)}: a difference of ${points(value)} percentage points (95 % interval ${points(low)} to ${points(high)})`;
  return raises
    ? `${begin}; ${compared}. The scorer raises the share.`
    : `${begin}; ${compared}. It does not raise the share beyond chance. Go on taking all.`;
}

function nothing(text: string): Found {
  return {
    verdict: 'too-few-records',
    text,
    judged: 0,
    controls: 0,
    captured: 0,
    promised: 0,
    takeAll: null,
    gated: null,
    difference: null,
    skipped: 0,
    skippedHome: 0,
    logLoss: null,
    baseLogLoss: null,
    auc: null,
    reliability: [],
    folds: [],
    weights: [],
  };
}
