/** What policies and forecasters are judged by: the gain of a stake, and skill, not the drift of the market. */
import { expect, it } from 'vitest';
import { NOTHING_TRIED } from '../backtest/strategy/tried-data.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { SeededRandom } from '../lib/random.ts';
import { log } from '../lib/elementary.ts';
import { earnings } from './earnings.ts';
import { follow, type HeldRow, judgePolicy, timingT } from './policy.ts';
import { trainModel } from './train.ts';
import { readSpec } from './training-spec.ts';

it('a short position over a rise and the same fall earns nothing', () => {
  const returns = Float64Array.of(log(110 / 100), log(99 / 110));
  const data = {
    rows: 2,
    columns: 1,
    values: Float64Array.of(1, 1),
    endUs: Float64Array.of(1, 2),
    labelEnds: Int32Array.of(1, 2),
    returns,
    outcomes: Uint8Array.of(1, 0),
    bars: Int32Array.of(0, 1),
    left: { notWarm: 0, noLabel: 0, overGap: 0 },
  };
  // One state for each position; short is best in all of them.
  const short = { kind: 'q' as const, cuts: [[]], values: [0, 0, 1, 0, 0, 1, 0, 0, 1] };
  const result = follow(short, data, { from: 0, to: 2 }, 0);
  expect(result.held.map(({ position }) => position)).toEqual([-1, -1]);
  expect(result.netBps).toBeCloseTo(0, 6);
  expect(result.shortNetBps).toBeCloseTo(0, 6);
});

it('who is always long in a rising market times nothing', () => {
  const market = Array.from({ length: 400 }, (_, at) => 10 + (at % 2 === 0 ? 30 : -20));
  const long: HeldRow[] = market.map((moveBps) => ({ position: 1, moveBps }));
  expect(timingT(long)).toBe(0);
  // As long, but for a few rows by chance.
  expect(timingT(long.map((each, at) => ({ ...each, position: at % 40 < 2 ? 0 : 1 })))).toBeLessThan(1.7);
  expect(timingT(market.map((moveBps) => ({ position: moveBps > 0 ? 1 : -1, moveBps })))).toBeGreaterThan(10);
});

it('earns only what is above buy and hold', () => {
  const judgement = {
    rolls: [],
    rows: 400,
    changes: 90,
    higherCostsNetBps: 300,
    lateNetBps: 300,
    embargoBars: 1,
    labelBars: 1,
    sharpe: 0.3,
    sharpeRecord: { sharpe: 0.3, count: 400, skewness: 0, kurtosis: 3 },
    grossBps: 500,
    netBps: 400,
    shortNetBps: 0,
    buyAndHoldBps: 399,
    t: 5,
  };
  const once = { ...NOTHING_TRIED, sharpes: [0.3] };
  expect(judgePolicy(judgement, once)).toMatchObject({ verdict: 'earns', deflatedSharpe: expect.closeTo(1) });
  expect(judgePolicy({ ...judgement, changes: 9 }, once).verdict).toBe('luck');
  // The best of a thousand that differ as much without skill would show more.
  expect(judgePolicy(judgement, { ...once, trials: 1_000, sharpes: [0.3, -0.3, 0.1] })).toMatchObject({
    verdict: 'luck',
    text: expect.stringMatching(/may be luck: its deflated Sharpe ratio is 0\.\d+, and 0\.95 is asked/),
  });
  expect(judgePolicy({ ...judgement, buyAndHoldBps: 400 }, once)).toMatchObject({
    verdict: 'below-buy-and-hold',
    text: expect.stringMatching(/no more than buy and hold: 400\.0 bps/),
  });
});

it('a forecaster that knows no more than the newer share of ups is no better than it', () => {
  const rows = 900;
  const random = new SeededRandom(3);
  const values = Float64Array.from({ length: rows }, () => random.normal());
  // A market that fell while it was fitted, and rises since.
  const outcomes = Uint8Array.from({ length: rows }, (_, row) =>
    random.next() < (row < 300 ? 0.2 : 0.8) ? 1 : 0,
  );
  const spec = readSpec(
    JSON.stringify({
      name: 'drift',
      kind: 'logistic',
      file: 'x.csv',
      features: ['return:1'],
      horizonBars: 1,
      folds: 1,
    }),
    'x.json',
  );
  const data = {
    rows,
    columns: 1,
    values,
    outcomes,
    endUs: Float64Array.from({ length: rows }, (_, row) => row * 60e6),
    labelEnds: Int32Array.from({ length: rows }, (_, row) => row + 1),
    returns: Float64Array.from(outcomes, (up) => (up === 1 ? 0.001 : -0.001)),
    bars: Int32Array.from({ length: rows }, (_, row) => row),
    left: { notWarm: 0, noLabel: 0, overGap: 0 },
  };
  const { judgement } = trainModel(spec, new FeatureSet(['return:1'], 'features'), data, 60);
  expect(judgement.rolls[0]?.fitRows).toBeLessThanOrEqual(300);
  expect(judgement.t).toBeLessThan(2);
});

it('holding leaves no bar out: a market that swings and ends where it began brings its costs alone', () => {
  const rows = 40;
  const prices = Array.from({ length: rows + 2 }, (_, at) => 100 + (at % 2));
  const data = {
    rows,
    columns: 1,
    values: new Float64Array(rows),
    endUs: Float64Array.from({ length: rows }, (_, row) => row * 60e6),
    labelEnds: Int32Array.from({ length: rows }, (_, row) => Math.min(rows, row + 2)),
    returns: Float64Array.from({ length: rows }, (_, row) =>
      log((prices[row + 2] as number) / (prices[row + 1] as number)),
    ),
    outcomes: new Uint8Array(rows),
    bars: Int32Array.from({ length: rows }, (_, row) => row),
    left: { notWarm: 0, noLabel: 0, overGap: 0 },
  };
  const unsure = Array.from({ length: rows }, (_, row) => ({ row, p: 0.5, edge: 1 }));
  // Of equal stakes: each fall takes a little less than the rise before brought.
  expect(earnings(unsure, data, 5).earned.buyAndHoldBps).toBeCloseTo(20 * (100 - 10_000 / 101) - 10, 6);
});
