/** The results of a pair's tests in words. */
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';
import type { UnitRootTest } from '../statistics/dickey-fuller.ts';
import { isStationary, LEAST_BARS, type PairAnalysis, rejects } from '../strategies/pairs/pair-analysis.ts';
import type { Rehearsal } from '../strategies/pairs/rehearsal.ts';

export type PairMarket = {
  readonly a: string;
  readonly b: string;
  readonly bars: number;
  readonly stepUs: DurationUs;
  readonly gaps: number;
  readonly unpaired: number;
  readonly from: string;
  readonly to: string;
};

/** A spread that halves more slowly than a fifth of the stretch was seen to return a few times at most. */
const SLOW_SHARE = 0.2;

export function testRecord({ statistic, pValue, criticalValues, lags, observations }: UnitRootTest) {
  return { statistic, pValue, criticalValues, lags, observations };
}

export function pairText(
  market: PairMarket,
  analysis: PairAnalysis,
): { readonly lines: readonly string[]; readonly verdict: string } {
  const { a, b, bars, stepUs, gaps, unpaired } = market;
  const { unitRoots, test, reverse, zScore, kalman } = analysis;
  const [ratio = 0] = test.hedgeRatios;
  const [error = 0] = test.hedgeErrors;
  const lines = [
    `A ${a}, B ${b}: ${bars} bars of ${stepUs / US_PER_SECOND} s, ${market.from.slice(0, 19)} to ${market.to.slice(0, 19)}, logarithms of the closes`,
    ...(gaps + unpaired > 0
      ? [`  ${gaps} gaps; ${unpaired} bars that only one of them has are left out`]
      : []),
    `  unit root of A alone         ${testText(unitRoots[0], UNIT_ROOT)}`,
    `  unit root of B alone         ${testText(unitRoots[1], UNIT_ROOT)}`,
    `  cointegration, A on B        ${testText(test, COINTEGRATION)}`,
    `  cointegration, B on A        ${testText(reverse, COINTEGRATION)}`,
    `  hedge ratio                  ${ratio.toFixed(4)} ± ${error.toFixed(4)} by regression; ${kalman.hedgeRatio.toFixed(4)} at the end by the Kalman filter`,
    `  spread                       standard deviation ${(test.deviation * 10_000).toFixed(1)} bps; at the end ${zScore.toFixed(2)} of them from its mean (Kalman ${kalman.zScore.toFixed(2)})`,
    `  half-life of the spread      ${halfLifeText(test.halfLife, stepUs)}`,
  ];
  return { lines, verdict: verdictText(market, analysis) };
}

/** What a test says where its statistic is below the critical value, and where it is not. */
type Findings = readonly [rejected: string, not: string];
const UNIT_ROOT: Findings = ['returns to a mean at 5 %', 'a random walk is not excluded'];
const COINTEGRATION: Findings = ['cointegrated at 5 %', 'not cointegrated at 5 %'];

function testText(test: UnitRootTest, [rejected, not]: Findings): string {
  const { onePercent, fivePercent, tenPercent } = test.criticalValues;
  const critical = `1 % ${onePercent.toFixed(2)}, 5 % ${fivePercent.toFixed(2)}, 10 % ${tenPercent.toFixed(2)}`;
  return `statistic ${test.statistic.toFixed(3)} (${critical}), p ${pText(test.pValue)}, ${test.lags} lags: ${rejects(test) ? rejected : not}`;
}

function pText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}

function halfLifeText(halfLife: number, stepUs: DurationUs): string {
  if (!Number.isFinite(halfLife)) return 'none: the spread does not return';
  return `${halfLife.toFixed(1)} bars (${durationText((halfLife * stepUs) / US_PER_SECOND)})`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7_200) return `${(seconds / 60).toFixed(0)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

function verdictText({ a, b, bars }: PairMarket, { verdict, unitRoots, test }: PairAnalysis): string {
  if (verdict === 'too-few-bars') {
    return `No verdict: ${bars} bars decide nothing. Take at least ${LEAST_BARS}: a longer stretch, or shorter bars.`;
  }
  const chance =
    ' One pair in twenty without any relation looks like this by chance; more, if several were tried.';
  if (verdict === 'already-stationary') {
    const which = unitRoots
      .map((each, at) => (isStationary(each) ? (at === 0 ? a : b) : undefined))
      .filter(Boolean);
    return `No verdict on the pair: ${which.join(' and ')} returned to a mean by ${which.length > 1 ? 'themselves' : 'itself'} in this stretch, and the test is for two that do not.`;
  }
  if (verdict === 'cointegrated') {
    const slow =
      test.halfLife > bars * SLOW_SHARE
        ? ' Its spread returns so slowly that this stretch has seen it return a few times at most.'
        : '';
    const [ratio = 0] = test.hedgeRatios;
    const same =
      ratio > 0
        ? ''
        : ' The ratio is not above zero: the two move against each other, and both are bought or sold together.';
    return `Cointegrated at 5 % in this stretch: the spread returned to its mean.${slow}${same}${chance}`;
  }
  if (verdict === 'other-way-only') {
    return `Not decided: cointegrated with B on A and not with A on B. A relation that holds only one way is not one to trade.`;
  }
  return `Not cointegrated: at 5 % the spread is not distinguishable from a random walk, which has no mean to return to.`;
}

/** What the pairs rule would have done. */
export function rehearsalLines({ bars, phase, reason, tests, trades, netBps }: Rehearsal): readonly string[] {
  const gross = trades.reduce((sum, each) => sum + each.grossBps, 0);
  const costs = trades.reduce((sum, each) => sum + each.costBps, 0);
  const won = trades.filter((each) => each.netBps > 0).length;
  const end =
    phase === 'stopped'
      ? `It stopped: ${(reason ?? '').replaceAll('-', ' ')}.`
      : phase === 'gathering'
        ? 'There are fewer bars than its window.'
        : phase === 'candidate'
          ? `None of its ${tests} tests found a pair.`
          : 'It still trades at the end.';
  const result =
    trades.length === 0
      ? 'no trades.'
      : `${trades.length} trades, ${won} of them with a gain: ${gross.toFixed(1)} bps before and ${netBps.toFixed(1)} bps after ${costs.toFixed(1)} bps of costs, of the value held of A.`;
  return [
    `Rehearsal of the pairs rule over ${bars} bars, each decision carried out one bar later: ${result} ${end}`,
    '  It is a simulation of the past: no order is sent, and nothing in Parallax trades by this rule. A pair that was chosen by these bars will look better here than it is.',
  ];
}
