/** Features: lists them, exports their values over a file, checks that none knows what comes later. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import {
  exportFeatures,
  EXPORT_KINDS,
  type ExportResult,
  featureTable,
} from '../../backtest/strategy/feature-export.ts';
import { madeMarket } from '../../backtest/strategy/made-market.ts';
import { readMarkets } from '../../backtest/strategy/read-markets.ts';
import { type PairedSteps, pairSteps } from '../../backtest/strategy/paired-steps.ts';
import { UserError } from '../../domain/errors.ts';
import { FEATURES } from '../../features/catalogue.ts';
import { FeatureRow, FeatureSet, NAMED_SETS } from '../../features/feature-set.ts';
import { findLeak, type Leak } from '../../features/lookahead.ts';
import { writeFeatureFile } from '../../parquet/feature-file.ts';
import { TABLE_ENDINGS, TABLE_FORMATS, type TableFormat } from '../../parquet/table-format.ts';
import { sha256Of } from '../../storage/tape/tape-file.ts';
import type { MarketStep } from '../../features/market-step.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  type Output,
  textOption,
} from '../command.ts';
import { DATA_DIR_OPTION } from './data-dir-option.ts';

const ACTIONS = ['list', 'export', 'check'] as const;
const CHECKED_STEPS = 1_200;
const CUTS = 50;
const KINDS: readonly string[] = [...EXPORT_KINDS, ...Object.values(TABLE_ENDINGS)];

export const features: Command = {
  name: 'features',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
  ],
  options: {
    file: {
      value: 'FILE',
      words: 'a market log or a CSV file of bars, quotes or trades',
      example: 'btc.csv',
      actions: ['export', 'check'],
    },
    symbol: {
      value: 'PAIR[@VENUE]',
      words: 'which market, of a file with several',
      example: 'BTC/USD',
      actions: ['export', 'check'],
    },
    bar: {
      value: 'SECONDS',
      words: 'length of the bars',
      range: { min: 0.1, max: 7 * 86_400 },
      usual: 'that of the CSV file, else 60',
      example: '300',
      actions: ['export', 'check'],
    },
    features: {
      value: 'LIST',
      words: `features with their parameters, and sets (${Object.keys(NAMED_SETS).join(', ')}), with commas between`,
      usual: 'bars; of check: all',
      example: 'sma:20,rsi:14,macd:12:26:9',
      actions: ['export', 'check'],
    },
    out: {
      value: 'FILE',
      words:
        'the file to write, by its ending: .csv with 17 digits, .npy with the rows, .npz with times and rows, .parquet, .arrow, .arrows; else CSV to stdout',
      example: 'features.npz',
      actions: ['export'],
    },
    warm: { words: 'leaves out rows with a value that is not known', actions: ['export'] },
    ...DATA_DIR_OPTION,
  },
  examples: [
    'features list',
    'features export --file btc.csv --features sma:20,rsi:14 --out btc.npz',
    'features check',
  ],
  async run(args, output) {
    const [action = 'list'] = args.positionals;
    if (action === 'list') return list(output);
    const set = setOf(args, action === 'check' ? 'all' : 'bars');
    return action === 'export' ? write(args, output, set) : check(args, output, set);
  },
};

function setOf(args: CommandArgs, usual: string): FeatureSet {
  const texts = (textOption(args, 'features') ?? usual)
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  return new FeatureSet(texts, '--features');
}

function list(output: Output): number {
  const sets = Object.entries(NAMED_SETS).map(([name, features]) => ({
    name,
    id: new FeatureSet(features).id,
    features,
  }));
  const rows = FEATURES.map(
    ({ name, version, words, source, seedRule, isScaleFree, parameters, warmup }) => ({
      name,
      version,
      words,
      source,
      seedRule: seedRule ?? null,
      isScaleFree,
      parameters,
      warmup: warmup(...parameters.map(({ usual }) => usual)),
    }),
  );
  const lines = rows.flatMap(({ name, words, source, parameters, warmup, seedRule }) => [
    `${[name, ...parameters.map((each) => each.name.toUpperCase())].join(':')}  (${source})`,
    `  ${words}; first value after ${warmup} bars${parameters.length === 0 ? '' : ` of ${[name, ...parameters.map(({ usual }) => usual)].join(':')}`}${seedRule === null ? '' : `; begins as ${seedRule}`}`,
  ]);
  output.result(
    { features: rows, sets },
    [
      ...lines,
      'Sets:',
      ...sets.map(
        ({ name, id, features }) => `  ${name}: ${features.length} features, id ${id.slice(0, 12)}`,
      ),
    ].join('\n'),
  );
  return EXIT_DONE;
}

function marketOf(args: CommandArgs) {
  const file = textOption(args, 'file');
  const symbol = textOption(args, 'symbol');
  return readMarkets(
    { name: 'this', markets: 1, input: 'bars' },
    {
      files: file === undefined ? [] : [file],
      symbols: symbol === undefined ? [] : [symbol],
      barSeconds: numberOption(args, 'bar'),
    },
  );
}

async function write(args: CommandArgs, output: Output, set: FeatureSet): Promise<number> {
  const out = textOption(args, 'out');
  const kind = out === undefined ? '.csv' : extname(out).toLowerCase();
  if (!KINDS.includes(kind)) {
    throw new UserError({
      code: 'bad-option',
      field: '--out',
      value: out,
      message: 'has an ending that is not known',
      remedy: `Give it one of ${KINDS.join(', ')}.`,
    });
  }
  const market = await marketOf(args);
  const warmOnly = args.values['warm'] === true;
  const format = TABLE_FORMATS.find((each) => TABLE_ENDINGS[each] === kind);
  const { text = '', ...record } =
    format !== undefined && out !== undefined
      ? await writeTable(format, out, set, market.steps, warmOnly)
      : await exportFeatures({ set, steps: market.steps, out, kind, warmOnly });
  const about = {
    market: market.names[0],
    from: market.from,
    to: market.to,
    setId: set.id,
    features: set.names,
    dataSha256: market.hash,
  };
  output.result(
    { ...about, ...record, out: out ?? null, ...(out === undefined ? { csv: text } : {}) },
    out === undefined
      ? text.trimEnd()
      : `${out}: ${record.rows} rows of ${set.names.length} features, ${record.unknown} values not known, set ${set.id.slice(0, 12)}, SHA-256 ${record.sha256}`,
  );
  return EXIT_DONE;
}

/** @throws UserError when there is a file of that name. */
async function writeTable(
  format: TableFormat,
  out: string,
  set: FeatureSet,
  steps: PairedSteps,
  warmOnly: boolean,
): Promise<ExportResult> {
  if (existsSync(out)) {
    throw new UserError({
      code: 'file-exists',
      field: '--out',
      value: out,
      message: 'exists already',
      remedy: 'Choose another name.',
    });
  }
  const table = featureTable(set, steps, warmOnly);
  const about = { format: 'parallax-features', version: 1, setId: set.id };
  await writeFeatureFile(format, out, set.names, table, about);
  return { rows: table.rows, unknown: table.unknown, sha256: await sha256Of(out) };
}

