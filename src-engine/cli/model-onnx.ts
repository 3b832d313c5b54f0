/** ONNX models on the command line: what needs the runtime is done in a process of its own, which ends with it. */
import { join } from 'node:path';
import { SystemClock } from '../lib/system-clock.ts';
import { questionOf, smokeFault, withInference } from '../onnx/import-onnx.ts';
import type { LoadedModel } from '../onnx/inference.ts';
import { UserError } from '../domain/errors.ts';
import type { ModelFile } from '../training/model-file.ts';
import { ONNX_FILE } from '../training/onnx-predictor.ts';
import type { ModelRegistry } from '../training/registry.ts';

/** Path of its file, in the registry or where it was named. */
export const onnxPath = (registry: ModelRegistry, name: string, sha256: string): string =>
  join(registry.folder, name, sha256, ONNX_FILE);

/** Loads a model and answers rows. @throws UserError where the runtime is not installed, refuses the model, or a row has no answer. */
export async function onnxAnswers(
  dataDir: string,
  path: string,
  { predictor, smoke }: ModelFile,
  rows: readonly ArrayLike<number>[],
): Promise<{
  readonly loaded: LoadedModel;
  readonly backends: readonly string[];
  readonly answers: number[][];
}> {
  if (predictor.kind !== 'onnx') throw new Error('only an ONNX model is answered here');
  const { provider, file } = predictor;
  return withInference({ dataDir, models: [path], clock: new SystemClock() }, async (inference) => {
    const loaded = await inference.load({ model: file.sha256, path, sha256: file.sha256, provider });
    const differs = await smokeFault(inference, file.sha256, predictor, smoke, loaded);
    if (differs !== undefined)
      throw new UserError({
        code: 'bad-model',
        field: 'model',
        message: differs,
        remedy: 'Import it again.',
      });
    const answers: number[][] = [];
    for (const [at, row] of rows.entries()) {
      const found = await inference.answer(file.sha256, questionOf(predictor, row));
      if ('fault' in found)
        throw new UserError({
          code: found.fault,
          field: `row ${at + 1}`,
          message: `has no answer: ${found.detail}`,
          remedy: 'Correct the row, or import the model again.',
        });
      answers.push([...found.values]);
    }
    return { loaded, backends: inference.state.backends, answers };
  });
}

/** Where an ONNX model runs on this machine, tried now. Undefined: it is none. */
export async function providerLines(
  dataDir: string,
  registry: ModelRegistry,
  name: string,
  sha256: string,
  model: ModelFile,
): Promise<{ readonly found: object; readonly lines: readonly string[] } | undefined> {
  if (model.predictor.kind !== 'onnx') return undefined;
  const wanted = model.predictor.provider;
  try {
    const { loaded, backends } = await onnxAnswers(dataDir, onnxPath(registry, name, sha256), model, []);
    return {
      found: { wanted, ...loaded, backends, fault: '' },
      lines: [
        `  runs on ${loaded.provider}${loaded.instead === '' ? '' : `, and ${wanted} was asked for: ${loaded.instead}`}; the runtime offers ${backends.join(', ')}`,
      ],
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      found: { wanted, provider: '', instead: '', backends: [], fault: error.message },
      lines: [`  does not run here: ${error.message}`],
    };
  }
}

/** Whether an ONNX model gives its stored answers here; without the runtime that is not tried, and said. Others were held to theirs as they were read. */
export async function answersAgain(
  dataDir: string,
  registry: ModelRegistry,
  name: string,
  sha256: string,
  model: ModelFile,
): Promise<{ readonly fault: string | null; readonly note?: string }> {
  if (model.predictor.kind !== 'onnx') return { fault: null };
  try {
    const { loaded } = await onnxAnswers(dataDir, onnxPath(registry, name, sha256), model, []);
    return { fault: null, note: `on ${loaded.provider}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.problem.code === 'no-onnxruntime')
      return { fault: null, note: `whole; its answers were not tried: ${error.message}` };
    return { fault: error.message };
  }
}
