import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { SeededRandom } from '../../lib/random.ts';
import { readResultLine, resultLine, SweepLedger } from './sweep-ledger.ts';
import { planSweep, type SweepPlan, trialOptions } from './sweep-plan.ts';
import { parseSweepSpec, type SweepInput } from './sweep-spec.ts';
import { summarise } from './sweep-summary.ts';
import { madePlan, type Rule, runSweep, runTrial } from './testing/made-sweep.ts';
import { canonicalJson, idOf } from './trial-id.ts';
import { failedResult, type TrialResult } from './trial-result.ts';

const GRID: Omit<SweepInput, 'logs'> = {
  parameters: {
    'detection.minNetBps': { from: 0, to: 2, step: 0.5 },
    feeBps: { values: [0, 10] },
  },
  search: { method: 'grid' },
};
const PERIODS = 600;

/** Earns by the setting: 1.5 bps are best, and fees cost. */
const HILL: Rule = (params, { index }) => {
  const random = new SeededRandom(77, index + 1);
  const edge =
    0.3 - 0.15 * Math.abs(Number(params['detection.minNetBps']) - 1.5) - Number(params['feeBps']) / 50;
  const returns = Float64Array.from({ length: PERIODS }, () => (random.normal() + edge) * 0.001);
  return { returns, tradesPerPeriod: new Float64Array(PERIODS).fill(1) };
};

const DATA = { digests: ['d1'], fromUs: 0, toUs: PERIODS * 1_000_000 };
const spec = (input: object) => parseSweepSpec({ logs: ['a.jsonl'], ...GRID, ...input });
const ids = (plan: SweepPlan): string[] => plan.trials.map(({ trialId }) => trialId);

describe('a spec', () => {
  test('fills in what it leaves out', () => {
    expect(parseSweepSpec({ logs: ['a'], parameters: GRID.parameters, search: GRID.search })).toMatchObject({
      name: '',
      seed: 1,
      base: {},
      blocks: 12,
      rankBy: 'sharpe',
      split: { kind: 'walk-forward', folds: 5, trainParts: 'all', purgeMs: 0, embargoMs: 0 },
    });
  });

  test.each<[object, RegExp]>([
    [{ logs: [] }, /^logs: "\[\]" does not fit/],
    [{ logs: undefined }, /^logs: does not fit/],
    [{ parameters: {} }, /^parameters: "0" are not from 1 to 12/],
    [{ parameters: { colour: { values: [1] } } }, /^parameters: "colour" is not a setting.*Choose among/],
    [{ parameters: { feeBps: { from: 5, to: 1, step: 1 } } }, /^parameters\.feeBps\.to: "1" is below "from"/],
    [
      { parameters: { feeBps: { from: 'x', to: 1, step: 1 } } },
      /^parameters\.feeBps\.from: "x" .*plain number/,
    ],
    [{ parameters: { feeBps: { from: 0, to: 1 } } }, /^parameters\.feeBps\.step: does not fit/],
    [{ parameters: { feeBps: { values: [] } } }, /^parameters\.feeBps\.values: "\[\]"/],
    [
      { parameters: { feeBps: { from: 9_000, to: 10_000, step: 500 } } },
      /^parameters\.feeBps: "10000" is not/,
    ],
    [
      { parameters: { 'latency.minUs': { from: 0, to: 1, step: 0.5 } } },
      /latency\.minUs: "0.5" is not a whole/,
    ],
    [{ parameters: { legs: { values: [3, 'four'] } } }, /^parameters\.legs: "four" is not a whole number/],
    [{ base: { legs: 7 } }, /^base\.legs: "7" is not a whole number from 3 to 4/],
    [{ base: { speed: 7 } }, /^base: "speed" is not a setting/],
    [{ base: { feeBps: 3 } }, /^base\.feeBps: "3" is fixed here and varied in "parameters"/],
    [{ search: { method: 'annealing' } }, /^search\.method: "annealing" does not fit/],
    [{ search: { method: 'random' } }, /^search\.trials: does not fit/],
    [{ search: { method: 'random', trials: 1e6 } }, /^search\.trials: "1000000" does not fit/],
    [{ seed: -1 }, /^seed: "-1" does not fit/],
    [{ blocks: 7 }, /^blocks: "7" does not fit/],
    [{ split: { kind: 'holdout', testShare: 1 } }, /^split\.testShare: "1" does not fit/],
    [{ split: { kind: 'walk-forward', folds: 0 } }, /^split\.folds: "0" does not fit/],
    [{ rankBy: 'luck' }, /^rankBy: "luck" does not fit/],
    [{ speed: 3 }, /^spec: .*speed/],
  ])('%j is refused by name', (change, message) => {
    const read = (): unknown => spec(change);
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
  });

  test('what is not an object is refused too, and a long value is cut', () => {
    for (const input of [undefined, null, 7, 'x', []]) expect(() => parseSweepSpec(input)).toThrow(/^spec: /);
    expect(() => spec({ rankBy: 'x'.repeat(500) })).toThrow(/^rankBy: "x{80}…"/);
  });
});

