import { runMeasuredBacktest } from '../../backtest/measured-backtest.ts';
import type { BacktestOptions } from '../../backtest/options.ts';
import type { BacktestReport } from '../../backtest/report.ts';
import { USUAL_ANSWER_MS } from '../../backtest/run-strategies.ts';
import { DEFAULT_CAPITAL } from '../../domain/default-capital.ts';
import { UserError } from '../../domain/errors.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import { invocation } from '../../lib/invocation.ts';
import { openDatabase } from '../../storage/database.ts';
import { measuredQuantilesUs } from '../../storage/queries/latency.ts';
import { ModelRegistry } from '../../training/registry.ts';
import { captureModelOf } from '../../training/scorer/scorer-model.ts';
import type { LatencySettings } from '../../venues/simulated/latency-model.ts';
import { type FillSettings, QUEUE_MODELS } from '../../venues/simulated/resting-orders.ts';
import { describeCapture, describeMetrics } from './backtest-metrics.ts';
import { namedFile } from '../named-file.ts';
import { readingNotes } from '../progress-notes.ts';
import { loadRunStrategies, type LoadedStrategies } from '../run-strategies.ts';
import { saveBacktest } from '../save-backtest.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  type Output,
  textOption,
} from '../command.ts';

/** A day: a book older than that says nothing. */
const MAX_AGE_MS = 86_400_000;
/** That returns are counted in; hours where minutes would be too many, which is in a run of two years. */
const DEFAULT_PERIOD_S = 60;
const LONG_PERIOD_S = 3_600;
/** Cycles in the text for a person; --json has all of them. */
const SHOWN_CYCLES = 10;

export const backtest: Command = {
  name: 'backtest',
  words: [
    { name: 'LOG', words: 'market logs or tapes, as record, import and tape make them', count: 'some' },
  ],
  options: {
    'fee-bps': {
      value: 'N',
      words: 'taker fee in basis points, in place of the venue’s',
      range: { min: 0, max: 9_999 },
      usual: 'what the log lists, else the venue’s published fees',
      example: '10',
      not: ['fee-volume'],
    },
    'fee-volume': {
      value: 'USD',
      words: 'your volume of 30 days in USD, which chooses the tier of the venue’s fees',
      range: { min: 0, max: 1e12 },
      usual: 0,
      example: '50000',
    },
    'min-notional': {
      value: 'N',
      words: 'least value of an order, in its quote currency',
      range: { min: 0, max: 1e12 },
      usual: 'the venue’s',
      example: '5',
    },
    'max-age-ms': {
      value: 'N',
      words: 'ms after which a book that did not change is not traded',
      range: { min: 0, max: MAX_AGE_MS, integer: true },
      usual: DEFAULT_LIMITS.maxBookAgeMs,
      example: '500',
    },
    legs: { value: '', words: 'longest cycle', choices: ['3', '4'], usual: 3 },
    capital: {
      value: 'ASSET=AMOUNT,…',
      words: 'what the account starts with at every venue; profits are counted in the first asset',
      usual: `${DEFAULT_CAPITAL} of the asset that most pairs have`,
      example: 'USDT=1000,BTC=0.1',
      not: ['balances'],
    },
    balances: {
      value: 'VENUE.ASSET=AMOUNT,…',
      words: 'what each venue starts with; profits are counted in the first asset',
      example: 'kraken.USD=1000,binance.USDT=500',
    },
    seed: {
      value: 'N',
      words: 'seed of latencies, competitors and rejections',
      range: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
      usual: 1,
      example: '7',
    },
    'latency-ms': {
      value: 'MIN+TAIL',
      words: 'ms from a decision to the venue: a minimum, and the mean of what is above it',
      example: '15+10',
      not: ['latency-of'],
    },
    'latency-of': {
      value: 'PROFILE',
      words: 'latencies as the orders of this profile measured them',
      example: 'live',
    },
    queue: {
      value: '',
      words: 'where a resting order stands among those of its price',
      choices: QUEUE_MODELS,
    },
    'competitor-pct': {
      value: 'N',
      words: 'per cent of orders that a competitor forestalls',
      range: { min: 0, max: 100 },
      usual: 0,
      example: '40',
    },
    'reject-pct': {
      value: 'N',
      words: 'per cent of orders that the venue rejects',
      range: { min: 0, max: 100 },
      usual: 0,
      example: '1',
    },
    scorer: {
      value: 'NAME[@WHICH]',
      words: 'a scorer of the registry gates what is taken, from the newest execution that it learnt from on',
      usual: 'none; WHICH: challenger',
      example: 'scorer-demo@champion',
    },
    strategies: {
      value: 'FILE',
      words: 'strategies of the run, a portfolio among them, as a JSON list of what "strategies set" takes',
      usual: 'none; their mode is paper where it is left out',
      example: 'strategies.json',
    },
    'answer-ms': {
      value: 'N',
      words:
        'ms from a question of a strategy to the answer of its ONNX model; how long it really takes decides nothing',
      range: { min: 0, max: 60_000, integer: true },
      usual: USUAL_ANSWER_MS,
      example: '50',
      needs: ['strategies'],
    },
    save: {
      words: 'stores the run, with its trades and curves, where the window and the runs command list it',
      not: ['period-s'],
    },
    'period-s': {
      value: 'N',
      words: 'seconds of the periods whose returns the ratios rest on',
      range: { min: 1, max: 86_400, integer: true },
      usual: `${DEFAULT_PERIOD_S}; with --save by the length of the run, as in the window`,
      example: '60',
    },
    ...DATA_DIR_OPTION,
  },
  examples: [
    'backtest session.jsonl.gz --fee-bps 10 --capital USDT=1000',
    'backtest session.jsonl.gz --save',
  ],
  async run(args, output) {
    const periodS = numberOption(args, 'period-s');
    const scorer = await scorerOf(args);
    const loaded = await strategiesOf(args);
    const options = {
      logs: args.positionals,
      onRead: readingNotes(output.note),
      feeBps: numberOption(args, 'fee-bps'),
      feeVolumeUsd: numberOption(args, 'fee-volume'),
      minNotional: numberOption(args, 'min-notional'),
      maxAgeMs: numberOption(args, 'max-age-ms'),
      legs: textOption(args, 'legs') === '4' ? 4 : 3,
      capital: capitalOf(args),
      balances: balancesOf(args),
      seed: numberOption(args, 'seed'),
      latency: await latencyOf(args),
      fills: queueOf(args),
      ...scorer,
      strategies: loaded?.strategies,
      hardship: {
        competitorPct: numberOption(args, 'competitor-pct') ?? 0,
        rejectPct: numberOption(args, 'reject-pct') ?? 0,
      },
    } as const;
    try {
      return await runAndShow(args, output, options, periodS);
    } finally {
      loaded?.stop();
    }
  },
};

