/** `model predict`: answers of a model, or of a file of one, to rows of a CSV file. */
import { UserError } from '../domain/errors.ts';
import { answerOf, type ModelFile, widthOf } from '../training/model-file.ts';
import type { ModelRegistry } from '../training/registry.ts';
import { type CommandArgs, EXIT_DONE, type Output, textOption } from './command.ts';
import { readFile } from './model-import.ts';
import { onnxAnswers, onnxPath } from './model-onnx.ts';
import { namedFile } from './named-file.ts';

const MAX_ROWS = 100_000;

export async function predict(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  name: string,
  dataDir: string,
): Promise<number> {
  const rowsPath = textOption(args, 'rows');
  if (rowsPath === undefined) throw usage('--rows', undefined, 'is missing', 'Name a CSV file of rows.');
  const rows = rowsOf(await namedFile('--rows', rowsPath), rowsPath);
  const { model, path } = await found(args, registry, name, dataDir);
  const { answers, provider } = await answered(model, path, rows, rowsPath, dataDir);
  output.result(
    {
      model: name,
      rows: rows.length,
      ...(provider === undefined ? {} : { provider }),
      answers: answers.map((answer) => (answer.length === 1 ? answer[0] : answer)),
    },
    answers.map((answer) => answer.join(',')).join('\n'),
  );
  return EXIT_DONE;
}

/** A file by its name, or a model of the registry, with the path of its file where it is an ONNX model. */
async function found(args: CommandArgs, registry: ModelRegistry, name: string, dataDir: string) {
  if (/[./\\]/.test(name)) return { model: (await readFile(args, name, dataDir)).model, path: name };
  const { model, sha256 } = await registry.load(name, textOption(args, 'version') ?? 'champion');
  return { model, path: onnxPath(registry, name, sha256) };
}

async function answered(
  model: ModelFile,
  path: string,
  rows: readonly Float64Array[],
  rowsPath: string,
  dataDir: string,
): Promise<{ readonly answers: number[][]; readonly provider?: string }> {
  const width = widthOf(model.predictor);
  const wrong = rows.findIndex((row) => row.length !== width);
  if (wrong >= 0)
    throw usage(
      `${rowsPath}: row ${wrong + 1}`,
      undefined,
      `has ${rows[wrong]?.length} values, and the model takes ${width}`,
      'Give a value of each feature, in the model’s order.',
    );
  if (model.predictor.kind !== 'onnx') return { answers: rows.map((row) => answerOf(model, row)) };
  const { answers, loaded } = await onnxAnswers(dataDir, path, model, rows);
  return { answers, provider: loaded.provider };
}

/** Numbers with commas; a first line with a name in it is a header. */
function rowsOf(text: string, path: string): Float64Array[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length > MAX_ROWS)
    throw usage('--rows', path, `has ${lines.length} rows, more than ${MAX_ROWS}`, 'Split it.');
  const read = (line: string): Float64Array =>
    Float64Array.from(line.split(','), (cell) => {
      const typed = cell.trim();
      if (typed === '' || /^(?:nan|null|na)$/i.test(typed)) return Number.NaN;
      return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(typed)
        ? Number(typed)
        : Number.POSITIVE_INFINITY;
    });
  const first = lines.length > 0 && read(lines[0] as string).includes(Number.POSITIVE_INFINITY) ? 1 : 0;
  return lines.slice(first).map((line, at) => {
    const row = read(line);
    if (!row.includes(Number.POSITIVE_INFINITY)) return row;
    throw usage(
      '--rows',
      path,
      `has a field in row ${at + 1} that is no number`,
      'Correct it, or leave it empty.',
    );
  });
}

function usage(field: string, value: string | undefined, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field, value, message, remedy });
}
