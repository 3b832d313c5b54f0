/**
 * An ONNX model as the registry has it: what its file is, and how a row becomes its input and its output an answer. The file lies beside it as `model.onnx`. It runs in a process of its
 * own (onnx/), never in the kernel.
 */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { logistic } from '../lib/elementary.ts';
import { type FaultyAnswer, MAX_ANSWER_VALUES } from '../domain/prediction.ts';
import { MAX_ONNX_BYTES, MAX_ONNX_NODES } from '../models/onnx/onnx-outline.ts';
import { MAX_FEATURES } from '../models/trees/tree-ensemble.ts';

export const ONNX_FILE = 'model.onnx';
/** Bars that are given at once, at most. */
export const MAX_ONNX_SEQUENCE = 1_000;
/** Numbers of one row, over all of its bars: it goes to another process at each bar. */
export const MAX_ONNX_VALUES = 20_000;
/** Where it may run. CPU always works; what is not to be had is replaced by CPU, which is shown. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'dml'] as const;
export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];

const name = z.string().min(1).max(200);
export const ONNX = z.strictObject({
  kind: z.literal('onnx'),
  file: z.strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().min(1).max(MAX_ONNX_BYTES),
  }),
  ir: z.int().min(1),
  opset: z.int().min(0),
  nodes: z.int().min(1).max(MAX_ONNX_NODES),
  input: z.strictObject({
    name,
    type: z.enum(['float32', 'float64']),
    /** As one row is given. */
    dims: z.array(z.int().min(1)).min(2).max(3),
  }),
  output: z.strictObject({
    name,
    type: z.enum(['float32', 'float64', 'int64']),
    /** Values of an answer. */
    width: z.int().min(1).max(MAX_ANSWER_VALUES),
    /** Which of them is the probability of a rise, from 0 on. */
    element: z.int().min(0).max(MAX_ANSWER_VALUES),
    /** `logistic`: the model gives a logit. */
    link: z.enum(['identity', 'logistic']),
  }),
  columns: z.int().min(1).max(MAX_FEATURES),
  /** Bars one behind the other, oldest first. */
  sequence: z.int().min(1).max(MAX_ONNX_SEQUENCE),
  provider: z.enum(ONNX_PROVIDERS),
});
export type OnnxPredictor = z.infer<typeof ONNX>;

export const onnxWidth = ({ columns, sequence }: OnnxPredictor): number => columns * sequence;

/** Whether all parts have the sizes that the others say. */
export function checkOnnx(
  { input, output, columns, sequence }: OnnxPredictor,
  features: readonly string[] | null,
  refuse: (message: string) => UserError,
): void {
  const demand = (what: string, found: number, wanted: number): void => {
    if (found !== wanted) throw refuse(`has ${found} ${what}, not ${wanted}`);
  };
  demand(
    'values in its input',
    input.dims.reduce((product, dim) => product * dim, 1),
    columns * sequence,
  );
  if (columns * sequence > MAX_ONNX_VALUES)
    throw refuse(`takes ${columns * sequence} values, and at most ${MAX_ONNX_VALUES} are given`);
  demand('columns in its input', input.dims.at(-1) ?? 0, columns);
  if (features !== null) demand('names of features', features.length, columns);
  if (output.element >= output.width) demand('values in its answer', output.width, output.element + 1);
}

/** What is wrong with an answer as a forecast; undefined: nothing. */
export function wrongAnswer(
  { output }: Pick<OnnxPredictor, 'output'>,
  values: readonly number[],
): FaultyAnswer | undefined {
  if (values.length !== output.width)
    return { fault: 'answer-shape', detail: `it has ${values.length} values, not ${output.width}` };
  const p = probabilityOf({ output }, values);
  return p >= 0 && p <= 1 ? undefined : { fault: 'answer-out-of-range', detail: `${p} is no probability` };
}

export function probabilityOf({ output }: Pick<OnnxPredictor, 'output'>, values: readonly number[]): number {
  const value = values[output.element] ?? Number.NaN;
  return output.link === 'logistic' ? logistic(value) : value;
}

export function needsRuntime(): UserError {
  return new UserError({
    code: 'needs-runtime',
    field: 'model',
    message: 'is an ONNX model, which runs in a process of its own',
    remedy: 'Ask it by "model predict", or in a session.',
  });
}
