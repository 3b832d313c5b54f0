import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { rankCorrelation } from '../overfit/rank-correlation.ts';
import { ParameterRange, rangeSchema } from './ranges.ts';
import { combinationsOf, type Search } from './samplers.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../../domain/limits.ts';
import { NO_HARDSHIP } from '../../venues/simulated/hardship.ts';
import { checkValue, settingNames, withSettings } from './settings.ts';

function range(spec: unknown, name = 'p'): ParameterRange {
  return new ParameterRange(name, rangeSchema.parse(spec));
}

const values = (parameter: ParameterRange): string[] =>
  parameter.gridIndices().map((index) => parameter.valueAt(index));

describe('ranges', () => {
  test('step by step, exactly: no 0.30000000000000004', () => {
    expect(values(range({ from: 0.1, to: 0.5, step: 0.1 }))).toEqual(['0.1', '0.2', '0.3', '0.4', '0.5']);
    expect(values(range({ from: '-1', to: '1.4', step: '1' }))).toEqual(['-1', '0', '1']);
    expect(values(range({ from: 7, to: 7, step: 1 }))).toEqual(['7']);
  });

  test('by the logarithm, rounded to the step, each value once', () => {
    const decades = { from: 1, to: 1_000, step: 1, scale: 'log' };
    expect(values(range({ ...decades, points: 4 }))).toEqual(['1', '10', '100', '1000']);
    expect(values(range({ from: 1, to: 3, step: 1, scale: 'log', points: 9 }))).toEqual(['1', '2', '3']);
    expect(values(range({ from: 5, to: 5, step: 1, scale: 'log', points: 3 }))).toEqual(['5']);
    expect(range({ from: '0.001', to: '1000', step: '0.001', scale: 'log' }).indexAt(0.5)).toBe(999);
  });

  test('a list: numbers in their order, words as they stand', () => {
    const numbers = range({ values: [10, '2.50', 4] });
    expect([values(numbers), numbers.isOrdered]).toEqual([['2.50', '4', '10'], true]);
    const words = range({ values: ['b', 'a', true] });
    expect([values(words), words.isOrdered]).toEqual([['b', 'a', 'true'], false]);
  });

  test('every share of a range leads to a value of it, and back to about the same share', () => {
    const spec = fc.record({
      from: fc.integer({ min: 1, max: 1_000 }),
      span: fc.integer({ min: 0, max: 100_000 }),
      step: fc.integer({ min: 1, max: 500 }),
      scale: fc.constantFrom('linear' as const, 'log' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(spec, ({ from, span, step, scale, share }) => {
        const parameter = range({ from, to: from + span, step, scale });
        const index = parameter.indexAt(share);
        const value = decimal(parameter.valueAt(index));
        expect(value.minus(from).mod(step).isZero()).toBe(true);
        expect(value.gte(from) && value.lte(from + span)).toBe(true);
        const back = parameter.shareOf(index);
        expect(back).toBeGreaterThanOrEqual(0);
        expect(back).toBeLessThanOrEqual(1);
        expect(parameter.indexAt(back)).toBe(index);
      }),
    );
  });

  test.each<[unknown, RegExp]>([
    [{ from: 5, to: 1, step: 1 }, /parameters\.p\.to: "1" is below "from" \(5\)\. Swap the two/],
    [{ from: 1, to: 5, step: 0 }, /parameters\.p\.step: "0" is not above zero/],
    [{ from: 1, to: 5, step: -1 }, /parameters\.p\.step: "-1" is not above zero/],
    [
      { from: 0, to: 1e6, step: 0.5 },
      /makes more than 1000000 values from 0 to 1000000\. Give a larger step/,
    ],
    [{ from: 0, to: 5, step: 1, scale: 'log' }, /parameters\.p\.from: "0" is not above zero/],
    [{ from: 1, to: 5, step: 1, points: 3 }, /parameters\.p\.points: "3" applies to logarithmic ranges/],
    [{ values: [1, '1'] }, /parameters\.p\.values: "1" is listed twice/],
  ])('%j is refused by name', (spec, message) => {
    expect(() => range(spec)).toThrow(message);
  });

  test('a grid over a logarithmic range must say how many points', () => {
    const parameter = range({ from: 1, to: 9, step: 1, scale: 'log' });
    expect(() => parameter.gridIndices()).toThrow(/parameters\.p\.points: "" is missing/);
  });
});

describe('searches', () => {
  const ranges = [
    range({ from: 1, to: 3, step: 1 }, 'a'),
    range({ values: ['x', 'y'] }, 'b'),
    range({ from: '0', to: '1', step: '0.001' }, 'c'),
  ];
  const two = ranges.slice(0, 2);

  test('a grid is every combination once, the last parameter fastest', () => {
    expect(combinationsOf(two, { method: 'grid' }, 1, 100)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(() => combinationsOf(ranges, { method: 'grid' }, 1, 5_000)).toThrow(
      /parameters: "6006" trials are more than the 5000 of one sweep \(a 3 × b 2 × c 1001\).*latin-hypercube/,
    );
  });

  test.each<Search['method']>(['random', 'latin-hypercube'])(
    '%s: the same for the same seed, each combination once, all within their ranges',
    (method) => {
      fc.assert(
        fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 60 }), (seed, trials) => {
          const search = { method, trials } as Search;
          const found = combinationsOf(ranges, search, seed, 10_000);
          expect(combinationsOf(ranges, search, seed, 10_000)).toEqual(found);
          expect(new Set(found.map((each) => each.join())).size).toBe(found.length);
          expect(found.length).toBeLessThanOrEqual(trials);
          if (method === 'random') expect(found).toHaveLength(trials);
          for (const combination of found) {
            combination.forEach((index, at) => {
              expect(index).toBeGreaterThanOrEqual(0);
              expect(index).toBeLessThan(ranges[at]?.size ?? 0);
            });
          }
        }),
        { numRuns: 50 },
      );
      const search = { method, trials: 50 } as Search;
      expect(combinationsOf(ranges, search, 1, 100)).not.toEqual(combinationsOf(ranges, search, 2, 100));
    },
  );

  test('a Latin hypercube uses every part of every range exactly once', () => {
    const wide = [
      range({ from: 1, to: 1_000, step: 1 }, 'a'),
      range({ from: 1, to: 40_000, step: 1 }, 'b'),
      range({ from: 1, to: 1e6, step: 1, scale: 'log' }, 'c'),
    ];
    for (const seed of [1, 2, 3]) {
      const found = combinationsOf(wide, { method: 'latin-hypercube', trials: 40 }, seed, 100);
      expect(found).toHaveLength(40);
      wide.slice(0, 2).forEach(({ size }, at) => {
        const parts = found.map((combination) => Math.floor(((combination[at] ?? 0) * 40) / size));
        expect(parts.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, part) => part));
      });
      // Anywhere within its part, and in an order of its own for each parameter.
      const within = found.map((combination) => (combination[1] ?? 0) % 1_000);
      expect(new Set(within.map((each) => Math.floor(each / 250))).size).toBe(4);
      const [first, second] = [0, 1].map((at) => found.map((combination) => combination[at] ?? 0));
      expect(Math.abs(rankCorrelation(first ?? [], second ?? []) ?? 1)).toBeLessThan(0.5);
      // A third of the draws between 1 and 100, another up to 10,000: evenly by the logarithm.
      const low = found.filter((combination) => (combination[2] ?? 0) < 100).length;
      expect(Math.abs(low - 40 / 3)).toBeLessThanOrEqual(1);
    }
  });

  test('a random search may take all there is, and refuses more', () => {
    const all = combinationsOf(two, { method: 'random', trials: 6 }, 4, 100);
    expect(new Set(all.map(String)).size).toBe(6);
    for (const method of ['random', 'latin-hypercube'] as const) {
      expect(() => combinationsOf(two, { method, trials: 7 }, 4, 100)).toThrow(
        /search\.trials: "7" is more than the 6 combinations.*Use the method "grid"/,
      );
    }
  });

  test('the draws of a parameter do not depend on the values of another', () => {
    const other = [ranges[0] as ParameterRange, range({ values: [1, 2, 3] }, 'b')];
    const search: Search = { method: 'latin-hypercube', trials: 6 };
    const column = (found: readonly (readonly number[])[]): (number | undefined)[] => found.map(([a]) => a);
    const wide = range({ from: 1, to: 1_000, step: 1 }, 'b');
    const found = combinationsOf([other[0] as ParameterRange, wide], search, 9, 100);
    const more = range({ from: 1, to: 5_000, step: 1 }, 'b');
    expect(column(combinationsOf([other[0] as ParameterRange, more], search, 9, 100))).toEqual(column(found));
  });
});

