/**
 * A model as it is stored: JSON with all that an answer needs (features, normaliser, weights, calibrator) and a few rows with their answers, which must
 * come out again bit for bit before it is used. A file from outside is data: its size, shape and numbers are held to bounds.
 */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { logistic } from '../lib/elementary.ts';
import { issueWords } from '../lib/zod-words.ts';
import { calibrated } from '../models/calibration.ts';
import { linearScore } from '../models/linear-score.ts';
import { Lstm, MAX_UNITS } from '../models/lstm.ts';
import { Network } from '../models/network.ts';
import { checkOnnx, needsRuntime, ONNX, type OnnxPredictor, onnxWidth } from './onnx-predictor.ts';
import {
  checkEnsemble,
  marginsOf,
  MAX_FEATURES,
  MAX_NODES,
  predictionOf,
  type Tree,
  type TreeEnsemble,
} from '../models/trees/tree-ensemble.ts';

export const MAX_MODEL_BYTES = 64 * 1024 * 1024;

const MAX_WEIGHTS = 2_000_000;
const finite = z.number();
const TREE = z.strictObject({
  feature: z.array(z.int()).max(MAX_NODES),
  value: z.array(finite).max(MAX_NODES),
  left: z.array(z.int()).max(MAX_NODES),
  right: z.array(z.int()).max(MAX_NODES),
  defaultLeft: z.array(z.int().min(0).max(1)).max(MAX_NODES),
  kind: z.array(z.int().min(0).max(7)).max(MAX_NODES),
  categories: z.array(z.tuple([z.int().min(0), z.array(z.int())])),
  group: z.int().min(0),
});
const LOGISTIC = z.strictObject({
  kind: z.literal('logistic'),
  means: z.array(finite).min(1).max(MAX_FEATURES),
  deviations: z.array(finite.positive()).max(MAX_FEATURES),
  weights: z.array(finite).max(MAX_FEATURES),
  intercept: finite,
});
const TREES = z.strictObject({
  kind: z.literal('trees'),
  arithmetic: z.enum(['float32-below', 'double-at-most']),
  features: z.int().min(1).max(MAX_FEATURES),
  groups: z.int().min(1).max(100),
  base: z.array(finite),
  link: z.enum(['identity', 'logistic', 'exp', 'softmax']),
  slope: finite,
  trees: z.array(TREE),
});
const LSTM = z.strictObject({
  kind: z.literal('lstm'),
  means: z.array(finite).min(1).max(MAX_FEATURES),
  deviations: z.array(finite.positive()).max(MAX_FEATURES),
  sequence: z.int().min(1).max(1_000),
  weights: z.strictObject({
    inputs: z.int().min(1).max(MAX_FEATURES),
    units: z.int().min(1).max(MAX_UNITS),
    kernel: z.array(finite).max(MAX_WEIGHTS),
    recurrent: z.array(finite).max(MAX_WEIGHTS),
    bias: z.array(finite).max(MAX_WEIGHTS),
    out: z.array(finite).max(MAX_WEIGHTS),
    outBias: finite,
  }),
});
/** Rows end with the position: −1, 0 or 1. Answers are the values of flat, long and short. */
const Q_TABLE = z.strictObject({
  kind: z.literal('q'),
  cuts: z.array(z.array(finite).max(20)).min(1).max(8),
  values: z.array(finite).max(MAX_WEIGHTS),
});
const Q_NETWORK = z.strictObject({
  kind: z.literal('dqn'),
  means: z.array(finite).min(1).max(MAX_FEATURES),
  deviations: z.array(finite.positive()).max(MAX_FEATURES),
  network: z.strictObject({
    sizes: z.array(z.int().min(1).max(MAX_FEATURES)).min(2).max(6),
    weights: z.array(z.array(finite).max(MAX_WEIGHTS)),
    biases: z.array(z.array(finite).max(MAX_WEIGHTS)),
  }),
});
const CALIBRATOR = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('platt'), a: finite, b: finite }),
  z.strictObject({
    kind: z.literal('isotonic'),
    scores: z.array(finite).min(1).max(MAX_WEIGHTS),
    values: z.array(finite.min(0).max(1)).min(1).max(MAX_WEIGHTS),
  }),
]);
const MODEL = z.strictObject({
  format: z.literal('parallax-model'),
  version: z.literal(1),
  /** Null: made elsewhere, of columns that the file does not name. */
  features: z.array(z.string().max(100)).max(MAX_FEATURES).nullable(),
  featureSetId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  horizonBars: z.int().min(1).nullable(),
  barSeconds: finite.nullable(),
  predictor: z.discriminatedUnion('kind', [LOGISTIC, TREES, LSTM, Q_TABLE, Q_NETWORK, ONNX]),
  calibrator: CALIBRATOR.nullable(),
  /** Of a scorer of opportunities alone; see training/scorer/scorer-model.ts. */
  scorer: z
    .strictObject({
      profile: z.string().max(60),
      threshold: finite.min(0).max(1),
      fittedToUs: z.int().min(0),
      records: z.int().min(0),
    })
    .optional(),
  /** Training deciles of each feature, for drift. */
  deciles: z.array(
    z.strictObject({ cuts: z.array(finite).max(20), counts: z.array(z.int().min(0)).max(21) }),
  ),
  smoke: z.array(z.strictObject({ row: z.array(finite.nullable()), answer: z.array(finite) })).max(20),
});

