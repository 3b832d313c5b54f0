/**
 * An ONNX file becomes a model of the registry: it is read within bounds, its input and output are chosen by name, type and shape, and a few rows are answered by the runtime, whose answers
 * are held to wherever the model is loaded.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { MAX_FEATURES } from '../models/trees/tree-ensemble.ts';
import { onnxOutline, type OnnxOutline, type OnnxValue, valueText } from '../models/onnx/onnx-outline.ts';
import type { ModelFile } from '../training/model-file.ts';
import {
  MAX_ONNX_SEQUENCE,
  MAX_ONNX_VALUES,
  type OnnxPredictor,
  type OnnxProvider,
} from '../training/onnx-predictor.ts';
import { Inference, type LoadedModel } from './inference.ts';
import { onnxLauncher } from './launch.ts';
import { runtimeRoot } from './installed.ts';

export type OnnxOptions = {
  readonly output?: string | undefined;
  /** Of its answer, from 1 on. */
  readonly element?: number | undefined;
  readonly isLogit?: boolean | undefined;
  readonly provider?: OnnxProvider | undefined;
  /** Bars, where the file leaves their number open. */
  readonly sequence?: number | undefined;
  /** Columns, where the file leaves their number open: those of the features that were named. */
  readonly columns?: number | undefined;
};

export type ImportedOnnx = {
  readonly model: ModelFile;
  readonly loaded: LoadedModel;
  readonly backends: readonly string[];
};

type Refuse = (message: string, remedy: string) => UserError;
const NUMBERS = ['float32', 'float64', 'int64'] as const;
const FLOATS = ['float32', 'float64'] as const;
/** Of a file that was read, in the process. */
const IMPORTED = 'import';

/** Answers of another machine may differ in the last digits; on a graphics card in more of them. */
const CPU_TOLERANCE = 1e-5;
const CARD_TOLERANCE = 1e-3;

/** Runs what needs a process of its own, and ends it. @throws UserError where the runtime is not installed. */
export async function withInference<T>(
  {
    dataDir,
    models,
    clock,
  }: { readonly dataDir: string; readonly models: readonly string[]; readonly clock: Clock },
  work: (inference: Inference) => Promise<T>,
): Promise<T> {
  runtimeRoot(dataDir);
  const inference = new Inference(onnxLauncher(dataDir, models), clock);
  try {
    return await work(inference);
  } finally {
    inference.stop();
  }
}

/** @throws UserError that names what is at fault. */
export async function importOnnx(
  inference: Inference,
  path: string,
  bytes: Uint8Array,
  options: OnnxOptions,
): Promise<ImportedOnnx> {
  const outline = onnxOutline(bytes, path);
  const asked = predictorOf(outline, bytes, path, options);
  const { provider, file } = asked;
  const loaded = await inference.load({ model: IMPORTED, path, sha256: file.sha256, provider });
  const { rows, width } = await smokeOf(inference, asked, path);
  const predictor = withElement(asked, width, path, options);
  return {
    model: {
      format: 'parallax-model',
      version: 1,
      features: null,
      featureSetId: null,
      horizonBars: null,
      barSeconds: null,
      predictor,
      calibrator: null,
      deciles: [],
      smoke: rows,
    },
    loaded,
    backends: inference.state.backends,
  };
}

export function questionOf({ input, output }: OnnxPredictor, row: ArrayLike<number>) {
  return { input: input.name, type: input.type, dims: input.dims, output: output.name, row };
}

/** Whether answers stored with a model come out again. @returns what differs; undefined: nothing. */
export async function smokeFault(
  inference: Inference,
  id: string,
  predictor: OnnxPredictor,
  smoke: ModelFile['smoke'],
  { provider }: LoadedModel,
): Promise<string | undefined> {
  // What was stored may come from a card that this machine does not have.
  const isCpu = provider === 'cpu' && predictor.provider === 'cpu';
  const tolerance = isCpu ? CPU_TOLERANCE : CARD_TOLERANCE;
  for (const [at, { row, answer }] of smoke.entries()) {
    const found = await inference.answer(
      id,
      questionOf(
        predictor,
        row.map((value) => value ?? Number.NaN),
      ),
    );
    if ('fault' in found) return `did not answer its stored row ${at}: ${found.detail}`;
    const differs = answer.findIndex(
      (value, place) =>
        !(Math.abs(value - (found.values[place] ?? Number.NaN)) <= tolerance * Math.max(1, Math.abs(value))),
    );
    if (differs >= 0 || found.values.length !== answer.length)
      return `answers ${found.values.join(', ').slice(0, 60)} to its stored row ${at}, and ${answer.join(', ').slice(0, 60)} was stored`;
  }
  return undefined;
}

function refuser(path: string): Refuse {
  return (message, remedy) =>
    new UserError({ code: 'bad-model', field: 'FILE', value: path, message, remedy });
}

function predictorOf(
  outline: OnnxOutline,
  bytes: Uint8Array,
  path: string,
  { output: wanted, provider = 'cpu', ...given }: OnnxOptions,
): OnnxPredictor {
  const refuse = refuser(path);
  const { inputs, outputs } = outline;
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1)
    throw refuse(
      `takes ${inputs.length} inputs (${listed(inputs)}), and one is given: a row of features`,
      'Export it with one input.',
    );
  const type = FLOATS.find((each) => each === input.type);
  if (type === undefined)
    throw refuse(
      `takes ${valueText(input)}, and features are float32 or float64`,
      'Export it with such an input.',
    );
  const dims = rowDims(input, refuse, given);
  const [sequence, columns] =
    dims.length === 2
      ? [1, dims[1] as number]
      : [(dims[0] as number) * (dims[1] as number), dims[2] as number];
  const output = chosenOutput(outputs, wanted, refuse);
  return {
    kind: 'onnx',
    file: { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    ir: outline.ir,
    opset: outline.opset,
    nodes: outline.nodes,
    input: { name: input.name, type, dims: [...dims] },
    output: { ...output, width: 1, element: 0, link: given.isLogit === true ? 'logistic' : 'identity' },
    columns,
    sequence,
    provider,
  };
}

