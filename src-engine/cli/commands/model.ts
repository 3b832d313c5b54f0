/** The registry of models: lists, shows, imports, verifies, promotes, rolls back; answers of one to rows of a CSV file; drift. */
import { basename } from 'node:path';
import { featureTable } from '../../backtest/strategy/feature-export.ts';
import { readMarkets } from '../../backtest/strategy/read-markets.ts';
import { UserError } from '../../domain/errors.ts';
import { FeatureSet } from '../../features/feature-set.ts';
import { driftOf } from '../../training/drift-report.ts';
import { importModel } from '../../training/import-model.ts';
import { answerOf, type ModelFile } from '../../training/model-file.ts';
import { OVERRIDE_WORD, promoteModel } from '../../training/promotion.ts';
import { ModelRegistry } from '../../training/registry.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  type Output,
  textOption,
} from '../command.ts';
import { modelGates } from '../model-gates.ts';
import { namedFile } from '../named-file.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const ACTIONS = [
  'list',
  'show',
  'import',
  'verify',
  'gates',
  'promote',
  'rollback',
  'predict',
  'drift',
] as const;
const MAX_ROWS = 100_000;

export const model: Command = {
  name: 'model',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    { name: 'NAME', words: 'the model; of import and predict: a file of one', count: 'optional' },
  ],
  options: {
    name: {
      value: 'NAME',
      words: 'what the model is called from now on',
      example: 'eth-trees',
      actions: ['import'],
    },
    version: {
      value: 'WHICH',
      words: 'champion, challenger, previous, or the beginning of a hash',
      usual: 'champion; of promote and gates: challenger',
      example: 'challenger',
      actions: ['show', 'verify', 'gates', 'promote', 'predict', 'drift'],
    },
    rows: {
      value: 'FILE',
      words:
        'a CSV file of rows with the model’s features in its order; an empty field is a value that is not known',
      example: 'rows.csv',
      actions: ['predict'],
    },
    file: {
      value: 'FILE',
      words: 'a market log or a CSV file of bars',
      example: 'eth.csv',
      actions: ['drift'],
    },
    symbol: {
      value: 'PAIR[@VENUE]',
      words: 'which market, of a file with several',
      example: 'BTC/USD',
      actions: ['drift'],
    },
    bar: {
      value: 'SECONDS',
      words: 'length of the bars',
      range: { min: 0.1, max: 7 * 86_400 },
      usual: 'that of the training',
      actions: ['drift'],
    },
    reason: {
      value: 'TEXT',
      words: 'why, for the list of steps',
      example: '"better in shadow"',
      isText: true,
      actions: ['promote', 'rollback'],
    },
    override: {
      value: 'WORD',
      words: `${OVERRIDE_WORD} promotes a model that does not pass its gates; --reason is needed then`,
      example: OVERRIDE_WORD,
      actions: ['promote'],
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'A model becomes champion by its gates, which "model gates NAME" lists with value and bound: walk-forward, purge and embargo, look-ahead, more than chance, deflated',
    'Sharpe over all trials up to now, calibration, more than holding, at higher costs, and one bar later. Rolling back asks for none.',
    'Files of XGBoost (JSON, UBJ) and LightGBM (text) are read within bounds and with their own arithmetic. A model is read by its hash and by answers that were',
    'stored with it. In a session one runs as a strategy: see "strategies --help".',
  ].join('\n'),
  examples: [
    'model list',
    'model import booster.json --name eth-trees',
    'model predict booster.ubj --rows rows.csv',
    'model promote eth-trees --reason better in shadow',
  ],
  async run(args, output) {
    const [action = 'list', name] = args.positionals;
    const registry = new ModelRegistry(dataDirOf(args), () => new Date().toISOString());
    if (action === 'list') {
      if (name !== undefined)
        throw usage('NAME', name, 'is not understood: list takes no name', 'Leave it out.');
      return list(output, registry);
    }
    if (action === 'verify') return verify(args, output, registry, name);
    if (name === undefined)
      throw usage('NAME', undefined, `is missing: ${action} needs a model`, '"model list" shows them.');
    switch (action) {
      case 'show':
        return show(args, output, registry, name);
      case 'import':
        return importFile(args, output, registry, name);
      case 'gates':
        return modelGates(args, output, registry, name);
      case 'promote':
      case 'rollback': {
        const why = textOption(args, 'reason') ?? '';
        const which = textOption(args, 'version') ?? 'challenger';
        const override = textOption(args, 'override') ?? '';
        const aliases =
          action === 'promote'
            ? await promoteModel(registry, dataDirOf(args), name, which, { why, override })
            : await registry.rollback(name, why);
        output.result({ name, aliases }, aliasLine(name, aliases));
        return EXIT_DONE;
      }
      case 'predict':
        return predict(args, output, registry, name);
      default:
        return drift(args, output, registry, name);
    }
  },
};