export type LstmPredictor = z.infer<typeof LSTM>;
export type QPredictor = z.infer<typeof Q_TABLE> | z.infer<typeof Q_NETWORK>;
export type Predictor =
  | z.infer<typeof LOGISTIC>
  | ({ readonly kind: 'trees' } & TreeEnsemble)
  | LstmPredictor
  | QPredictor
  | OnnxPredictor;
export type ModelFile = Omit<z.infer<typeof MODEL>, 'predictor'> & { readonly predictor: Predictor };

/** Made once a model: an answer does not build its network again. */
const LSTMS = new WeakMap<LstmPredictor, Lstm>();
const NETWORKS = new WeakMap<object, Network>();

/** Score before calibration: a logit or a margin. @param row NaN: missing. */
export function scoreOf(
  predictor: Exclude<Predictor, QPredictor | OnnxPredictor>,
  row: ArrayLike<number>,
): number {
  if (predictor.kind === 'trees') {
    const margins = new Float64Array(predictor.groups);
    marginsOf(predictor, row, margins);
    return margins[0] as number;
  }
  if (predictor.kind === 'lstm') {
    let lstm = LSTMS.get(predictor);
    if (lstm === undefined) {
      lstm = Lstm.from(predictor.weights);
      LSTMS.set(predictor, lstm);
    }
    return lstm.logit(normalised(predictor, row));
  }
  return linearScore(predictor, row);
}

/** Column by column; a sequence repeats its columns. */
function normalised(
  { means, deviations }: { readonly means: readonly number[]; readonly deviations: readonly number[] },
  row: ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: row.length }, (_, at) => {
    const column = at % means.length;
    return ((row[at] as number) - (means[column] as number)) / (deviations[column] as number);
  });
}

/** Values of flat, long and short. @param row features, then the position. */
export function actionValues(predictor: QPredictor, row: ArrayLike<number>): number[] {
  const position = Math.sign(row[row.length - 1] as number);
  if (predictor.kind === 'q') {
    const state = stateOf(predictor.cuts, row, position);
    return [0, 1, 2].map((action) => predictor.values[state * 3 + action] as number);
  }
  let network = NETWORKS.get(predictor);
  if (network === undefined) {
    network = Network.from(predictor.network);
    NETWORKS.set(predictor, network);
  }
  return [...network.forward(networkRow(predictor, row, position))];
}

