import { describe, expect, test } from 'vitest';
import { momentsOf } from '../metrics/moments.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { measureOf, measureOfSums } from './measure.ts';
import { probabilisticSharpe, sharpeRecord } from './sharpe-significance.ts';
import { checkPlan, scoreTrial } from './trial-score.ts';
import { failedChecks, judge } from './verdict.ts';

/** Everything speaks for it. */
const GOOD: Evidence = {
  trials: 100,
  triedBefore: 0,
  periods: 1_000,
  serialInflation: 1,
  folds: 5,
  best: { trial: 3, train: 0.2, test: 0.21, testTrades: 400, trades: 500, sharpe: 0.2 },
  chosen: { sharpe: 0.2, psr: 0.999, trades: 400 },
  rankCorrelation: 0.6,
  deflatedSharpe: 0.99,
  deflatedSharpeStrict: 0.98,
  luckySharpe: 0.08,
  pbo: 0.02,
  probabilityOfLoss: 0,
  degradationSlope: 0.5,
  neighbours: { neighbours: 4, bestScore: 0.2, medianScore: 0.18, retention: 0.9 },
};

describe('the checks of a verdict', () => {
  test.each([
    ['pbo', { pbo: 0.5, probabilityOfLoss: 0.1 }],
    ['probabilityOfLoss', { pbo: 0.3, probabilityOfLoss: 0.25 }],
    ['rankCorrelation', { rankCorrelation: -0.1 }],
    ['degradationSlope', { degradationSlope: -0.2 }],
    ['neighbours', { neighbours: { neighbours: 3, bestScore: 0.2, medianScore: 0.04, retention: 0.2 } }],
    ['deflatedSharpeStrict', { deflatedSharpeStrict: 0.5 }],
  ] as const)(
    'one that does not hold is named, and said in words, though nothing is flagged: %s',
    (name, change) => {
      const evidence: Evidence = { ...GOOD, ...change };
      expect(failedChecks(GOOD)).toEqual([]);
      expect(failedChecks(evidence)).toEqual([name]);
      const { flagged, cautions } = judge(evidence);
      expect([flagged, cautions.length > 0]).toEqual([false, true]);
    },
  );
});