describe('a plan', () => {
  test('names its trials by what they are: settings, data, seed, cut and engine', () => {
    const plan = planSweep(spec({}), DATA, 'v1');
    expect(plan.trials).toHaveLength(10);
    expect(plan.trials[1]).toMatchObject({ index: 1, params: { 'detection.minNetBps': '0', feeBps: '10' } });
    expect(plan.trials[1]?.trialId).toMatch(/^trial-[0-9a-f]{32}$/);
    expect(new Set(ids(plan)).size).toBe(10);
    expect(ids(planSweep(spec({ name: 'other', rankBy: 'return' }), DATA, 'v1'))).toEqual(ids(plan));
    const others = [
      planSweep(spec({}), DATA, 'v2'),
      planSweep(spec({}), { ...DATA, digests: ['d2'] }, 'v1'),
      planSweep(spec({ seed: 2 }), DATA, 'v1'),
      planSweep(spec({ base: { legs: 4 } }), DATA, 'v1'),
      planSweep(spec({ blocks: 8 }), DATA, 'v1'),
      planSweep(spec({ split: { kind: 'holdout' } }), DATA, 'v1'),
      planSweep(spec({ periodMs: 500 }), DATA, 'v1'),
    ];
    for (const other of others) {
      expect(ids(other).some((id) => ids(plan).includes(id))).toBe(false);
      expect(other.sweepId).not.toBe(plan.sweepId);
    }
  });

  test('is the same in whatever order the spec is written; a wider grid keeps the trials it had', () => {
    const turned = spec({
      parameters: Object.fromEntries(Object.entries(GRID.parameters).toReversed()),
    });
    const plan = planSweep(spec({}), DATA, 'v1');
    expect(planSweep(turned, DATA, 'v1')).toEqual({ ...plan, spec: turned });
    const wider = spec({
      parameters: { ...GRID.parameters, 'detection.minNetBps': { from: 0, to: 4, step: 0.5 } },
    });
    expect(ids(planSweep(wider, DATA, 'v1'))).toEqual(expect.arrayContaining(ids(plan)));
  });

  test('which asset of the capital is home makes another trial', () => {
    const [usd, btc] = ['USD', 'BTC'].map((home) =>
      ids(
        planSweep(
          spec({ base: { [`capital.${home}`]: '1', [`capital.${home === 'USD' ? 'BTC' : 'USD'}`]: '1' } }),
          DATA,
          'v1',
        ),
      ),
    );
    expect(usd?.some((id) => btc?.includes(id))).toBe(false);
  });

  test('gives each trial the options of its backtest', () => {
    const plan = planSweep(spec({ base: { 'latency.minUs': 5, 'capital.USD': '100' }, seed: 9 }), DATA, 'v1');
    expect(trialOptions(plan.spec, plan.trials[9] ?? { params: {} }, ['/data/x.tape'])).toEqual({
      logs: ['/data/x.tape'],
      seed: 9,
      latency: { minUs: 5, tailUs: 10_000 },
      capital: { USD: '100' },
      detection: { minNetBps: 2 },
      feeBps: 10,
    });
  });

  test('knows who is whose neighbour', () => {
    const { points } = planSweep(spec({}), DATA, 'v1');
    expect(points[0]).toEqual({ coordinates: [0, 0], group: '' });
    expect(points[9]).toEqual({ coordinates: [4, 1], group: '' });
    const drawn = planSweep(spec({ search: { method: 'latin-hypercube', trials: 9 } }), DATA, 'v1');
    for (const { coordinates } of drawn.points) {
      for (const each of coordinates) expect(each).toBeLessThanOrEqual(3);
    }
  });

  test.each<[object, number, RegExp]>([
    [{}, 40, /periodMs: "40" periods of this data are too few for 12 blocks of at least 4/],
    [
      { split: { kind: 'walk-forward', folds: 5, purgeMs: 200_000 } },
      600,
      /leave nothing to train on, 200 purged/,
    ],
    [
      { base: { 'limits.maxOpenNotional': 100 } },
      600,
      /maxOrderNotional: "5000" must be at most maxOpenNotional/,
    ],
    [{ periodMs: 1 }, 2_000, /periodMs: "1" makes 2000000 periods of this data, more than 1000000/],
    [
      { parameters: { feeBps: { from: 0, to: 900, step: 0.01 } } },
      600,
      /parameters: "90001" trials are more than the 10000/,
    ],
  ])('%j over %d seconds is refused before a trial runs', (change, seconds, message) => {
    expect(() => planSweep(spec(change), { ...DATA, toUs: seconds * 1_000_000 }, 'v1')).toThrow(message);
  });
});

