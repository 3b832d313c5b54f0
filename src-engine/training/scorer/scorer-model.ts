/**
 * The scorer as a model of the registry, and as the kernel asks it. It is fitted on all executions but the newest piece of the walk-forward, and calibrated on that one, where its threshold is
 * chosen too: what it says of an opportunity rests on executions that had ended before.
 */
import { createHash } from 'node:crypto';
import { CAPTURE_FEATURES, CAPTURE_FEATURES_VERSION } from '../../detection/capture-features.ts';
import { type CaptureModel, MAX_CALIBRATOR_STEPS } from '../../domain/capture-model.ts';
import { UserError } from '../../domain/errors.ts';
import { calibrated } from '../../models/calibration.ts';
import { calibratorOf, fit, rowOf } from '../fit.ts';
import { type ModelFile, scoreOf } from '../model-file.ts';
import { scorerName } from '../scorer-names.ts';
import { smokeOf } from '../train.ts';
import { isOneSided, scorerDataset, scorerRolls, scorerSpec, thresholdOf } from './scorer.ts';
import type { TakenRecord } from './taken-record.ts';

export const SCORER_SET_ID = createHash('sha256')
  .update(JSON.stringify([CAPTURE_FEATURES_VERSION, CAPTURE_FEATURES]))
  .digest('hex');

/** @param records by their starts, enough for the walk-forward. @throws UserError where all or none were captured. */
export function fitScorer(records: readonly TakenRecord[], profile: string): ModelFile {
  const outcomes = Uint8Array.from(records, ({ isCaptured }) => (isCaptured ? 1 : 0));
  const data = scorerDataset(records, outcomes);
  const last = scorerRolls(data).at(-1);
  const from = last?.judge.from ?? 0;
  let to = Math.max(1, from - 1);
  while (to > 1 && (data.labelEnds[to - 1] as number) >= from) to--;
  if (last === undefined || isOneSided(outcomes, { from: 0, to }) || isOneSided(outcomes, last.judge)) {
    throw new UserError({
      code: 'nothing-to-learn',
      field: 'executions',
      value: String(records.length),
      message: 'were all captured, or none of them, in a piece that a scorer would learn from',
      remedy: 'Wait for more executions; until then all are taken.',
    });
  }
  const predictor = fit(scorerSpec(), data, { from: 0, to });
  const calibrator = calibratorOf(predictor, data, last.judge) as NonNullable<ModelFile['calibrator']>;
  const probability = (row: number): number => calibrated(calibrator, scoreOf(predictor, rowOf(data, row)));
  return {
    format: 'parallax-model',
    version: 1,
    features: [...CAPTURE_FEATURES],
    featureSetId: SCORER_SET_ID,
    horizonBars: null,
    barSeconds: null,
    predictor,
    calibrator,
    scorer: {
      profile,
      threshold: thresholdOf(records, last.judge, probability),
      fittedToUs: records.reduce((latest, { finishedUs }) => Math.max(latest, finishedUs), 0),
      records: records.length,
    },
    deciles: [],
    smoke: smokeOf({ predictor, calibrator }, data),
  };
}

/** @throws UserError for a model that is no scorer of this version's features, or not the one of the profile in its name. */
export function captureModelOf(
  model: ModelFile,
  { name, sha256, mayGate }: Pick<CaptureModel, 'name' | 'sha256' | 'mayGate'>,
): CaptureModel {
  const { predictor, calibrator, scorer, featureSetId } = model;
  if (scorer === undefined || predictor.kind !== 'logistic' || calibrator === null)
    throw refuse(name, 'is no scorer of opportunities');
  if (featureSetId !== SCORER_SET_ID) throw refuse(name, 'was fitted with other features of opportunities');
  const { means, deviations, weights, intercept } = predictor;
  if (calibrator.kind === 'isotonic' && calibrator.scores.length > MAX_CALIBRATOR_STEPS)
    throw refuse(name, `has a calibrator of more than ${MAX_CALIBRATOR_STEPS} steps`);
  // Whatever it is called: what one of a demo learnt says nothing of an account.
  if (name !== scorerName(scorer.profile))
    throw refuse(name, `is the scorer of the profile ${scorer.profile}`);
  const { threshold, fittedToUs } = scorer;
  return { name, sha256, means, deviations, weights, intercept, calibrator, threshold, fittedToUs, mayGate };
}

function refuse(name: string, message: string): UserError {
  return new UserError({
    code: 'bad-model',
    field: 'scorer',
    value: name,
    message,
    remedy: 'Train one: "scorer train".',
  });
}