/** The bin of each feature, and the position. */
export function stateOf(
  cuts: readonly (readonly number[])[],
  row: ArrayLike<number>,
  position: number,
): number {
  let state = position + 1;
  cuts.forEach((own, at) => {
    const value = row[at] as number;
    state = state * (own.length + 1) + own.reduce((bin, cut) => bin + (value >= cut ? 1 : 0), 0);
  });
  return state;
}

export function networkRow(
  { means, deviations }: { readonly means: readonly number[]; readonly deviations: readonly number[] },
  row: ArrayLike<number>,
  position: number,
): Float64Array {
  const inputs = new Float64Array(means.length + 3);
  for (let at = 0; at < means.length; at++)
    inputs[at] = ((row[at] as number) - (means[at] as number)) / (deviations[at] as number);
  inputs[means.length + position + 1] = 1;
  return inputs;
}

/** Values of a row that the model takes. */
export function widthOf(predictor: Predictor): number {
  switch (predictor.kind) {
    case 'trees':
      return predictor.features;
    case 'logistic':
      return predictor.weights.length;
    case 'lstm':
      return predictor.means.length * predictor.sequence;
    case 'q':
      return predictor.cuts.length + 1;
    case 'dqn':
      return predictor.means.length + 1;
    case 'onnx':
      return onnxWidth(predictor);
  }
}

/** What the model says: a probability, a value, or one for each class. @throws UserError for a row of another width. */
export function answerOf(
  { predictor, calibrator }: Pick<ModelFile, 'predictor' | 'calibrator'>,
  row: ArrayLike<number>,
): number[] {
  const width = widthOf(predictor);
  if (row.length !== width) {
    throw new UserError({
      code: 'bad-row',
      field: 'row',
      message: `has ${row.length} values, and the model takes ${width}`,
      remedy: 'Give a value of each feature, in the model’s order.',
    });
  }
  if (predictor.kind === 'q' || predictor.kind === 'dqn') return actionValues(predictor, row);
  if (predictor.kind === 'onnx') throw needsRuntime();
  if (calibrator !== null) return [calibrated(calibrator, scoreOf(predictor, row))];
  if (predictor.kind !== 'trees') return [logistic(scoreOf(predictor, row))];
  const margins = new Float64Array(predictor.groups);
  marginsOf(predictor, row, margins);
  return predictionOf(predictor, margins);
}

export function modelText({ predictor, ...rest }: ModelFile): string {
  const stored =
    predictor.kind !== 'trees'
      ? predictor
      : {
          ...predictor,
          trees: predictor.trees.map(({ categories, group, ...arrays }) => ({
            ...Object.fromEntries(
              Object.entries(arrays).map(([name, values]) => [
                name,
                [...(values as ArrayLike<number> & Iterable<number>)],
              ]),
            ),
            categories: [...categories].map(([node, set]) => [node, [...set]]),
            group,
          })),
        };
  return `${JSON.stringify({ ...rest, predictor: stored })}\n`;
}