async function runAndShow(
  args: CommandArgs,
  output: Output,
  options: BacktestOptions,
  periodS: number | undefined,
): Promise<number> {
  if (flagOption(args, 'save')) {
    const { review, report, metrics } = await saveBacktest(options, dataDirOf(args), output.note);
    const figures = [...describeMetrics(metrics), ...describeCapture(review.capture, report.homeAsset)];
    const { runId, capture } = review;
    output.result({ ...report, metrics, capture, runId }, describe(report, figures));
    output.note(`stored as ${runId}: ${invocation()} report ${runId}`);
    return EXIT_DONE;
  }
  const run = (seconds: number) => runMeasuredBacktest(options, seconds * US_PER_SECOND);
  const { report, metrics, capture } = await run(periodS ?? DEFAULT_PERIOD_S).catch((error: unknown) => {
    const isTooLong = error instanceof UserError && error.problem.code === 'too-many-periods';
    if (!isTooLong || periodS !== undefined) throw error;
    output.note('The run is long: returns are computed per hour (--period-s for another period).');
    return run(LONG_PERIOD_S);
  });
  const figures = metrics === null ? [] : describeMetrics(metrics);
  figures.push(...describeCapture(capture, report.homeAsset));
  output.result({ ...report, metrics, capture }, describe(report, figures));
  return EXIT_DONE;
}

async function strategiesOf(args: CommandArgs): Promise<LoadedStrategies | undefined> {
  const file = textOption(args, 'strategies');
  if (file === undefined) return undefined;
  return loadRunStrategies(
    await namedFile('--strategies', file),
    dataDirOf(args),
    numberOption(args, 'answer-ms'),
  );
}

/** As it would gate with the settings on, whatever it is called in the registry. @throws UserError of the option for one that cannot be asked. */
async function scorerOf(args: CommandArgs): Promise<Pick<BacktestOptions, 'scorer' | 'detection'>> {
  const given = textOption(args, 'scorer');
  if (given === undefined) return {};
  const [name = '', which = 'challenger', ...more] = given.split('@');
  const registry = new ModelRegistry(dataDirOf(args), () => new Date().toISOString());
  try {
    if (more.length > 0) throw new Error('names more than one version');
    const { model, sha256 } = await registry.load(name, which);
    return {
      scorer: captureModelOf(model, { name, sha256, mayGate: true }),
      detection: { scoreOpportunities: true, scorerGate: true },
    };
  } catch (error) {
    const found = error instanceof UserError ? error.problem : undefined;
    throw new UserError({
      code: found?.code ?? 'bad-scorer',
      field: '--scorer',
      value: given,
      message: found?.message ?? (error as Error).message,
      remedy: found?.remedy ?? 'Write for example --scorer scorer-demo@champion.',
    });
  }
}

