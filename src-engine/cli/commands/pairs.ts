/** Tests two recordings or candle files for cointegration. Nothing is traded by it, and no strategy is wired into trading. */
import { type PairedBars, pairBars } from '../../backtest/bars/closed-bars.ts';
import { priceFile } from '../../backtest/bars/price-file.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Lags } from '../../statistics/dickey-fuller.ts';
import type { Terms } from '../../statistics/unit-root-tables.ts';
import { analysePair } from '../../strategies/pairs/pair-analysis.ts';
import type { PairBar } from '../../strategies/pairs/pairs-rule.ts';
import { DEFAULT_PAIRS, GAP_BARS, type PairsSettings } from '../../strategies/pairs/pairs-settings.ts';
import { rehearse } from '../../strategies/pairs/rehearsal.ts';
import { type Command, type CommandArgs, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { pairText, rehearsalLines, testRecord } from '../pair-words.ts';

const DEFAULT_BAR_SECONDS = 60;
const MAX_BAR_SECONDS = 7 * 86_400;
const CHOICES = ['aic', 'bic', 't-stat'] as const;
const TERMS = ['c', 'ct', 'ctt'] as const;

export const pairs: Command = {
  name: 'pairs',
  summary:
    'Tests whether two markets move together: cointegration, hedge ratio and half-life of their spread.',
  usage:
    'FILE_A FILE_B [--symbol-a PAIR[@VENUE]] [--symbol-b PAIR[@VENUE]] [--bar SECONDS] [--lags aic|bic|t-stat|N] [--trend c|ct|ctt] [--rehearse [--spread regression|kalman] [--window BARS] [--cost-bps N]] [--json]',
  details: [
    'Each file is a market log (a recording or an import; its bars are middles of the book) or a CSV file of bars, quotes or trades.',
    'Both may be the same file. The logarithms of the closes are tested, by Engle and Granger with the critical values of MacKinnon.',
    '',
    '  --symbol-a, --symbol-b  which market, of a file with several: BTC/USD or BTC/USD@VENUE',
    `  --bar SECONDS           length of the bars; without it that of the CSV files, else ${DEFAULT_BAR_SECONDS}`,
    '  --lags                  how many lagged changes: chosen by aic (default), bic or t-stat, or a number',
    '  --trend                 besides the ratio: c a constant (default), ct a trend too, ctt a squared trend too',
    '  --rehearse              also what the pairs rule would have done over these bars, net of costs; no order is sent',
    '  --spread                of the rehearsal: of the regression of the last test (default), or of the Kalman filter',
    `  --window BARS           bars that each test of the rehearsal looks back on; default ${DEFAULT_PAIRS.windowBars}`,
    `  --cost-bps N            of each of its fills: fee, half a spread and slippage; default ${DEFAULT_PAIRS.costBpsA}`,
  ].join('\n'),
  options: {
    'symbol-a': { type: 'string' },
    'symbol-b': { type: 'string' },
    bar: { type: 'string' },
    lags: { type: 'string' },
    trend: { type: 'string' },
    rehearse: { type: 'boolean' },
    spread: { type: 'string' },
    window: { type: 'string' },
    'cost-bps': { type: 'string' },
  },
  async run(args, output) {
    const [fileA, fileB] = twoFiles(args);
    const asked = numberOption(args, 'bar', { min: 1, max: MAX_BAR_SECONDS, integer: true });
    const [lags, trend] = [lagsOf(args), trendOf(args)];
    const rule = rehearsalOf(args);
    const a = await priceFile({
      file: fileA,
      symbol: textOption(args, 'symbol-a'),
      symbolOption: '--symbol-a',
    });
    const b = await priceFile({
      file: fileB,
      symbol: textOption(args, 'symbol-b'),
      symbolOption: '--symbol-b',
    });
    const own = Math.max(a.ownBarUs ?? 0, b.ownBarUs ?? 0);
    const barUs =
      asked === undefined ? (own > 0 ? own : DEFAULT_BAR_SECONDS * US_PER_SECOND) : asked * US_PER_SECOND;
    const bars = pairBars(await a.closes(barUs), await b.closes(barUs));
    const [nameA, nameB] = a.name === b.name ? [`${a.name} (A)`, `${b.name} (B)`] : [a.name, b.name];
    const named = (name: string, closes: Float64Array) => ({
      name,
      values: closes.map((close) => Math.log(close)),
    });
    const analysis = analysePair(named(nameA, bars.a), named(nameB, bars.b), trend, lags);
    const count = bars.a.length;
    const [from, to] = [bars.endUs[0] as number, bars.endUs[count - 1] as number].map(formatTimeUs) as [
      string,
      string,
    ];
    const { verdict, unitRoots, test, reverse, zScore, kalman } = analysis;
    const market = {
      a: nameA,
      b: nameB,
      bars: count,
      stepUs: bars.stepUs,
      gaps: bars.gaps,
      unpaired: bars.unpaired,
      from,
      to,
    };
    const text = pairText(market, analysis);
    const rehearsal =
      rule === undefined ? undefined : rehearse(barsOf(bars), { ...rule, maxGapUs: GAP_BARS * bars.stepUs });
    output.result(
      {
        ...market,
        verdict,
        verdictText: text.verdict,
        unitRootA: testRecord(unitRoots[0]),
        unitRootB: testRecord(unitRoots[1]),
        cointegration: cointegrationRecord(test),
        reverse: cointegrationRecord(reverse),
        zScore,
        kalman,
        ...(rehearsal === undefined ? {} : { rehearsal }),
      },
      [...text.lines, text.verdict, ...(rehearsal === undefined ? [] : rehearsalLines(rehearsal))].join('\n'),
    );
    return EXIT_DONE;
  },
};

function cointegrationRecord(test: ReturnType<typeof analysePair>['test']) {
  return {
    ...testRecord(test),
    hedgeRatio: test.hedgeRatios[0],
    hedgeError: test.hedgeErrors[0],
    intercept: test.intercept,
    rSquared: test.rSquared,
    spreadDeviation: test.deviation,
    // JSON has no infinity: null is a spread that does not return.
    halfLifeBars: Number.isFinite(test.halfLife) ? test.halfLife : null,
  };
}

/** Undefined where no rehearsal is asked for. */
function rehearsalOf(args: CommandArgs): Omit<PairsSettings, 'maxGapUs'> | undefined {
  const unfit = ['spread', 'window', 'cost-bps'].find((name) => args.values[name] !== undefined);
  if (args.values['rehearse'] !== true) {
    if (unfit === undefined) return undefined;
    throw badOption(`--${unfit}`, String(args.values[unfit]), 'is of a rehearsal', 'Add --rehearse.');
  }
  const spread = textOption(args, 'spread') ?? DEFAULT_PAIRS.spread;
  if (spread !== 'regression' && spread !== 'kalman') {
    throw badOption('--spread', spread, 'is neither regression nor kalman', 'Write one of the two.');
  }
  const windowBars =
    numberOption(args, 'window', { min: 60, max: 5_000, integer: true }) ?? DEFAULT_PAIRS.windowBars;
  const cost = numberOption(args, 'cost-bps', { min: 0, max: 1_000 }) ?? DEFAULT_PAIRS.costBpsA;
  const share = windowBars / DEFAULT_PAIRS.windowBars;
  return {
    ...DEFAULT_PAIRS,
    spread,
    windowBars,
    retestBars: Math.ceil(DEFAULT_PAIRS.retestBars * share),
    maxHalfLife: DEFAULT_PAIRS.maxHalfLife * share,
    costBpsA: cost,
    costBpsB: cost,
  };
}

function* barsOf({ endUs, a, b }: PairedBars): Generator<PairBar> {
  for (let at = 0; at < a.length; at++) {
    yield { endUs: endUs[at] as number, a: a[at] as number, b: b[at] as number };
  }
}

function twoFiles({ positionals }: CommandArgs): readonly [string, string] {
  const [a, b, ...more] = positionals;
  if (a !== undefined && b !== undefined && more.length === 0) return [a, b];
  throw new UserError({
    code: 'bad-usage',
    field: 'FILE_A FILE_B',
    value: positionals.join(' '),
    message: `${positionals.length === 1 ? 'is one file' : `are ${positionals.length} files`}, and two are tested`,
    remedy:
      'Give exactly two; of one file with several markets, give it twice with --symbol-a and --symbol-b.',
  });
}

function lagsOf(args: CommandArgs): Lags {
  const text = textOption(args, 'lags') ?? 'aic';
  const by = CHOICES.find((choice) => choice === text);
  if (by !== undefined) return { by };
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw badOption(
    '--lags',
    text,
    'is neither a number nor a way to choose one',
    'Write aic, bic, t-stat, or a number such as 4.',
  );
}

function trendOf(args: CommandArgs): Exclude<Terms, 'n'> {
  const text = textOption(args, 'trend') ?? 'c';
  const found = TERMS.find((terms) => terms === text);
  if (found !== undefined) return found;
  throw badOption(
    '--trend',
    text,
    'is none of c, ct, ctt',
    'Write c for a constant, ct for a trend, ctt for a squared trend.',
  );
}

function badOption(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-option', field, value, message, remedy });
}