/** @throws UserError that names the field at fault, or the first answer that does not come out again. */
export function parseModel(text: string, field: string): ModelFile {
  const refuse = (message: string): UserError =>
    new UserError({ code: 'bad-model', field, message, remedy: 'Train or import it again.' });
  if (text.length > MAX_MODEL_BYTES) throw refuse(`has more than ${MAX_MODEL_BYTES} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  const checked = MODEL.safeParse(json);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw refuse(`${(issue?.path ?? []).join('.') || 'it'} ${issueWords(issue)}`);
  }
  const { predictor: stored, ...rest } = checked.data;
  const predictor: Predictor =
    stored.kind !== 'trees'
      ? stored
      : {
          ...checkEnsemble(
            { ...stored, trees: stored.trees.map((tree, at) => treeOf(tree, `${field}: tree ${at}`)) },
            field,
          ),
          kind: 'trees',
        };
  checkShape(predictor, rest.features, refuse);
  if (rest.calibrator?.kind === 'isotonic') checkSteps(rest.calibrator, refuse);
  const model = { ...rest, predictor };
  verifySmoke(model, refuse);
  return model;
}

/** Whether all parts have the sizes that the others say. */
function checkShape(
  predictor: Predictor,
  features: readonly string[] | null,
  refuse: (message: string) => UserError,
): void {
  if (predictor.kind === 'onnx') return checkOnnx(predictor, features, refuse);
  const columns =
    predictor.kind === 'trees'
      ? predictor.features
      : predictor.kind === 'q'
        ? predictor.cuts.length
        : predictor.means.length;
  if (features !== null && features.length !== columns)
    throw refuse(`names ${features.length} features for ${columns} columns`);
  const demand = (what: string, found: number, wanted: number): void => {
    if (found !== wanted) throw refuse(`has ${found} ${what}, not ${wanted}`);
  };
  if (predictor.kind === 'trees') return;
  if (predictor.kind === 'q') {
    demand(
      'values',
      predictor.values.length,
      predictor.cuts.reduce((product, cuts) => product * (cuts.length + 1), 9),
    );
    return;
  }
  demand('deviations', predictor.deviations.length, columns);
  if (predictor.kind === 'logistic') demand('weights', predictor.weights.length, columns);
  else if (predictor.kind === 'lstm') {
    demand('inputs', predictor.weights.inputs, columns);
    Lstm.from(predictor.weights);
  } else {
    const { sizes, weights, biases } = predictor.network;
    demand('inputs', sizes[0] ?? 0, columns + 3);
    demand('outputs', sizes.at(-1) ?? 0, 3);
    demand('layers', weights.length, sizes.length - 1);
    demand('layers of biases', biases.length, sizes.length - 1);
    weights.forEach((layer, at) =>
      demand('weights in a layer', layer.length, (sizes[at] as number) * (sizes[at + 1] as number)),
    );
    biases.forEach((layer, at) => demand('biases in a layer', layer.length, sizes[at + 1] as number));
  }
}

/** Scores rise, and values do not fall. */
function checkSteps(
  { scores, values }: { readonly scores: readonly number[]; readonly values: readonly number[] },
  refuse: (message: string) => UserError,
): void {
  const rises = scores.every((score, at) => at === 0 || score > (scores[at - 1] as number));
  const holds = values.every((value, at) => at === 0 || value >= (values[at - 1] as number));
  if (scores.length !== values.length || !rises || !holds)
    throw refuse('has a calibrator whose steps do not rise');
}

function verifySmoke(model: ModelFile, refuse: (message: string) => UserError): void {
  if (model.predictor.kind === 'onnx') return; // Held to them where it is loaded.
  model.smoke.forEach(({ row, answer }, at) => {
    const found = answerOf(
      model,
      row.map((value) => value ?? Number.NaN),
    );
    if (found.length === answer.length && found.every((value, place) => Object.is(value, answer[place])))
      return;
    throw refuse(
      `answers ${found.join(', ').slice(0, 60)} to its stored row ${at}, and ${answer.join(', ').slice(0, 60)} was stored`,
    );
  });
}

function treeOf(stored: z.infer<typeof TREE>, place: string): Tree {
  const nodes = stored.feature.length;
  for (const name of ['value', 'left', 'right', 'defaultLeft', 'kind'] as const) {
    if (stored[name].length !== nodes) {
      throw new UserError({
        code: 'bad-model',
        field: place,
        message: `has ${stored[name].length} items in ${name} for ${nodes} nodes`,
        remedy: 'Train or import it again.',
      });
    }
  }
  return {
    feature: Int32Array.from(stored.feature),
    value: Float64Array.from(stored.value),
    left: Int32Array.from(stored.left),
    right: Int32Array.from(stored.right),
    defaultLeft: Uint8Array.from(stored.defaultLeft),
    kind: Uint8Array.from(stored.kind),
    categories: new Map(stored.categories.map(([node, set]) => [node, new Set(set)])),
    group: stored.group,
  };
}
