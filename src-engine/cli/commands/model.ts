/** The registry of models: lists, shows, imports, verifies, promotes, rolls back; answers of one to rows of a CSV file; drift. */
import { featureTable } from '../../backtest/strategy/feature-export.ts';
import { readMarkets } from '../../backtest/strategy/read-markets.ts';
import { UserError } from '../../domain/errors.ts';
import { FeatureSet } from '../../features/feature-set.ts';
import { driftOf } from '../../training/drift-report.ts';
import { OVERRIDE_WORD } from '../../domain/gate-override.ts';
import { promoteModel } from '../../training/promotion.ts';
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
import { IMPORT_OPTIONS, importFile } from '../model-import.ts';
import { answersAgain, providerLines } from '../model-onnx.ts';
import { predict } from '../model-predict.ts';
import { describeModel } from '../model-words.ts';
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

export const model: Command = {
  name: 'model',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    { name: 'NAME', words: 'the model; of import and predict: a file of one', count: 'optional' },
  ],
  options: {
    ...IMPORT_OPTIONS,
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
      words: 'length of the bars; of an import: of those that it was trained on',
      range: { min: 0.1, max: 7 * 86_400 },
      usual: 'that of the training',
      actions: ['drift', 'import'],
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
    'stored with it. ONNX files run in a process of their own, by onnxruntime-node, which is installed by one command: "model import" names it. With --features, --horizon',
    'and --bar an imported model can run in a session, as a strategy: see "strategies --help".',
  ].join('\n'),
  examples: [
    'model list',
    'model import booster.json --name eth-trees',
    'model import net.onnx --name eth-net --features candles --horizon 5 --bar 60',
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
        return importFile(args, output, registry, name, dataDirOf(args));
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
        return predict(args, output, registry, name, dataDirOf(args));
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
  const onnx = await providerLines(dataDirOf(args), registry, name, sha256, file);
  output.result(
    { name, which, sha256, aliases, versions, manifest, features: file.features, events, onnx: onnx?.found },
    [
      aliasLine(name, aliases),
      `  ${which} ${sha256}`,
      `  ${describeModel(file)}`,
      ...(onnx?.lines ?? []),
      ...versions.map((version) => `  version ${version}`),
      ...events.map(
        ({ at, action, sha256: sha, why }) =>
          `  ${at}  ${action} ${sha.slice(0, 12)}${why === '' ? '' : `: ${why}`}`,
      ),
    ].join('\n'),
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
  const results: { name: string; sha256: string; fault: string | null; note?: string }[] = [];
  for (const name of names) {
    const given = textOption(args, 'version');
    const versions = given === undefined ? await registry.versions(name) : [given];
    for (const version of versions.length === 0 ? ['champion'] : versions) {
      try {
        const { sha256, model: file } = await registry.load(name, version);
        results.push({
          name,
          sha256,
          ...(await answersAgain(dataDirOf(args), registry, name, sha256, file)),
        });
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
          .map(({ name, sha256, fault, note }) =>
            `${fault === null ? 'ok  ' : 'FAIL'} ${name} ${sha256.slice(0, 12)} ${fault ?? note ?? ''}`.trimEnd(),
          )
          .join('\n'),
  );
  return ok ? EXIT_DONE : EXIT_CHECK_FAILED;
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
