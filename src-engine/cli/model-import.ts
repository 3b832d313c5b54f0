/** `model import`: a file of a model that was trained elsewhere becomes a challenger of the registry. */
import { basename } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { looksLikeOnnx } from '../models/onnx/onnx-outline.ts';
import { importOnnx, withInference } from '../onnx/import-onnx.ts';
import { ONNX_VERSION } from '../onnx/installed.ts';
import { importModel, modelBytes, withNames } from '../training/import-model.ts';
import type { ModelFile } from '../training/model-file.ts';
import { MAX_ONNX_SEQUENCE, ONNX_PROVIDERS, type OnnxProvider } from '../training/onnx-predictor.ts';
import type { ModelRegistry } from '../training/registry.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_DONE,
  numberOption,
  type Output,
  textOption,
} from './command.ts';
import { describeModel } from './model-words.ts';

export const IMPORT_OPTIONS: NonNullable<Command['options']> = {
  name: {
    value: 'NAME',
    words: 'what the model is called from now on',
    example: 'eth-trees',
    actions: ['import'],
  },
  features: {
    value: 'LIST',
    words: 'features of its columns in their order, or a set of them: with --horizon it can run in a session',
    example: 'candles',
    actions: ['import'],
  },
  horizon: {
    value: 'BARS',
    words: 'how many bars ahead its forecast reaches',
    range: { min: 1, max: 1_000 },
    example: '5',
    actions: ['import'],
  },
  output: {
    value: 'OUTPUT',
    words: 'of an ONNX file: which output is the answer',
    usual: 'the first of floats',
    example: 'probabilities',
    actions: ['import', 'predict'],
  },
  element: {
    value: 'N',
    words: 'of an ONNX file: which number of the answer is the probability of a rise',
    range: { min: 1, max: 1_000 },
    usual: '1; of two, 2',
    actions: ['import'],
  },
  logit: {
    words: 'of an ONNX file: that number is a logit, which becomes a probability',
    actions: ['import'],
  },
  sequence: {
    value: 'BARS',
    words: 'of an ONNX file: bars of its input, where the file leaves their number open',
    range: { min: 1, max: MAX_ONNX_SEQUENCE },
    example: '20',
    actions: ['import', 'predict'],
  },
  provider: {
    value: 'PROVIDER',
    words: 'of an ONNX file: where it runs; on CPU where that is not to be had',
    usual: 'cpu',
    choices: ONNX_PROVIDERS,
    actions: ['import'],
  },
};

export async function importFile(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  path: string,
  dataDir: string,
): Promise<number> {
  const name = textOption(args, 'name');
  if (name === undefined)
    throw usage('--name', undefined, 'is missing', 'Say what the model is called: --name eth-trees.');
  const { model, record, onnx, lines } = await readFile(args, path, dataDir);
  const file = named(args, model);
  const { sha256, aliases, isNew } = await registry.register(
    name,
    file,
    { kind: onnx === undefined ? 'import' : 'onnx', from: basename(path), ...record },
    onnx,
  );
  const each = Object.entries(aliases).map(([alias, hash]) => `${alias} ${hash?.slice(0, 12) ?? 'none'}`);
  output.result(
    { name, sha256, isNew, aliases, about: describeModel(file), ...record },
    [
      `${name}: ${record.format}, ${describeModel(file)}`,
      ...lines,
      `${isNew ? 'stored' : 'the same as before'}: ${sha256}`,
      `${name}: ${each.join(', ')}`,
    ].join('\n'),
  );
  return EXIT_DONE;
}

/** A model of a file, as `predict` reads it too. */
export async function readFile(args: CommandArgs, path: string, dataDir: string) {
  const bytes = await modelBytes(path);
  if (!looksLikeOnnx(bytes)) {
    const { model, format } = await importModel(path);
    return { model, record: { format }, onnx: undefined, lines: [] };
  }
  const features = featuresOf(args);
  const { model, loaded, backends } = await withInference(
    { dataDir, models: [path], clock: new SystemClock() },
    (inference) =>
      importOnnx(inference, path, bytes, {
        output: textOption(args, 'output'),
        element: numberOption(args, 'element'),
        isLogit: args.values['logit'] === true,
        provider: textOption(args, 'provider') as OnnxProvider | undefined,
        sequence: numberOption(args, 'sequence'),
        columns: features && new FeatureSet(features, '--features').names.length,
      }),
  );
  const { provider, instead } = loaded;
  const record = { format: 'onnx', runtime: ONNX_VERSION, provider, instead, backends };
  const why = instead === '' ? '' : `: ${instead}`;
  return {
    model,
    record,
    onnx: bytes,
    lines: [`runs on ${provider}${why}; the runtime offers ${backends.join(', ')}`],
  };
}

const featuresOf = (args: CommandArgs): readonly string[] | undefined =>
  textOption(args, 'features')
    ?.split(',')
    .map((feature) => feature.trim());

/** What it can run in a session by, where that was said. */
function named(args: CommandArgs, model: ModelFile): ModelFile {
  const features = featuresOf(args);
  const horizonBars = numberOption(args, 'horizon');
  const barSeconds = numberOption(args, 'bar');
  if (features === undefined && horizonBars === undefined && barSeconds === undefined) return model;
  if (features === undefined)
    throw usage(
      '--features',
      undefined,
      'is missing',
      'Name the feature of each column, or leave --horizon and --bar out.',
    );
  if (horizonBars === undefined)
    throw usage('--horizon', undefined, 'is missing', 'Say how many bars ahead its forecast reaches.');
  return withNames(model, { features, horizonBars, barSeconds });
}

function usage(field: string, value: string | undefined, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field, value, message, remedy });
}
