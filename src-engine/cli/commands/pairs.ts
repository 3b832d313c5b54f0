/** Tests two recordings or candle files for cointegration. Nothing is traded by it, and no strategy is wired into trading. */
import { type PairedBars, pairBars } from '../../backtest/bars/closed-bars.ts';
import { priceFile } from '../../backtest/bars/price-file.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Lags } from '../../statistics/dickey-fuller.ts';
import { analysePair } from '../../strategies/pairs/pair-analysis.ts';
import type { PairBar } from '../../strategies/pairs/pairs-rule.ts';
import { DEFAULT_PAIRS, GAP_BARS, type PairsSettings } from '../../strategies/pairs/pairs-settings.ts';
import { rehearse } from '../../strategies/pairs/rehearsal.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  textOption,
} from '../command.ts';
import { pairText, rehearsalLines, testRecord } from '../pair-words.ts';

const DEFAULT_BAR_SECONDS = 60;
const MAX_BAR_SECONDS = 7 * 86_400;
const CHOICES = ['aic', 'bic', 't-stat'] as const;
const TERMS = ['c', 'ct', 'ctt'] as const;
const SPREADS = ['regression', 'kalman'] as const;

export const pairs: Command = {
  name: 'pairs',
  words: [
    { name: 'FILE_A', words: 'a market log or a CSV file of bars, quotes or trades' },
    { name: 'FILE_B', words: 'the other one, or the same file twice with --symbol-a and --symbol-b' },
  ],
  options: {
    'symbol-a': { value: 'PAIR[@VENUE]', words: 'which market, of a file with several', example: 'BTC/USD' },
    'symbol-b': { value: 'PAIR[@VENUE]', words: 'the same for FILE_B', example: 'BTC/USD@simulated' },
    bar: {
      value: 'SECONDS',
      words: 'length of the bars',
      range: { min: 1, max: MAX_BAR_SECONDS, integer: true },
      usual: `that of the CSV files, else ${DEFAULT_BAR_SECONDS}`,
      example: '60',
    },
    lags: {
      value: 'aic|bic|t-stat|N',
      words: 'how many lagged changes: chosen by a criterion, or a number',
      usual: 'aic',
      example: '4',
    },
    trend: {
      value: '',
      words: 'besides the ratio: a constant, a trend too, a squared trend too',
      choices: TERMS,
      usual: 'c',
    },
    rehearse: {
      words: 'also what the pairs rule would have done over these bars, net of costs; no order is sent',
    },
    spread: {
      value: '',
      words: 'of the rehearsal: of the regression of the last test, or of the Kalman filter',
      choices: SPREADS,
      usual: DEFAULT_PAIRS.spread,
      needs: ['rehearse'],
    },
    window: {
      value: 'BARS',
      words: 'bars that each test of the rehearsal looks back on',
      range: { min: 60, max: 5_000, integer: true },
      usual: DEFAULT_PAIRS.windowBars,
      needs: ['rehearse'],
    },
    'cost-bps': {
      value: 'N',
      words: 'basis points of each of its fills: fee, half a spread and slippage',
      range: { min: 0, max: 1_000 },
      usual: DEFAULT_PAIRS.costBpsA,
      needs: ['rehearse'],
    },
  },
  details: [
    'The bars of a market log are middles of its book. The logarithms of the closes are tested, by Engle and Granger with the critical values of MacKinnon.',
  ].join('\n'),
  examples: ['pairs btc.csv eth.csv --bar 300 --rehearse'],
  async run(args, output) {
    const [fileA = '', fileB = ''] = args.positionals;
    const asked = numberOption(args, 'bar');
    const [lags, trend] = [lagsOf(args), choiceOption(args, 'trend', TERMS) ?? 'c'];
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
  if (!flagOption(args, 'rehearse')) return undefined;
  const spread = choiceOption(args, 'spread', SPREADS) ?? DEFAULT_PAIRS.spread;
  const windowBars = numberOption(args, 'window') ?? DEFAULT_PAIRS.windowBars;
  const cost = numberOption(args, 'cost-bps') ?? DEFAULT_PAIRS.costBpsA;
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

function lagsOf(args: CommandArgs): Lags {
  const text = textOption(args, 'lags') ?? 'aic';
  const by = CHOICES.find((choice) => choice === text);
  if (by !== undefined) return { by };
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UserError({
    code: 'bad-option',
    field: '--lags',
    value: text,
    message: 'is neither a number nor a way to choose one',
    remedy: 'Write aic, bic, t-stat, or a number such as 4.',
  });
}
