/** Strategies: lists them, scaffolds one, runs one over files, checks one for lookahead, and all on markets without an edge. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findStrategies, findStrategy, strategiesFolder } from '../../backtest/strategy/own-strategies.ts';
import { buyAndHold, readMarkets } from '../../backtest/strategy/read-markets.ts';
import { testOnNoise } from '../../backtest/strategy/noise-test.ts';
import { runStrategy } from '../../backtest/strategy/run-strategy.ts';
import { scaffold } from '../../backtest/strategy/scaffold.ts';
import { checkStrategy } from '../../backtest/strategy/strategy-checks.ts';
import { madeSteps } from '../../backtest/strategy/strategy-trial.ts';
import { hashOf } from '../../backtest/strategy/trial-ledger.ts';
import { TriedData } from '../../backtest/strategy/tried-data.ts';
import { luckOf, recordOf, verdictOf } from '../../backtest/strategy/verdict.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { FeatureSet } from '../../features/feature-set.ts';
import { invocation } from '../../lib/invocation.ts';
import { parametersOf } from '../../strategies/check-manifest.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import { parameterRows } from '../../strategies/parameter-rows.ts';
import type { StrategyModule, StrategyParameters } from '../../strategies/strategy-port.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  flagOption,
  numberOption,
  type Output,
  textOption,
  textOptions,
} from '../command.ts';
import { checkLines, noiseLine, runLines, strategyLine } from '../strategy-words.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const ACTIONS = ['list', 'new', 'run', 'check', 'test', 'noise'] as const;
const DEFAULT_COST = 10;
const MAX_SHOWN_TRADES = 1_000;
const MADE_BARS = 1_500;

export const strategy: Command = {
  name: 'strategy',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    { name: 'NAME', words: 'the strategy; of noise: one, or all of the house', count: 'optional' },
  ],
  options: {
    file: {
      value: 'FILE',
      words:
        'a market log or a CSV file of bars, quotes or trades; twice for a strategy of two markets, up to 12 for portfolio',
      multiple: true,
      example: 'btc.csv',
      actions: ['run', 'check'],
    },
    symbol: {
      value: 'PAIR[@VENUE]',
      words: 'which market, of a file with several; as many as files',
      multiple: true,
      example: 'BTC/USD',
      actions: ['run', 'check'],
    },
    bar: {
      value: 'SECONDS',
      words: 'length of the bars, or of the steps of a strategy that reads the book',
      range: { min: 0.1, max: 7 * 86_400 },
      usual: 'that of the CSV file, else 60; 1 for the book',
      example: '300',
      actions: ['run', 'check'],
    },
    param: {
      value: 'NAME=VALUE',
      words: 'a parameter of the strategy',
      multiple: true,
      example: 'fast=5',
      actions: ['run', 'check', 'noise'],
    },
    'cost-bps': {
      value: 'N',
      words: 'basis points of each fill: fee and slippage, and half a spread where the file has no book',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_COST,
      actions: ['run', 'check', 'noise'],
    },
    signals: {
      value: 'STRATEGY',
      words: 'of portfolio: a strategy of one market whose signals move the targets, run on each',
      example: 'ensemble',
      actions: ['run'],
    },
    spot: {
      words: 'sells nothing that is not held: a position below 0 is one of 0',
      actions: ['run'],
    },
    seed: {
      value: 'N',
      words: 'of what the strategy draws, and of made markets',
      range: { min: 0, max: 1_000_000_000, integer: true },
      usual: 1,
      actions: ['run', 'check', 'noise'],
    },
    seeds: {
      value: 'N',
      words: 'how many random markets',
      range: { min: 10, max: 10_000, integer: true },
      usual: 100,
      actions: ['noise'],
    },
    bars: {
      value: 'N',
      words: 'length of each random market',
      range: { min: 200, max: 100_000, integer: true },
      usual: MADE_BARS,
      actions: ['noise'],
    },
    load: {
      words: 'loads your own strategies, which runs their code, and says what each is',
      actions: ['list'],
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'A decision is carried out at the close of the next bar. Results are in basis points of a stake that stays the same, after costs. Every trial on the same',
    'bars is counted in the data folder, and the verdict allows for the best of so many being lucky. Own strategies are read from `strategies` in the data folder.',
  ].join('\n'),
  examples: [
    'strategy list',
    'strategy new my-strategy',
    'strategy run sma-crossover --file btc.csv --param fast=5',
    'strategy run portfolio --file btc.csv --file eth.csv --param weights=50,40',
    'strategy check my-strategy --file btc.csv',
    'strategy noise --seeds 100',
  ],
  async run(args, output) {
    const [action = 'list', name] = args.positionals;
    const dataDir = dataDirOf(args);
    if (action === 'noise') return noise(args, output, dataDir, name);
    if (action === 'list') {
      if (name !== undefined) throw usage(name, 'is not understood: list takes no name', 'Leave it out.');
      return list(output, dataDir, flagOption(args, 'load'));
    }
    if (name === undefined) {
      throw usage(
        undefined,
        `is missing: ${action} needs a strategy`,
        `"${invocation()} strategy list" shows them.`,
      );
    }
    if (action === 'new') return make(output, dataDir, name);
    if (action === 'test') return test(output, dataDir, name);
    return action === 'check' ? check(args, output, dataDir, name) : run(args, output, dataDir, name);
  },
};

function usage(value: string | undefined, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field: 'NAME', value, message, remedy });
}

async function list(output: Output, dataDir: string, load: boolean): Promise<number> {
  const found = await findStrategies(dataDir, load);
  output.result(
    {
      folder: strategiesFolder(dataDir),
      strategies: found.map(({ name, place, file, module, fault }) => ({
        name,
        place,
        file: file ?? null,
        fault: fault ?? null,
        loaded: module !== undefined,
        ...(module === undefined ? {} : moduleRecord(module)),
      })),
    },
    `${found.map(strategyLine).join('\n')}\nYour own are read from ${strategiesFolder(dataDir)}.`,
  );
  return EXIT_DONE;
}

function moduleRecord({ manifest }: StrategyModule) {
  const { version, summary, markets, input, may } = manifest;
  return { version, summary, markets, input, may, parameters: parameterRows(manifest) };
}

async function make(output: Output, dataDir: string, name: string): Promise<number> {
  const files = await scaffold(dataDir, name);
  const next = [
    `${invocation()} strategy test ${name}`,
    `${invocation()} strategy run ${name} --file FILE`,
    `${invocation()} strategy check ${name}`,
  ];
  output.result(
    { name, files, next },
    [...files.map((file) => `written: ${file}`), 'Next:', ...next.map((line) => `  ${line}`)].join('\n'),
  );
  return EXIT_DONE;
}

async function run(args: CommandArgs, output: Output, dataDir: string, name: string): Promise<number> {
  const { module } = await findStrategy(dataDir, name);
  const parameters = parametersGiven(args, module);
  const markets = await readMarkets(module.manifest, marketOptions(args));
  const costBps = numberOption(args, 'cost-bps') ?? DEFAULT_COST;
  const seed = numberOption(args, 'seed') ?? 1;
  const isSpot = flagOption(args, 'spot');
  const heard = textOption(args, 'signals');
  const listensTo = heard === undefined ? undefined : await listened(dataDir, module, heard);
  const options = {
    module,
    parameters,
    steps: markets.steps,
    costBps,
    seed,
    isSpot,
    markets: markets.names.length,
    ...(listensTo === undefined ? {} : { listensTo }),
  };
  const result = runStrategy({ ...options, nowUs: () => performance.now() * 1_000 });
  const lagged = runStrategy({ ...options, delay: 2 });
  const own = recordOf(result.returnsBps);
  // Of the decisions and what they earned: an own strategy that was edited is another trial, whatever its version says.
  const trial = hashOf(result.digest, markets.steps.stepUs, costBps);
  // Kept by the second, so that those of other bars can be compared.
  const perStep = Math.sqrt(markets.steps.stepUs / US_PER_SECOND);
  const { sharpes, ...counted } = await new TriedData(dataDir).count('run', markets.hash, markets.seen, {
    trial,
    sharpe: (own.sharpe ?? 0) / perStep,
  });
  const verdict = verdictOf(
    result,
    lagged,
    luckOf(result.returnsBps, { ...counted, sharpes: sharpes.map((each) => each * perStep) }),
    buyAndHold(markets.steps, markets.names.length, costBps),
  );
  const { count, stepUs, gaps, unpaired } = markets.steps;
  const { from, to } = markets;
  const head = { strategy: name, markets: markets.names, bars: count, stepUs, from, to, gaps, costBps };
  const { meter, trades, returnsBps: _, stopped, ...figures } = result;
  if (meter !== undefined) {
    output.note(
      `${meter.calls} calls, ${meter.meanUs.toFixed(1)} µs on average, ${meter.worstUs.toFixed(0)} µs at worst`,
    );
  }
  output.result(
    {
      ...head,
      version: module.manifest.version,
      parameters,
      features: new FeatureSet(module.manifest.features(parameters as never)).names,
      unpaired,
      seed,
      spot: isSpot,
      dataSha256: markets.hash,
      ...figures,
      tradeCount: trades.length,
      won: trades.filter(({ netBps, isOpen }) => !isOpen && netBps > 0).length,
      trades: trades.slice(0, MAX_SHOWN_TRADES).map((trade) => ({
        ...trade,
        fromUs: undefined,
        toUs: undefined,
        from: formatTimeUs(trade.fromUs),
        to: formatTimeUs(trade.toUs),
      })),
      stopped: stopped ?? null,
      sharpe: verdict.luck.sharpe,
      trials: verdict.luck.trials,
      trialsCounted: verdict.luck.counted,
      probabilityOfMoreThanLuck: verdict.luck.probability,
      lagged: verdict.lagged,
      buyAndHoldBps: verdict.buyAndHoldBps,
      verdict: verdict.verdict,
      verdictText: verdict.text,
    },
    runLines(head, result, verdict),
  );
  return stopped === undefined ? EXIT_DONE : EXIT_CHECK_FAILED;
}

/** @throws UserError for one that takes no signals, or that looks at two markets. */
async function listened(dataDir: string, listener: StrategyModule, name: string) {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-option', field: '--signals', value: name, message, remedy });
  if (listener.manifest.account !== true)
    throw refuse(`is nothing for ${listener.manifest.name}: it takes no signals`, 'Leave it out.');
  const { module } = await findStrategy(dataDir, name);
  if (module.manifest.markets !== 1)
    throw refuse('looks at two markets, and is run on each alone', 'Name a strategy of one market.');
  return { module, parameters: parametersOf(module.manifest, {}) };
}