describe('the verdict', () => {
  test('where everything speaks for it, nothing is said', () => {
    expect(judge(GOOD)).toEqual({ flagged: false, reasons: [], cautions: [] });
  });

  test.each<[Partial<Evidence>, RegExp]>([
    [{ best: { ...GOOD.best, trades: 29 } }, /^The best trial made 29 trades; below 30 luck/],
    [{ chosen: { ...GOOD.chosen, trades: 9 } }, /^The best setting in train made 9 trades in test; below 10/],
    [{ chosen: { ...GOOD.chosen, psr: 0.9499 } }, /probability of 94\.9 %; 95 % is required/],
    [{ chosen: { ...GOOD.chosen, psr: null } }, /returns of the best setting in train do not vary in test/],
    [{ deflatedSharpe: 0.5 }, /^The best of 100 trials is hardly better .*0\.200 a period.*0\.080.*of 50 %/],
    [
      { deflatedSharpe: 0.5, triedBefore: 40 },
      /best of 100 trials, after 40 on the same data before, is hardly/,
    ],
    [{ deflatedSharpe: null }, /^The returns of the best trial do not vary/],
    [
      { pbo: 0.5, probabilityOfLoss: 0.25 },
      /below the median in the other half 50 % .* lose money there 25 %/,
    ],
  ])('%j flags it, in words', (change, message) => {
    const verdict = judge({ ...GOOD, ...change });
    expect(verdict.flagged).toBe(true);
    expect(verdict.reasons).toHaveLength(1);
    expect(verdict.reasons[0]).toMatch(message);
  });

  test.each<[Partial<Evidence>, RegExp]>([
    [
      { pbo: 0.6, probabilityOfLoss: 0.1 },
      /^Which of these settings is best is random \(60 % .*most of them are profitable/,
    ],
    [{ rankCorrelation: -0.1 }, /not do better in test: the rank correlation is -0\.100/],
    [
      { neighbours: { neighbours: 4, bestScore: 1, medianScore: -1, retention: -1 } },
      /^The best setting is isolated: its 4 nearest neighbours keep 0 %/,
    ],
    [{ deflatedSharpeStrict: 0.1 }, /^Counting every difference between settings as luck.* only 10 %/],
    [{ serialInflation: 2 }, /1000 periods count as 500 independent ones/],
    [{ trials: 1, pbo: null, rankCorrelation: null, neighbours: null }, /^One trial is not a sweep/],
  ])('%j is a caution and no flag', (change, message) => {
    const verdict = judge({ ...GOOD, ...change });
    expect(verdict.flagged).toBe(false);
    expect(verdict.cautions).toHaveLength(1);
    expect(verdict.cautions[0]).toMatch(message);
  });
});

describe('the score of a trial', () => {
  const returns = [1, 2, 3, 4, 5, 6, 7, 8];
  const trades = [0, 1, 0, 2, 0, 0, 1, 1];
  const plan = { periods: 8, blocks: 2, splits: [{ train: { from: 0, to: 3 }, test: { from: 5, to: 8 } }] };

  test('cuts returns and trades by the plan: what lies in the gap is in neither side', () => {
    const score = scoreTrial(returns, trades, plan);
    expect(score.folds).toEqual([
      {
        train: { moments: momentsOf([1, 2, 3]), trades: 1 },
        test: { moments: momentsOf([6, 7, 8]), trades: 2 },
      },
    ]);
    expect(score.blocks).toEqual([momentsOf([1, 2, 3, 4]), momentsOf([5, 6, 7, 8])]);
    expect(score.full.trades).toBe(5);
    expect(score.full.moments.mean).toBe(4.5);
    expect(scoreTrial(returns, [3], plan).full.trades).toBe(3);
  });

  test('a trial of another length, and a plan that cannot be, are refused', () => {
    expect(() => scoreTrial([1, 2], trades, plan)).toThrow(/2 periods, and its sweep 8/);
    expect(() => checkPlan({ ...plan, blocks: 5 })).toThrow(/blocks: "5" is not an even number/);
    expect(() => checkPlan(plan)).not.toThrow();
    expect(() => checkPlan({ ...plan, periods: 7 })).toThrow(
      /periodMs: "7" periods of this data are too few/,
    );
  });

  test('every trial has a measure, also one that never wavers or never traded', () => {
    expect(measureOf(momentsOf([2, 4]), 'sharpe')).toBeCloseTo(3 / Math.SQRT2, 12);
    expect(measureOf(momentsOf([2, 4]), 'return')).toBe(3);
    expect(measureOf(momentsOf([0, 0]), 'sharpe')).toBe(0);
    expect(measureOf(momentsOf([]), 'return')).toBe(0);
    expect(measureOf(momentsOf([3, 3, 3]), 'sharpe')).toBeCloseTo(1e6, 3);
    expect(measureOf(momentsOf([-3]), 'sharpe')).toBeCloseTo(-1e6, 3);
    expect(measureOfSums(4, 8, 16, 'sharpe')).toBeCloseTo(1e6, 3);
  });
});

describe('the evidence', () => {
  const plan = {
    periods: 80,
    blocks: 4,
    splits: [{ train: { from: 0, to: 40 }, test: { from: 40, to: 80 } }],
  };
  const wave = (mean: number, late = mean): number[] =>
    Array.from({ length: 80 }, (_, at) => (at < 40 ? mean : late) + (at % 2 === 0 ? 1 : -1));
  const trades80 = new Float64Array(80).fill(1);
  const score = (returns: readonly number[]) => scoreTrial(returns, trades80, plan);

  test('what was best in train is judged in test, the best by test is another', () => {
    const gathered = gatherEvidence(
      [score(wave(0.9, -0.2)), score(wave(0.5)), score(wave(0.1))],
      'sharpe',
      [],
    );
    expect(gathered?.best.trial).toBe(1);
    expect(gathered?.chosen.sharpe).toBeLessThan(0);
    expect(gathered?.chosen.psr).toBeLessThan(0.5);
    expect(gathered?.neighbours).toBeNull();
    expect(gathered?.rankCorrelation).toBeCloseTo(-0.5, 12);
  });

  test('returns that follow each other make every judgement less sure', () => {
    const calm = score(wave(0.3));
    const slow = Array.from({ length: 80 }, (_, at) => 0.3 + (Math.floor(at / 20) % 2 === 0 ? 1 : -1));
    const gathered = gatherEvidence([score(slow), score(slow.map((value) => value - 0.1))], 'sharpe', []);
    expect(gathered?.serialInflation).toBeGreaterThan(10);
    expect(gatherEvidence([calm], 'sharpe', [])?.serialInflation).toBe(1);
    const record = sharpeRecord(momentsOf(slow, 40, 80), gathered?.serialInflation);
    expect(gathered?.chosen.psr).toBe(record === null ? null : probabilisticSharpe(record, 0));
    expect(gathered?.chosen.psr).toBeLessThan(0.75);
    const whole = sharpeRecord(momentsOf(slow), gathered?.serialInflation);
    expect(gathered?.deflatedSharpe).toBeCloseTo(whole === null ? 1 : probabilisticSharpe(whole, 0), 12);
  });

  test('ranks are compared fold by fold, and the folds count alike', () => {
    const halves = [0, 40].map((from) => ({
      train: { from, to: from + 20 },
      test: { from: from + 20, to: from + 40 },
    }));
    // Of two trials the first is ahead in both parts of the first fold, and in one part of the second.
    const parts = [
      [0.5, 0.5, 0.5, -0.5],
      [0.1, 0.1, 0.1, 0.1],
    ].map((means) => means.flatMap((mean) => wave(mean).slice(0, 20)));
    const scores = parts.map((returns) => scoreTrial(returns, trades80, { ...plan, splits: halves }));
    expect(gatherEvidence(scores, 'return', [])?.rankCorrelation).toBe(0);
    expect(gatherEvidence(scores.toReversed(), 'return', [])?.rankCorrelation).toBe(0);
    const [first] = halves;
    const once = parts.map((returns) =>
      scoreTrial(returns, trades80, { ...plan, splits: first ? [first, first] : [] }),
    );
    expect(gatherEvidence(once, 'return', [])?.rankCorrelation).toBe(1);
  });

  test('trials that were tried before make luck likelier', () => {
    const scores = [score(wave(0.3)), score(wave(0.1, 0.25)), score(wave(0.2, -0.1))];
    const once = gatherEvidence(scores, 'sharpe', []);
    const often = gatherEvidence(scores, 'sharpe', [], 10_000);
    expect(often?.luckySharpe).toBeGreaterThan(once?.luckySharpe ?? 1);
    expect(often?.deflatedSharpe).toBeLessThan(once?.deflatedSharpe ?? 0);
    expect(often).toMatchObject({ trials: 3, triedBefore: 10_000 });
    expect(gatherEvidence([], 'sharpe', [])).toBeNull();
  });
});