function usage(field: string, value: string | undefined, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field, value, message, remedy });
}

type Aliases = Awaited<ReturnType<ModelRegistry['aliases']>>;

function aliasLine(name: string, aliases: Aliases): string {
  const each = Object.entries(aliases).map(([alias, sha256]) => `${alias} ${sha256?.slice(0, 12) ?? 'none'}`);
  return `${name}: ${each.join(', ')}`;
}

async function list(output: Output, registry: ModelRegistry): Promise<number> {
  const models = [];
  for (const name of await registry.names()) {
    models.push({ name, aliases: await registry.aliases(name), versions: await registry.versions(name) });
  }
  output.result(
    { folder: registry.folder, models },
    models.length === 0
      ? `${registry.folder} has no models: train or import one.`
      : models
          .map(({ name, aliases, versions }) => `${aliasLine(name, aliases)}; ${versions.length} versions`)
          .join('\n'),
  );
  return EXIT_DONE;
}

async function show(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  name: string,
): Promise<number> {
  const aliases = await registry.aliases(name);
  const which = textOption(args, 'version') ?? (aliases.champion === null ? 'challenger' : 'champion');
  const { model: file, sha256, manifest } = await registry.load(name, which);
  const events = await registry.events(name);
  const versions = await registry.versions(name);
  output.result(
    { name, which, sha256, aliases, versions, manifest, features: file.features, events },
    [
      aliasLine(name, aliases),
      `  ${which} ${sha256}`,
      `  ${describe(file)}`,
      ...versions.map((version) => `  version ${version}`),
      ...events.map(
        ({ at, action, sha256: sha, why }) =>
          `  ${at}  ${action} ${sha.slice(0, 12)}${why === '' ? '' : `: ${why}`}`,
      ),
    ].join('\n'),
  );
  return EXIT_DONE;
}

function describe({ predictor, calibrator, features }: ModelFile): string {
  const what = kindWords(predictor);
  return `${what}; ${calibrator === null ? 'not calibrated' : `calibrated (${calibrator.kind})`}; ${features === null ? 'columns without names' : 'features named'}`;
}

function kindWords(predictor: ModelFile['predictor']): string {
  switch (predictor.kind) {
    case 'logistic':
      return `logistic regression of ${predictor.weights.length} features`;
    case 'trees':
      return `${predictor.trees.length} trees over ${predictor.features} features, ${predictor.groups} outputs, ${predictor.arithmetic === 'float32-below' ? 'x < t in float32' : 'x <= t in double'}`;
    case 'lstm':
      return `LSTM of ${predictor.weights.units} units over ${predictor.sequence} bars of ${predictor.means.length} features`;
    case 'q':
      return `table of ${predictor.values.length / 3} states, over ${predictor.cuts.length} features and the position`;
    case 'dqn':
      return `network of ${predictor.network.sizes.join(', ')}, over ${predictor.means.length} features and the position`;
  }
}

async function importFile(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  path: string,
): Promise<number> {
  const name = textOption(args, 'name');
  if (name === undefined)
    throw usage('--name', undefined, 'is missing', 'Say what the model is called: --name eth-trees.');
  const { model: file, format } = await importModel(path);
  const { sha256, aliases, isNew } = await registry.register(name, file, {
    kind: 'import',
    format,
    from: basename(path),
  });
  output.result(
    { name, sha256, format, isNew, aliases, about: describe(file) },
    `${name}: ${format}, ${describe(file)}\n${isNew ? 'stored' : 'the same as before'}: ${sha256}\n${aliasLine(name, aliases)}`,
  );
  return EXIT_DONE;
}