async function check(args: CommandArgs, output: Output, dataDir: string, name: string): Promise<number> {
  const { module } = await findStrategy(dataDir, name);
  const parameters = parametersGiven(args, module);
  const seed = numberOption(args, 'seed') ?? 1;
  const read =
    textOptions(args, 'file').length === 0
      ? undefined
      : await readMarkets(module.manifest, marketOptions(args));
  const steps = read?.steps ?? madeSteps(module, seed, MADE_BARS);
  const markets = read?.names.length ?? module.manifest.markets;
  const costBps = numberOption(args, 'cost-bps') ?? DEFAULT_COST;
  const checks = checkStrategy({ module, parameters, markets, steps, costBps, seed, cuts: 20 });
  output.result({ strategy: name, ...checks }, checkLines(name, checks));
  return checks.ok ? EXIT_DONE : EXIT_CHECK_FAILED;
}

/** Runs the test beside the strategy with this Node, which reads TypeScript. */
async function test(output: Output, dataDir: string, name: string): Promise<number> {
  const { file, place } = await findStrategy(dataDir, name);
  const path = file === undefined ? undefined : join(dirname(file), 'strategy.test.ts');
  if (path === undefined || !existsSync(path)) {
    const where =
      place === 'house'
        ? 'is of the house: its tests are in this project'
        : 'has no strategy.test.ts beside it';
    throw usage(name, where, `"${invocation()} strategy check ${name}" checks any strategy.`);
  }
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      '--test',
      path,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stdout.pipe(process.stderr, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  const [code] = (await once(child, 'close')) as [number | null];
  const ok = code === 0;
  output.result(
    { strategy: name, test: path, ok },
    ok ? `${name}: its test passes` : `${name}: its test fails`,
  );
  return ok ? EXIT_DONE : EXIT_CHECK_FAILED;
}

async function noise(
  args: CommandArgs,
  output: Output,
  dataDir: string,
  name: string | undefined,
): Promise<number> {
  const chosen = name === undefined ? HOUSE_STRATEGIES : [(await findStrategy(dataDir, name)).module];
  const seeds = numberOption(args, 'seeds') ?? 100;
  const bars = numberOption(args, 'bars') ?? MADE_BARS;
  const costBps = numberOption(args, 'cost-bps') ?? DEFAULT_COST;
  const results = chosen.map((module) => {
    output.note(`${module.manifest.name}: ${seeds} random markets of ${bars} bars`);
    const parameters = name === undefined ? parametersOf(module.manifest, {}) : parametersGiven(args, module);
    return testOnNoise(module, parameters, {
      seeds,
      bars,
      costBps,
      firstSeed: numberOption(args, 'seed') ?? 1,
    });
  });
  const ok = results.every((each) => each.ok);
  output.result({ ok, results }, results.map(noiseLine).join('\n'));
  return ok ? EXIT_DONE : EXIT_CHECK_FAILED;
}

function marketOptions(args: CommandArgs) {
  return {
    files: textOptions(args, 'file'),
    symbols: textOptions(args, 'symbol'),
    barSeconds: numberOption(args, 'bar'),
  };
}

function parametersGiven(args: CommandArgs, { manifest }: StrategyModule): StrategyParameters {
  const given = Object.create(null) as Record<string, string>;
  for (const text of textOptions(args, 'param')) {
    const [name = '', ...rest] = text.split('=');
    const fault =
      rest.length === 0 ? 'is not NAME=VALUE' : Object.hasOwn(given, name) ? 'is given twice' : undefined;
    if (fault !== undefined) {
      throw new UserError({
        code: 'bad-option',
        field: '--param',
        value: text,
        message: fault,
        remedy: 'Write for example --param fast=5.',
      });
    }
    given[name] = rest.join('=');
  }
  return parametersOf(manifest, given);
}