function queueOf(args: CommandArgs): Partial<FillSettings> {
  const queue = choiceOption(args, 'queue', QUEUE_MODELS);
  return queue === undefined ? {} : { queue };
}

/** `USDT=1000,BTC=0.1`; the first asset is the one that profits are counted in. */
function capitalOf(args: CommandArgs): Record<string, string> | undefined {
  const amounts = amountsOf(args, 'capital', /^[^=.][^=]*$/, 'ASSET=AMOUNT', 'USDT=1000');
  return amounts === undefined ? undefined : Object.fromEntries(amounts);
}

/** `VENUE.USD=1000,OTHER.USDT=500`; profits are counted in the first asset. */
function balancesOf(args: CommandArgs): Record<string, Record<string, string>> | undefined {
  const amounts = amountsOf(args, 'balances', /^[^=.]+\.[^=]+$/, 'VENUE.ASSET=AMOUNT', 'kraken.USD=1000');
  if (amounts === undefined) return undefined;
  const balances: Record<string, Record<string, string>> = {};
  for (const [name, amount] of amounts) {
    const end = name.indexOf('.');
    const own = (balances[name.slice(0, end)] ??= {});
    own[name.slice(end + 1)] = amount;
  }
  return balances;
}

/** A list of amounts, each with its name. @throws UserError when it is none, or names one twice. */
function amountsOf(
  args: CommandArgs,
  option: string,
  name: RegExp,
  shape: string,
  example: string,
): readonly (readonly [name: string, amount: string])[] | undefined {
  const text = textOption(args, option);
  if (text === undefined) return undefined;
  const bad = (message: string): UserError => {
    const remedy = `Write for example --${option} ${example}.`;
    return new UserError({ code: 'bad-option', field: `--${option}`, value: text, message, remedy });
  };
  const amounts = new Map<string, string>();
  for (const part of text.split(',')) {
    const [key, amount, ...more] = part.split('=');
    if (!key || !name.test(key) || !amount || more.length > 0) throw bad(`is not a list of ${shape}`);
    if (amounts.has(key)) throw bad(`names ${key} twice`);
    amounts.set(key, amount);
  }
  return [...amounts];
}

/** As `MIN+TAIL` in ms, or as a profile's orders were measured. Undefined: the default. */
async function latencyOf(args: CommandArgs): Promise<LatencySettings | undefined> {
  const text = textOption(args, 'latency-ms');
  const profile = textOption(args, 'latency-of');
  if (profile !== undefined) return measuredLatency(args, profile);
  if (text === undefined) return undefined;
  const found = /^(\d{1,7}(?:\.\d{1,3})?)(?:\+(\d{1,7}(?:\.\d{1,3})?))?$/.exec(text);
  if (found === null) {
    throw new UserError({
      code: 'bad-option',
      field: '--latency-ms',
      value: text,
      message: 'is not a minimum and the mean of a tail in ms',
      remedy: 'Write for example --latency-ms 15+10, or --latency-ms 20 for a constant.',
    });
  }
  const us = (ms: string | undefined): number => Math.round(Number(ms ?? '0') * US_PER_MS);
  return { minUs: us(found[1]), tailUs: us(found[2]) };
}

async function measuredLatency(args: CommandArgs, profile: string): Promise<LatencySettings> {
  const database = await openDatabase({ dataDir: dataDirOf(args) });
  try {
    const quantilesUs = await measuredQuantilesUs(database, profile, '--latency-of');
    return { minUs: 0, tailUs: 0, quantilesUs };
  } finally {
    await database.close();
  }
}

function describe(report: BacktestReport, figures: readonly string[]): string {
  const rows = report.cycles
    .slice(0, SHOWN_CYCLES)
    .map(
      (cycle) =>
        `  ${[...cycle.path, cycle.path[0]].join(' → ')}: ${cycle.evaluations} evaluations, ${cycle.grossPositive} gross-positive, ${cycle.netPositive} net, best ${cycle.bestGrossBps.toFixed(4)} bps`,
    );
  const more = report.cycles.length - rows.length;
  return [
    `${report.events} events from ${report.from} to ${report.to}`,
    'assumptions:',
    ...report.assumptions.map((sentence) => `  ${sentence}`),
    ...rows,
    ...(more > 0 ? [`  and ${more} more cycles`] : []),
    `${report.opportunities} opportunities, ${report.orders} orders, ${report.fills} fills, PnL ${report.pnl} ${report.homeAsset} after ${report.fees} of fees`,
    ...figures,
    ...report.explain,
    `digest ${report.digest}`,
  ].join('\n');
}