async function check(args: CommandArgs, output: Output, set: FeatureSet): Promise<number> {
  const hasFile = textOption(args, 'file') !== undefined;
  const steps = hasFile ? (await marketOf(args)).steps : pairSteps([madeMarket(1, CHECKED_STEPS)]);
  const count = Math.min(steps.count, CHECKED_STEPS);
  const holder: MarketStep[] = [];
  const leak = findLeak(
    (read, limit) => {
      const row = new FeatureRow(set, 10 * steps.stepUs);
      const step = {} as MarketStep;
      return Array.from({ length: limit }, (_, at) => {
        read(at, step);
        row.update(step);
        return row.values.slice();
      });
    },
    (at, step) => {
      holder[0] = step;
      steps.read(at, holder);
    },
    count,
    CUTS,
    1,
  );
  output.result(
    {
      ok: leak === undefined,
      features: set.names,
      steps: count,
      cuts: CUTS,
      leak: leak === undefined ? null : leakRecord(leak, set),
    },
    leak === undefined
      ? `${set.names.length} features over ${count} steps, cut at ${CUTS} places: no value changes with what comes later (prefix and poison)`
      : `${set.names[leak.figure]} knows what comes later: its value after step ${leak.step} changes with steps after ${leak.cut} (${leak.check})`,
  );
  return leak === undefined ? EXIT_DONE : EXIT_CHECK_FAILED;
}

function leakRecord({ check: proof, cut, step, figure }: Leak, set: FeatureSet) {
  return { feature: set.names[figure], proof, cut, step };
}