const listed = (values: readonly OnnxValue[]): string =>
  values.slice(0, 8).map(valueText).join('; ') || 'none';

/** The size of one row: the batch is 1, and of a sequence one of the first two dimensions is it. */
function rowDims(
  input: OnnxValue,
  refuse: Refuse,
  given: Pick<OnnxOptions, 'columns' | 'sequence'>,
): readonly number[] {
  const { dims } = input;
  if (dims === undefined || dims.length < 2 || dims.length > 3)
    throw refuse(
      `takes ${valueText(input)}, and a row is [batch, features] or [batch, bars, features]`,
      'Export it with such an input.',
    );
  const last = dims.at(-1);
  const columns = typeof last === 'number' ? last : given.columns;
  if (columns === undefined)
    throw refuse(`takes ${valueText(input)}: how many features is open`, 'Name them: --features LIST.');
  if (columns < 1 || columns > MAX_FEATURES)
    throw refuse(`takes ${columns} features, and at most ${MAX_FEATURES} are given`, 'Train it on fewer.');
  const [first, second] = dims;
  if (dims.length === 2) {
    if (typeof first === 'number' && first !== 1)
      throw refuse(
        `takes ${first} rows at once (${valueText(input)}), and one is asked at a time`,
        'Export it with a batch of 1, or one that is open.',
      );
    return [1, columns];
  }
  const isBatchSecond = second === 1 && first !== 1;
  const bars = isBatchSecond ? first : second;
  const batch = isBatchSecond ? second : first;
  if (typeof batch === 'number' && batch !== 1)
    throw refuse(`takes ${valueText(input)}, and one row is asked at a time`, 'Export it with a batch of 1.');
  const sequence = typeof bars === 'number' ? bars : given.sequence;
  if (sequence === undefined)
    throw refuse(`takes ${valueText(input)}: how many bars is open`, 'Say it: --sequence N.');
  if (sequence < 1 || sequence > MAX_ONNX_SEQUENCE)
    throw refuse(`takes ${sequence} bars, and at most ${MAX_ONNX_SEQUENCE} are given`, 'Train it on fewer.');
  if (sequence * columns > MAX_ONNX_VALUES)
    throw refuse(
      `takes ${sequence} bars of ${columns} features, ${sequence * columns} values, and at most ${MAX_ONNX_VALUES} are given`,
      'Train it on fewer bars or features.',
    );
  return isBatchSecond ? [sequence, 1, columns] : [1, sequence, columns];
}

/** The one that was named, else the first of floats, else the first of numbers. */
function chosenOutput(outputs: readonly OnnxValue[], wanted: string | undefined, refuse: Refuse) {
  const numbers = outputs.flatMap(({ name, type }) => {
    const known = NUMBERS.find((each) => each === type);
    return known === undefined ? [] : [{ name, type: known }];
  });
  const found =
    wanted === undefined
      ? (numbers.find(({ type }) => type !== 'int64') ?? numbers[0])
      : numbers.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const named = outputs.find(({ name }) => name === wanted);
  const other = (named ?? outputs[0])?.type;
  throw refuse(
    wanted !== undefined && named === undefined
      ? `has no output ${wanted.slice(0, 60)}: there are ${listed(outputs)}`
      : `gives ${named === undefined ? listed(outputs) : valueText(named)}, which is no tensor of numbers`,
    other === 'sequence' || other === 'map'
      ? 'Export it without ZipMap (zipmap=False), so that its probabilities are a tensor.'
      : 'Name another output: --output NAME.',
  );
}

/** Rows of zeros, halves and ones: what they are answered is stored with the model. */
async function smokeOf(inference: Inference, asked: OnnxPredictor, path: string) {
  const rows: { row: number[]; answer: number[] }[] = [];
  let detail = '';
  for (const value of [0, 0.5, 1]) {
    const row = Array.from({ length: asked.columns * asked.sequence }, () => value);
    const answer = await inference.answer(IMPORTED, questionOf(asked, row));
    if ('fault' in answer) detail = `${answer.fault}: ${answer.detail}`;
    else if (answer.values.every(Number.isFinite)) rows.push({ row, answer: [...answer.values] });
    else detail = `it answers ${answer.values.join(', ').slice(0, 60)}`;
  }
  const width = rows[0]?.answer.length;
  if (width === undefined || rows.some(({ answer }) => answer.length !== width) || width > 1_000)
    throw refuser(path)(
      width === undefined
        ? `answers no rows of zeros, halves and ones (${detail})`
        : `answers rows of one size with ${rows.map(({ answer }) => answer.length).join(', ')} values`,
      'Export it so that one row has one answer of at most 1000 numbers.',
    );
  return { rows, width };
}

/** One value is the probability of a rise; of two, as of two classes, the second. */
function withElement(
  predictor: OnnxPredictor,
  width: number,
  path: string,
  { element }: OnnxOptions,
): OnnxPredictor {
  const usual = width === 2 ? 2 : 1;
  const chosen = element ?? usual;
  if (chosen < 1 || chosen > width)
    throw refuser(path)(
      `answers ${width} values, and --element ${chosen} is none of them`,
      `Give one from 1 to ${width}.`,
    );
  return { ...predictor, output: { ...predictor.output, width, element: chosen - 1 } };
}
