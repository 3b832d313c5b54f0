/**
 * How often the verdict is wrong, counted: sweeps over pure noise must be flagged, sweeps over a planted edge must not.
 * Several markets of each kind, 100 seeds a market, everything from spec to verdict as in a real sweep. A seed
 * gives the same on every machine: what is counted is always the same, and the bounds are what is promised.
 *
 * The planted edges are as strong as an edge must be to be distinguished from luck among as many trials: choosing by train earns
 * a t-statistic of 5 to 7 over the 1,200 periods. Weaker ones are flagged more often, and rightly so: at 4 about
 * one in twenty is, at 3 one in five to one in two.
 *
 * The rule and the strengths were chosen with these seeds in sight. Of the 400 seeds from 1001, which were not, 390 to
 * 400 are flagged over each noise (393 of the opportunities, 390 of the returns that follow each other, 399 or 400
 * of the others), and 1 to 4 over each edge.
 */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import type { SweepInput } from './sweep-spec.ts';
import { judgeSweep, type MadeRun, madePlan, type Rule } from './testing/made-sweep.ts';

const PERIODS = 1_200;
/** A test is some seconds of work, and more on a busy machine. */
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);

type Market = {
  readonly parameters: SweepInput['parameters'];
  /** The rule on the market of this seed. @param edge 0 is noise. */
  readonly rule: (seed: number, edge: number) => Rule;
};

/** Returns of positions in −1, 0 and 1; a trade is a change of position. */
function traded(position: (period: number) => number, market: Float64Array): MadeRun {
  const tradesPerPeriod = new Float64Array(market.length);
  let last = 0;
  const returns = market.map((move, period) => {
    const held = position(period);
    if (held !== last) tradesPerPeriod[period] = 1;
    last = held;
    return held * move;
  });
  return { returns, tradesPerPeriod };
}

const noise = (seed: number): Float64Array => {
  const random = new SeededRandom(seed, 1);
  return Float64Array.from({ length: PERIODS }, () => random.normal() * 0.001);
};

/** Every trial has a random signal of its own; an edge is in one of them, or in all of a range. */
const signals = (hasEdge: (index: number) => number): Market => ({
  parameters: { 'detection.cooldownMs': { from: 0, to: 99, step: 1 } },
  rule: (seed, edge) => {
    const market = noise(seed);
    return (_, { index }) => {
      const random = new SeededRandom(seed, 100 + index);
      const skill = edge * hasEdge(index);
      return traded((period) => {
        const truth = (market[period] ?? 0) / 0.001;
        return random.normal() + skill * truth > 0 ? 1 : -1;
      }, market);
    };
  },
});

/** Follows the mean of the last periods where it is beyond a threshold; an edge is a market that has momentum. */
const momentum: Market = {
  parameters: {
    'detection.cooldownMs': { values: [2, 3, 5, 8, 13, 21, 34, 55] },
    'detection.minNetBps': { from: 0, to: 1, step: 0.2 },
  },
  rule: (seed, edge) => {
    const random = new SeededRandom(seed, 1);
    const market = new Float64Array(PERIODS);
    const meanBefore = (period: number, length: number): number => {
      let sum = 0;
      for (let at = Math.max(0, period - length); at < period; at++) sum += market[at] ?? 0;
      return sum / Math.sqrt(length) / 0.001;
    };
    market.forEach((_, period) => {
      market[period] = (random.normal() + edge * meanBefore(period, 5)) * 0.001;
    });
    return (params) => {
      const lookback = Number(params['detection.cooldownMs']);
      const threshold = Number(params['detection.minNetBps']);
      return traded((period) => {
        const signal = period < lookback ? 0 : meanBefore(period, lookback);
        return Math.abs(signal) > threshold ? Math.sign(signal) : 0;
      }, market);
    };
  },
};