describe('settings', () => {
  test('go where the backtest looks for them, as numbers or as amounts', () => {
    const options = withSettings(
      { logs: ['a'], detection: { slippageBps: 3 }, capital: { USD: '5' } },
      {
        feeBps: '7.5',
        legs: '4',
        minNotional: '0.10',
        'latency.minUs': '900',
        'detection.minNetBps': '0.25',
        'detection.maxStartNotional': '1500.5',
        'limits.maxOrderNotional': '250',
        'limits.priceCollarBps': '40',
        'capital.BTC': '0.5',
      },
    );
    expect(options).toEqual({
      logs: ['a'],
      feeBps: 7.5,
      legs: 4,
      minNotional: '0.10',
      latency: { minUs: 900, tailUs: 10_000 },
      detection: { slippageBps: 3, minNetBps: 0.25, maxStartNotional: '1500.5' },
      limits: { maxOrderNotional: '250', priceCollarBps: 40 },
      capital: { USD: '5', BTC: '0.5' },
    });
  });

  test('balances go to the account of their venue, assets with a point in their names too', () => {
    const values = {
      'balances.kraken.USD': '5',
      'balances.kraken.ETH2.S': '2',
      'balances.my-venue.USD': '7',
    };
    expect(withSettings({ logs: [] }, values).balances).toEqual({
      kraken: { USD: '5', 'ETH2.S': '2' },
      'my-venue': { USD: '7' },
    });
  });

  test('every name that is offered is one', () => {
    expect(settingNames()).toContain('limits.maxOpenNotional');
    expect(settingNames().length).toBeGreaterThan(30);
    for (const name of settingNames().map((each) => each.replace('VENUE', 'kraken'))) {
      const words: Readonly<Record<string, string>> = {
        'detection.crossVenue': 'true',
        'detection.tradeCrossVenue': 'true',
        'detection.scoreOpportunities': 'true',
        'detection.scorerGate': 'true',
        'execution.parallelLegs': 'true',
        'execution.routeLegsInTurn': 'true',
        'execution.makerAfterEnd': 'true',
        'execution.makerAtAccounts': 'true',
        'execution.makerPingPong': 'true',
        'execution.makerMarkets': 'B3/USD@a>b',
        'fills.queue': 'pro-rata',
      };
      const value = words[name] ?? '3';
      expect(JSON.stringify(withSettings({ logs: [] }, { [name]: value }))).toMatch(
        /:"?(?:3|true|pro-rata|B3\/USD@a>b)"?[,}]/,
      );
    }
  });

  test('every limit, and every setting of detection, execution and hardship can be varied', () => {
    const names = new Set(settingNames());
    const rooms = {
      limits: DEFAULT_LIMITS,
      detection: DEFAULT_DETECTION,
      execution: DEFAULT_EXECUTION,
      hardship: NO_HARDSHIP,
    };
    const otherwise: Readonly<Record<string, string>> = {
      'limits.maxOrderQty': 'limits.maxOrderQty.ASSET',
      'detection.pegBands': 'detection.pegBands.ASSET',
      'detection.maxLegs': 'legs',
    };
    for (const [room, fields] of Object.entries(rooms)) {
      for (const field of Object.keys(fields)) {
        const name = `${room}.${field}`;
        expect(names, name).toContain(otherwise[name] ?? name);
      }
    }
    checkValue('parameters', 'limits.maxOrderQty.BTC', '0.5');
    const { limits, execution } = withSettings(
      { logs: [] },
      { 'limits.maxOrderQty.BTC': '0.5', 'execution.parallelLegs': 'true' },
    );
    expect(limits).toEqual({ maxOrderQty: { ...DEFAULT_LIMITS.maxOrderQty, BTC: '0.5' } });
    expect(execution).toEqual({ parallelLegs: true });
  });

  test('a setting that an earlier version stored under another name is that of now', () => {
    checkValue('base', 'execution.crumbBps', '5');
    expect(withSettings({ logs: [] }, { 'execution.crumbBps': '5' }).execution).toEqual({ residualBps: 5 });
    expect(settingNames()).not.toContain('execution.crumbBps');
  });

  test.each<[string, string, RegExp]>([
    [
      'seed',
      '1',
      /parameters: "seed" is not a setting that a sweep can vary\. Choose among feeBps, .*capital\.ASSET/,
    ],
    ['detection.minnetbps', '1', /"detection\.minnetbps" is not a setting/],
    ['__proto__', '1', /is not a setting/],
    ['capital.', '1', /is not a setting/],
    ['balances.USD', '1', /is not a setting/],
    ['feeBps', '10000', /parameters\.feeBps: "10000" is not a number from 0 to 9999/],
    ['feeBps', '1e3', /"1e3" is not a number/],
    ['limits.maxOrdersPerSecond', '1001', /"1001" is not a whole number from 1 to 1000/],
    ['limits.maxDrawdownPct', '0', /limits\.maxDrawdownPct: "0" is not a number from 0\.01 to 100/],
    ['legs', '5', /"5" is not a whole number from 3 to 4/],
    ['latency.minUs', '0.5', /"0.5" is not a whole number/],
    ['execution.parallelLegs', '1', /parameters\.execution\.parallelLegs: "1" is not true or false/],
    ['limits.maxOrderQty.', '1', /is not a setting/],
    ['fills.queue', 'front', /"front" is none of the choices\. Choose among behind, pro-rata/],
    ['capital.USD', '-1', /parameters\.capital\.USD: "-1"/],
  ])('%s = %s is refused by name', (name, value, message) => {
    expect(() => checkValue('parameters', name, value)).toThrow(message);
  });
});