async function verify(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  only: string | undefined,
): Promise<number> {
  const names = only === undefined ? await registry.names() : [only];
  const results: { name: string; sha256: string; fault: string | null }[] = [];
  for (const name of names) {
    const given = textOption(args, 'version');
    const versions = given === undefined ? await registry.versions(name) : [given];
    for (const version of versions.length === 0 ? ['champion'] : versions) {
      try {
        results.push({ name, sha256: (await registry.load(name, version)).sha256, fault: null });
      } catch (error) {
        if (!(error instanceof UserError) || (only !== undefined && error.problem.code === 'no-model'))
          throw error;
        results.push({ name, sha256: version, fault: error.message });
      }
    }
    try {
      await registry.verifySteps(name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      results.push({ name, sha256: '', fault: error.message });
    }
  }
  const ok = results.every(({ fault }) => fault === null);
  output.result(
    { ok, results },
    results.length === 0
      ? 'There are no models.'
      : results
          .map(
            ({ name, sha256, fault }) =>
              `${fault === null ? 'ok  ' : 'FAIL'} ${name} ${sha256.slice(0, 12)}${fault === null ? '' : ` ${fault}`}`,
          )
          .join('\n'),
  );
  return ok ? EXIT_DONE : EXIT_CHECK_FAILED;
}

async function predict(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  name: string,
): Promise<number> {
  const rowsPath = textOption(args, 'rows');
  if (rowsPath === undefined) throw usage('--rows', undefined, 'is missing', 'Name a CSV file of rows.');
  const isFile = /[./\\]/.test(name);
  const file = isFile
    ? (await importModel(name)).model
    : (await registry.load(name, textOption(args, 'version') ?? 'champion')).model;
  const rows = rowsOf(await namedFile('--rows', rowsPath), rowsPath);
  const answers = rows.map((row, at) => {
    try {
      return answerOf(file, row);
    } catch (error) {
      if (error instanceof UserError)
        throw new UserError({ ...error.problem, field: `${rowsPath}: row ${at + 1}` });
      throw error;
    }
  });
  output.result(
    {
      model: name,
      rows: rows.length,
      answers: answers.map((answer) => (answer.length === 1 ? answer[0] : answer)),
    },
    answers.map((answer) => answer.join(',')).join('\n'),
  );
  return EXIT_DONE;
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

async function drift(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  name: string,
): Promise<number> {
  const file = textOption(args, 'file');
  const { model: stored, sha256 } = await registry.load(name, textOption(args, 'version') ?? 'champion');
  if (stored.features === null)
    throw usage(
      'NAME',
      name,
      'names no features: it was made elsewhere',
      'Drift is known of models that were trained here.',
    );
  const set = new FeatureSet(stored.features);
  if (set.id !== stored.featureSetId)
    throw usage('NAME', name, 'was trained with other versions of its features', 'Train it again.');
  const symbol = textOption(args, 'symbol');
  const market = await readMarkets(
    { name: 'drift', markets: 1, input: 'bars' },
    {
      files: file === undefined ? [] : [file],
      symbols: symbol === undefined ? [] : [symbol],
      barSeconds: numberOption(args, 'bar') ?? stored.barSeconds ?? undefined,
    },
  );
  const rows = driftOf(stored, set, featureTable(set, market.steps, false));
  const worst = rows.some(({ level }) => level === 'act')
    ? 'act'
    : rows.some(({ level }) => level === 'look')
      ? 'look'
      : 'ok';
  output.result(
    { name, sha256, market: market.names[0], from: market.from, to: market.to, worst, features: rows },
    [
      `${name} on ${market.names[0]}, ${market.from.slice(0, 19)} to ${market.to.slice(0, 19)}: ${worst}`,
      ...rows.map(
        ({ feature, psi, ks, p, level, rows: count }) =>
          `  ${level.padEnd(12)} ${feature.padEnd(20)} ${psi === null ? `${count} rows` : `PSI ${psi.toFixed(3)}, KS ${ks?.toFixed(3) ?? ''} (p ${p?.toFixed(4) ?? ''})`}`,
      ),
    ].join('\n'),
  );
  return EXIT_DONE;
}