describe('ids', () => {
  test('follow from the content and not from its order', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
    expect(idOf('trial', { a: 1, b: 2 })).toBe(idOf('trial', { b: 2, a: 1 }));
    expect(idOf('trial', { a: 1 })).not.toBe(idOf('sweep', { a: 1 }));
    expect(() => canonicalJson(Number.NaN)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(canonicalJson(JSON.parse(text) as null))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('a sweep', () => {
  const plan = madePlan(GRID, PERIODS);
  const all = plan.trials.map((trial) => runTrial(plan, trial, HILL));
  const summaryOf = (results: readonly TrialResult[]) => {
    const ledger = new SweepLedger(plan);
    for (const result of results) ledger.record(result);
    return summarise(plan, ledger);
  };

  test('ranks by test and not by train', () => {
    const { ranking, best, overfit } = summaryOf(all);
    expect(ranking).toHaveLength(10);
    expect(best).toEqual(ranking[0]);
    expect(best?.params).toEqual({ 'detection.minNetBps': '1.5', feeBps: '0' });
    for (let place = 1; place < ranking.length; place++) {
      expect(ranking[place]?.test).toBeLessThanOrEqual(ranking[place - 1]?.test ?? 0);
    }
    expect(overfit).toMatchObject({ flagged: false, reasons: [], trials: 10, folds: 5 });
    expect(overfit.rankCorrelation).toBeGreaterThan(0.7);
    // Half the settings of this sweep must lose: counted as luck, their spread hides the best.
    expect(overfit.deflatedSharpe).toBeGreaterThan(0.95);
    expect(overfit.deflatedSharpeStrict).toBeLessThan(overfit.deflatedSharpe ?? 0);
  });

  test('a trial that shines in train and fails in test is not the best', () => {
    const shining: Rule = (params, trial) => {
      const run = HILL(params, trial);
      if (trial.index !== 0) return run;
      return { ...run, returns: run.returns.map((value, period) => value + (period < 420 ? 0.004 : -0.001)) };
    };
    const held = madePlan({ ...GRID, split: { kind: 'holdout', testShare: 0.3 } }, PERIODS);
    const { ranking, overfit } = runSweep(held, shining);
    // Best by far in train, it loses in test.
    const byTrain = [...ranking].sort((a, b) => b.train - a.train);
    expect(byTrain[0]?.trialId).toBe(held.trials[0]?.trialId);
    expect(byTrain[0]?.test).toBeLessThan(0);
    expect(ranking[0]?.test).toBeGreaterThan(0);
    expect(overfit.flagged).toBe(true);
    expect(overfit.reasons.join(' ')).toMatch(/best setting in train is not clearly profitable in test/);
  });

  test('a trial without a trade in test is last, however the others did', () => {
    const idle: Rule = (params, trial) =>
      trial.index === 3
        ? { returns: new Float64Array(PERIODS), tradesPerPeriod: new Float64Array(PERIODS) }
        : { ...HILL(params, trial), returns: HILL(params, trial).returns.map((value) => value - 0.01) };
    const { ranking, overfit } = runSweep(plan, idle);
    expect(ranking.at(-1)?.trialId).toBe(plan.trials[3]?.trialId);
    expect(ranking[0]?.test).toBeLessThan(0);
    expect(overfit.flagged).toBe(true);
  });

  test('few trades prove nothing, and it says so', () => {
    const few: Rule = (params, trial) => ({
      ...HILL(params, trial),
      tradesPerPeriod: Float64Array.from({ length: PERIODS }, (_, period) => (period % 100 === 99 ? 1 : 0)),
    });
    const { overfit } = runSweep(plan, few);
    expect(overfit.reasons).toEqual([
      'The best trial made 6 trades; below 30 luck and skill cannot be distinguished.',
      'The best setting in train made 5 trades in test; below 10 the test proves nothing.',
    ]);
  });

  test('noise is flagged in words, with its figures and cautions beside it', () => {
    const { overfit } = runSweep(plan, (_, { index }) => {
      const random = new SeededRandom(5, index + 1);
      const returns = Float64Array.from({ length: PERIODS }, () => random.normal() * 0.001);
      return { returns, tradesPerPeriod: new Float64Array(PERIODS).fill(1) };
    });
    expect(overfit.flagged).toBe(true);
    expect(overfit.reasons.join('\n')).toMatch(/hardly better than the best of as many random ones/);
    for (const reason of overfit.reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
  });

  test('is the same in whatever order and however often its results come, and after a restart in the middle', () => {
    const expected = JSON.stringify(summaryOf(all));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...all, ...all.slice(0, 4)], { minLength: all.length + 4 }),
        fc.nat(all.length),
        (shuffled, stop) => {
          const before = new SweepLedger(plan);
          const file = shuffled
            .slice(0, stop)
            .map((result) => {
              before.record(result);
              return resultLine(result);
            })
            .join('');
          const after = new SweepLedger(plan);
          // The last line was cut off by the crash.
          for (const line of `${file}{"outcome":"scored","trialId":"trial-`.split('\n')) {
            const result = readResultLine(line);
            if (result !== undefined) after.record(result);
          }
          expect(after.done).toBe(before.done);
          expect(after.missing()).toEqual(before.missing());
          expect(before.missing()).toHaveLength(all.length - before.done);
          const answered = new Set(shuffled.slice(0, stop).map(({ trialId }) => trialId));
          expect(before.missing().some(({ trialId }) => answered.has(trialId))).toBe(false);
          for (const result of shuffled) after.record(result);
          expect(after.isComplete).toBe(true);
          expect(JSON.stringify(summarise(plan, after))).toBe(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a trial that answers twice differently stops it; foreign results are distinguished', () => {
    const ledger = new SweepLedger(plan);
    const [first] = all;
    if (first?.outcome !== 'scored') throw new Error('the first trial ran');
    expect(ledger.record(first)).toBe('recorded');
    expect(ledger.record(first)).toBe('repeated');
    expect(ledger.record({ ...first, trialId: 'trial-of-another-sweep' })).toBe('foreign');
    const changed = { ...first, figures: { ...first.figures, netPnl: '1' } };
    expect(() => ledger.record(changed)).toThrow(/has two different results for the same settings and data/);
    expect(ledger.done).toBe(1);
  });

  test('trials that fail are listed and do not count; one that runs later does', () => {
    const ledger = new SweepLedger(plan);
    const [first, second] = plan.trials;
    if (first === undefined || second === undefined) throw new Error('the plan has trials');
    ledger.record(failedResult(first, new UserError({ code: 'bad-limit', message: 'cannot be' })));
    ledger.record(failedResult(second, new Error('x'.repeat(5_000))));
    for (const result of all.slice(1)) ledger.record(result);
    const summary = summarise(plan, ledger);
    expect(summary).toMatchObject({ planned: 10, trials: 9, failed: 1 });
    expect(summary.failures).toEqual([{ trialId: first.trialId, message: 'cannot be.' }]);
    expect(summary.overfit.cautions[0]).toMatch(/^Only 9 of 10 trials are counted/);
    expect(ledger.isComplete).toBe(true);
    expect(ledger.record(all[0] as TrialResult)).toBe('recorded');
    expect(JSON.stringify(summarise(plan, ledger))).toBe(JSON.stringify(summaryOf(all)));
  });

  test('of nothing, and of one trial, says so instead of failing', () => {
    expect(summaryOf([])).toMatchObject({ best: null, ranking: [], overfit: { flagged: true } });
    const single = madePlan({ ...GRID, parameters: { feeBps: { values: [0] } } }, PERIODS);
    const summary = runSweep(single, HILL);
    expect(summary.overfit).toMatchObject({ pbo: null, rankCorrelation: null, neighbours: null, trials: 1 });
    expect(summary.overfit.cautions[0]).toMatch(/One trial is not a sweep/);
  });

  test('results that were changed by hand are not accepted', () => {
    const line = resultLine(all[0] as TrialResult);
    expect(readResultLine(line)).toEqual(all[0]);
    expect(readResultLine(line.replace('"scored"', '"perfect"'))).toBeUndefined();
    expect(readResultLine(line.replace('"netPnl":"0"', '"netPnl":0'))).toBeUndefined();
    expect(readResultLine(line.slice(0, -5))).toBeUndefined();
    expect(readResultLine('')).toBeUndefined();
  });
});