/** Takes opportunities above a least edge, as an arbitrageur does: what they show pays, or it does not. */
const opportunities: Market = {
  parameters: { 'detection.minNetBps': { from: 0, to: 9.5, step: 0.25 } },
  rule: (seed, edge) => {
    const random = new SeededRandom(seed, 1);
    const shown = Float64Array.from({ length: PERIODS }, () => random.next() * 10);
    const paid = shown.map((bps) => (random.normal() + (edge * (bps - 4)) / 6) * 0.001);
    return (params) => {
      const least = Number(params['detection.minNetBps']);
      const taken = shown.map((bps) => (bps > least ? 1 : 0));
      return { returns: paid.map((value, at) => value * (taken[at] ?? 0)), tradesPerPeriod: taken };
    };
  },
};

/** Few and heavy-tailed results between many empty periods. */
const sparse: Market = {
  parameters: { 'detection.cooldownMs': { from: 0, to: 49, step: 1 } },
  rule:
    (seed, edge) =>
    (_, { index }) => {
      const random = new SeededRandom(seed, 100 + index);
      const tradesPerPeriod = new Float64Array(PERIODS);
      const skill = edge * Math.exp(-(((index - 20) / 10) ** 2));
      const returns = tradesPerPeriod.map((_none, period) => {
        if (random.next() > 0.15) return 0;
        tradesPerPeriod[period] = 1;
        return (random.normal() * (random.next() < 0.1 ? 4 : 1) + skill) * 0.001;
      });
      return { returns, tradesPerPeriod };
    },
};

/** Returns that follow each other, half of each that of a market which all settings share: stale marks, long holdings. */
const following: Market = {
  parameters: { 'detection.cooldownMs': { from: 0, to: 49, step: 1 } },
  rule: (seed) => {
    const chain = (stream: number): Float64Array => {
      const random = new SeededRandom(seed, stream);
      let last = 0;
      return Float64Array.from({ length: PERIODS }, () => {
        last = 0.5 * last + random.normal();
        return last;
      });
    };
    const shared = chain(1);
    return (_, { index }) => {
      const returns = chain(100 + index).map((value, at) => (value + (shared[at] ?? 0)) * 0.001);
      return { returns, tradesPerPeriod: new Float64Array(PERIODS).fill(1) };
    };
  },
};

const one = signals((index) => (index === 37 ? 1 : 0));
const hill = signals((index) => Math.exp(-(((index - 40) / 20) ** 2)));

function flagged(
  market: Market,
  edge: number,
  split: SweepInput['split'] = { kind: 'walk-forward' },
): number {
  // The plan knows nothing of the seed.
  const plan = madePlan({ parameters: market.parameters, search: { method: 'grid' }, split }, PERIODS);
  return SEEDS.filter((seed) => judgeSweep(plan, market.rule(seed, edge)).flagged).length;
}

describe('of 100 sweeps over pure noise, no less than 97 are flagged', () => {
  test.each([
    ['random signals, each its own: 100', one],
    ['a momentum rule on a random walk: 100', momentum],
    ['opportunities that do not pay: 98', opportunities],
    ['few and heavy-tailed results: 100', sparse],
    ['returns that follow each other: 99', following],
  ])('%s', (_name, market) => {
    expect(flagged(market, 0)).toBeGreaterThanOrEqual(97);
  });

  test('a holdout instead of walking forward: 100', () => {
    expect(flagged(momentum, 0, { kind: 'holdout', testShare: 0.3 })).toBeGreaterThanOrEqual(97);
  });
});

describe('of 100 sweeps over a planted edge, no more than 3 are flagged', () => {
  test.each([
    ['one real signal among 100: 1', one, 0.25],
    ['a hill of real signals: 0', hill, 0.2],
    ['a market with momentum: 1', momentum, 0.18],
    ['opportunities that pay: 1', opportunities, 0.4],
    ['few and heavy-tailed results with an edge: 0', sparse, 0.7],
  ])('%s', (_name, market, edge) => {
    expect(flagged(market, edge)).toBeLessThanOrEqual(3);
  });
});

test('an edge too weak to differ from luck is flagged about as often as not: 50', () => {
  const count = flagged(one, 0.15);
  expect(count).toBeGreaterThan(30);
  expect(count).toBeLessThan(70);
});
