/** Files of models that were trained elsewhere: XGBoost as JSON or UBJ, LightGBM as text, or a model of Parallax. */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';
import { fromLightgbm } from '../models/trees/lightgbm-text.ts';
import type { TreeEnsemble } from '../models/trees/tree-ensemble.ts';
import { parseUbj } from '../models/trees/ubj.ts';
import { fromXgboost } from '../models/trees/xgboost-document.ts';
import { answerOf, MAX_MODEL_BYTES, type ModelFile, parseModel } from './model-file.ts';

export type Imported = {
  readonly model: ModelFile;
  readonly format: 'xgboost-json' | 'xgboost-ubj' | 'lightgbm-text' | 'parallax-model';
};

/** @throws UserError for what is no plain file, too large, or no model that is read. */
export async function importModel(path: string): Promise<Imported> {
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'bad-model',
      field: 'FILE',
      value: path,
      message,
      remedy: 'Give a model of XGBoost (.json, .ubj), LightGBM (.txt) or Parallax.',
    });
  const odd = irregularity(path);
  if (odd !== undefined) throw refuse(odd);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) throw refuse('does not exist');
  if (size === 0) throw refuse('is empty');
  if (size > MAX_MODEL_BYTES) throw refuse(`has ${size} bytes, and at most ${MAX_MODEL_BYTES} are read`);
  return parseImported(await readFile(path), path, refuse);
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
