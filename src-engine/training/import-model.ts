/** Files of models that were trained elsewhere: XGBoost as JSON or UBJ, LightGBM as text, or a model of Parallax. ONNX files are imported by onnx/, as they need a runtime. */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../domain/errors.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { irregularity } from '../lib/regular-file.ts';
import { fromLightgbm } from '../models/trees/lightgbm-text.ts';
import type { TreeEnsemble } from '../models/trees/tree-ensemble.ts';
import { parseUbj } from '../models/trees/ubj.ts';
import { fromXgboost } from '../models/trees/xgboost-document.ts';
import { answerOf, MAX_MODEL_BYTES, type ModelFile, parseModel, widthOf } from './model-file.ts';

/** What a file from elsewhere does not say of itself, without which it cannot run in a session. */
export type GivenNames = {
  /** Its columns in their order. */
  readonly features: readonly string[];
  readonly horizonBars: number;
  readonly barSeconds: number | undefined;
};

export type Imported = {
  readonly model: ModelFile;
  readonly format: 'xgboost-json' | 'xgboost-ubj' | 'lightgbm-text' | 'parallax-model';
};

/** @throws UserError for what is no plain file, too large, or no model that is read. */
export async function importModel(path: string): Promise<Imported> {
  return parseImported(await modelBytes(path), path, refuserOf(path));
}

export function refuserOf(path: string): (message: string) => UserError {
  return (message) =>
    new UserError({
      code: 'bad-model',
      field: 'FILE',
      value: path,
      message,
      remedy: 'Give a model of XGBoost (.json, .ubj), LightGBM (.txt), ONNX (.onnx) or Parallax.',
    });
}

/** The bytes of a plain file within bounds. @throws UserError as `importModel` does. */
export async function modelBytes(path: string, most = MAX_MODEL_BYTES): Promise<Buffer> {
  const refuse = refuserOf(path);
  const odd = irregularity(path);
  if (odd !== undefined) throw refuse(odd);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) throw refuse('does not exist');
  if (size === 0) throw refuse('is empty');
  if (size > most) throw refuse(`has ${size} bytes, and at most ${most} are read`);
  return readFile(path);
}

/** @throws UserError for features that are not those of its columns. */
export function withNames(model: ModelFile, { features, horizonBars, barSeconds }: GivenNames): ModelFile {
  const set = new FeatureSet(features, '--features');
  const { predictor } = model;
  const columns = predictor.kind === 'onnx' ? predictor.columns : widthOf(predictor);
  if (set.names.length !== columns)
    throw new UserError({
      code: 'bad-model',
      field: '--features',
      value: features.join(',').slice(0, 100),
      message: `are ${set.names.length}, and the model has ${columns} columns`,
      remedy: 'Name each column’s feature in the order of the training; "features list" shows them.',
    });
  return {
    ...model,
    features: [...set.names],
    featureSetId: set.id,
    horizonBars,
    barSeconds: barSeconds ?? null,
  };
}

export function parseImported(bytes: Buffer, path: string, refuse: (message: string) => Error): Imported {
  // A document of UBJ begins with an object whose first name has a length with a marker.
  if (bytes[0] === 0x7b && /^[iUIlL$#]$/.test(String.fromCharCode(bytes[1] ?? 0))) {
    return { model: ofTrees(fromXgboost(parseUbj(bytes, path), path)), format: 'xgboost-ubj' };
  }
  const text = bytes.toString('utf8');
  if (/^tree\r?\n/.test(text)) return { model: ofTrees(fromLightgbm(text, path)), format: 'lightgbm-text' };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw refuse(
      `is neither JSON, UBJ nor a text of LightGBM (${error instanceof Error ? error.message.slice(0, 80) : 'unreadable'})`,
    );
  }
  if ((document as { format?: unknown } | null)?.format === 'parallax-model')
    return { model: parseModel(text, path), format: 'parallax-model' };
  return { model: ofTrees(fromXgboost(document, path)), format: 'xgboost-json' };
}

function ofTrees(trees: TreeEnsemble): ModelFile {
  const predictor = { kind: 'trees' as const, ...trees };
  // Rows of zeros, ones, and nothing known: their answers must come out again wherever the model is read.
  const rows = [0, 1, Number.NaN].map((value) => Array.from({ length: trees.features }, () => value));
  return {
    format: 'parallax-model',
    version: 1,
    features: null,
    featureSetId: null,
    horizonBars: null,
    barSeconds: null,
    predictor,
    calibrator: null,
    deciles: [],
    smoke: rows.map((row) => ({
      row: row.map((value) => (Number.isNaN(value) ? null : value)),
      answer: answerOf({ predictor, calibrator: null }, row),
    })),
  };
}
