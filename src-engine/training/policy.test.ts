/** What policies and forecasters are judged by: the gain of a stake, and skill, not the drift of the market. */
import { expect, it } from 'vitest';
import { FeatureSet } from '../features/feature-set.ts';
import { SeededRandom } from '../lib/random.ts';
import { log } from '../lib/elementary.ts';
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
    changes: 9,
    grossBps: 500,
    netBps: 400,
    shortNetBps: 0,
    buyAndHoldBps: 399,
    t: 5,
  };
  expect(judgePolicy(judgement, 1).verdict).toBe('earns');
  expect(judgePolicy({ ...judgement, buyAndHoldBps: 400 }, 1)).toMatchObject({
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
