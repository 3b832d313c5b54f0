/** Features: published answers, hand-made ones, what they refuse, and that none knows what comes later. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { madeMarket } from '../backtest/strategy/made-market.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { featureSpec } from './catalogue.ts';
import type { Feature } from './feature.ts';
import { FeatureRow, FeatureSet } from './feature-set.ts';
import { findLeak, type StepReader } from './lookahead.ts';
import { emptyStep, type MarketStep } from './market-step.ts';
import { npyBytes, npzBytes } from './npy.ts';

type Bar = Partial<MarketStep>;

function over(text: string, bars: readonly Bar[]): number[] {
  const feature = featureSpec(text).make();
  return bars.map((bar) => {
    feature.update({ ...emptyStep(), ...bar });
    return feature.value;
  });
}
const closes = (...values: readonly number[]): Bar[] =>
  values.map((close) => ({ close, high: close, low: close }));
const NAN = Number.NaN;

describe('indicators by hand', () => {
  it.each<[string, readonly Bar[], readonly number[]]>([
    ['sma:3', closes(1, 2, 3, 4, 8), [NAN, NAN, 2, 3, 5]],
    // Seed (1 + 2 + 3)/3, weight 1/2.
    ['ema:3', closes(1, 2, 3, 6, 8), [NAN, NAN, 2, 4, 6]],
    // Gains 2 and 0, losses 0 and 1: 100 × 1/1.5; then (1 + 1)/2 against (0.5 + 0)/2.
    ['rsi:2', closes(10, 12, 11, 12), [NAN, NAN, 200 / 3, 80]],
    ['rsi:2', closes(5, 5, 5), [NAN, NAN, 0]],
    [
      'atr:2',
      [
        { high: 11, low: 9, close: 10 },
        { high: 12, low: 10, close: 11 },
        { high: 11, low: 7, close: 8 },
        { high: 13, low: 12, close: 12 },
      ],
      [NAN, NAN, 3, 4],
    ],
    // Mean 2, deviation of the population √(2/3).
    ['bollinger-upper:3:2', closes(1, 2, 3), [NAN, NAN, 2 + 2 * Math.sqrt(2 / 3)]],
    ['bollinger-lower:3:2', closes(1, 2, 3), [NAN, NAN, 2 - 2 * Math.sqrt(2 / 3)]],
    ['bollinger-share:3:2', closes(4, 4, 4), [NAN, NAN, 0.5]],
    [
      'vwap:2',
      [
        { high: 3, low: 1, close: 2, volume: 1 },
        { high: 6, low: 3, close: 3, volume: 3 },
        { high: 6, low: 6, close: 6, volume: 0 },
      ],
      [NAN, 3.5, 4],
    ],
    ['obv', [2, 3, 3, 1].map((close, at) => ({ close, volume: 10 + at })), [10, 21, 21, 8]],
    ['return:2', closes(1, 5, Math.E), [NAN, NAN, 1]],
    ['imbalance', [{ bidQty: 3, askQty: 1 }, { bidQty: 3 }], [0.5, NAN]],
    // The middle is 100; (99 × 1 + 101 × 3)/4 is 0.5 above it.
    ['microprice', [{ bid: 99, ask: 101, bidQty: 3, askQty: 1 }], [50]],
    ['spread', [{ bid: 99, ask: 101 }], [200]],
    ['slope-imbalance', [{ bidDepth: 6, askDepth: 2, bidReach: 0.002, askReach: 0.002 }], [0.5]],
    [
      'trade-flow:2',
      [
        [3, 1],
        [0, 0],
        [0, 4],
      ].map(([buyVolume = 0, sellVolume = 0]) => ({ buyVolume, sellVolume })),
      [NAN, 0.5, -1],
    ],
  ])('%s', (text, bars, expected) => {
    const found = over(text, bars);
    found.forEach((value, at) => {
      const wanted = expected[at] as number;
      if (Number.isNaN(wanted)) expect(value, `bar ${at}`).toBeNaN();
      else expect(value, `bar ${at}`).toBeCloseTo(wanted, 12);
    });
    // The first value is where the catalogue says.
    if (Number.isNaN(found[0]))
      expect(found.findIndex((value) => !Number.isNaN(value))).toBe(featureSpec(text).warmup - 1);
  });

  it('a day’s VWAP begins anew after midnight UTC; a bar that ends then belongs to the day before', () => {
    const day = 86_400_000_000;
    const bar = (endUs: number, close: number): Bar => ({ endUs, close, high: close, low: close, volume: 1 });
    expect(over('vwap-day', [bar(day - 1, 1), bar(day, 3), bar(day + 1, 9)])).toEqual([1, 2, 9]);
  });
});

describe.runIf(HAS_SHARED_DATA)('published values of TA-Lib', () => {
  type Case = {
    readonly name: string;
    readonly first_bar: number;
    readonly expected: readonly number[];
    readonly published: Readonly<Record<string, number>>;
  };
  const read = () => {
    const text = readFileSync(sharedFile('known-answers/models/indicators.json'), 'utf8');
    const [data, ...cases] = (JSON.parse(text) as { readonly cases: readonly unknown[] }).cases;
    const { high, low, close } = data as Record<'high' | 'low' | 'close', readonly number[]>;
    return {
      bars: close.map((each, at) => ({ close: each, high: high[at] as number, low: low[at] as number })),
      cases: cases as Case[],
    };
  };

  it('of SMA, EMA and RSI, on every one of 252 bars', () => {
    const { bars, cases } = read();
    for (const { name, first_bar: first, expected } of cases) {
      const values = over(
        name.replace(/^(\w+) (\d+).*/, (_, kind: string, n: string) => `${kind.toLowerCase()}:${n}`),
        bars,
      );
      expect(
        values.findIndex((value) => !Number.isNaN(value)),
        name,
      ).toBe(first);
      expected.forEach((value, at) =>
        expect(Math.abs((values[first + at] as number) - value), `${name} ${at}`).toBeLessThan(1e-9),
      );
    }
  });

  it('of MACD and Bollinger bands, to the digits printed', () => {
    const { bars } = read();
    // ta_test_func/test_macd.c and test_bbands.c: the first value of each.
    for (const [text, first, value] of [
      ['macd:12:26:9', 33, -1.9738],
      ['macd-signal:12:26:9', 33, -2.7071],
      ['macd-histogram:12:26:9', 33, 0.7333],
      ['bollinger-upper:20:2', 19, 98.0734],
      ['bollinger-lower:20:2', 19, 87.7086],
    ] as const) {
      const values = over(text, bars);
      expect(
        values.findIndex((each) => !Number.isNaN(each)),
        text,
      ).toBe(first);
      expect(values[first], text).toBeCloseTo(value, 4);
    }
  });

  it('and the bytes of NumPy', () => {
    const text = readFileSync(sharedFile('known-answers/models/npy.json'), 'utf8');
    const { cases } = JSON.parse(text) as {
      readonly cases: readonly {
        dtype: '<f8' | '<f4' | '<i8';
        shape: number[];
        data: string[];
        bytes_base64: string;
      }[];
    };
    for (const { dtype, shape, data, bytes_base64: bytes } of cases) {
      const values = dtype === '<i8' ? data.map(BigInt) : data.map(Number);
      expect(Buffer.from(npyBytes(dtype, shape, values as number[])).toString('base64')).toBe(bytes);
    }
  });
});

describe('files of NumPy', () => {
  it('begin their data at a multiple of 64, hold what was given, and are zipped alike each time', () => {
    for (const length of [0, 1, 7, 1_000]) {
      const bytes = npyBytes(
        '<f8',
        [length],
        Float64Array.from({ length }, (_, at) => at / 3),
      );
      expect((bytes.length - length * 8) % 64).toBe(0);
      if (length > 0)
        expect(new DataView(bytes.buffer).getFloat64(bytes.length - 8, true)).toBe((length - 1) / 3);
    }
    const zip = npzBytes({ a: npyBytes('<f4', [2], [1, 2]) });
    expect(Buffer.from(zip).equals(Buffer.from(npzBytes({ a: npyBytes('<f4', [2], [1, 2]) })))).toBe(true);
    expect(() => npyBytes('<f8', [2, 2], [1])).toThrow(RangeError);
  });
});

describe('a set of features', () => {
  it('has an id of its names, parameters and order', () => {
    const id = (...texts: string[]): string => new FeatureSet(texts).id;
    expect(id('sma')).toBe(id('sma:20'));
    expect(
      new Set([id('sma:20'), id('sma:21'), id('ema:20'), id('sma:20', 'ema:20'), id('ema:20', 'sma:20')])
        .size,
    ).toBe(5);
  });

  it.each<[string, RegExp]>([
    ['smma:3', /^x: "smma:3" is not a feature\. Choose one of sma, ema/],
    ['sma:0', /has no n that it can have\. Write sma:N, n as a whole number from 1 to 1000/],
    ['sma:2.5', /has no n/],
    ['sma:1e3', /has no n/],
    ['sma:-1', /has no n/],
    ['sma:3:4', /has more parameters than sma takes/],
    ['toString', /is not a feature/],
    ['__proto__', /is not a feature/],
    ['', /is not a feature/],
  ])('refuses %s', (text, message) => {
    expect(() => new FeatureSet([text], 'x')).toThrow(message);
  });

  it('refuses a feature that is given twice', () => {
    expect(() => new FeatureSet(['sma', 'sma:20'])).toThrow(/"sma:20" is given twice/);
  });

  it('begins again after a gap, and what is no number is not known', () => {
    const row = new FeatureRow(new FeatureSet(['sma:2']), 100);
    const after = (endUs: number, close: number): number => {
      row.update({ ...emptyStep(), endUs, close });
      return row.values[0] as number;
    };
    expect([after(0, 1), after(100, 3), after(300, 5), after(400, 7), after(500, Infinity)]).toEqual([
      NAN,
      2,
      NAN,
      6,
      NAN,
    ]);
    expect(row.resets).toBe(1);
  });
});

describe('the detector of lookahead', () => {
  const market = madeMarket(3, 400);
  const read: StepReader = (at, step) => market.read(at, step);
  const valuesOf =
    (make: () => Feature) =>
    (reader: StepReader, count: number): Float64Array[] => {
      const feature = make();
      const step = emptyStep();
      return Array.from({ length: count }, (_, at) => {
        reader(at, step);
        feature.update(step);
        return Float64Array.of(feature.value);
      });
    };

  it('finds nothing in any feature of the house', () => {
    const set = new FeatureSet([
      'all',
      'sma',
      'ema',
      'rsi:9',
      'atr',
      'macd',
      'macd-signal',
      'macd-histogram',
      'bollinger-upper',
      'bollinger-lower',
      'vwap',
      'vwap-day',
      'obv',
    ]);
    const figures = (reader: StepReader, count: number): Float64Array[] => {
      const row = new FeatureRow(set, Infinity);
      const step = emptyStep();
      return Array.from({ length: count }, (_, at) => {
        reader(at, step);
        row.update(step);
        return row.values.slice();
      });
    };
    expect(findLeak(figures, read, 400, 12, 1)).toBeUndefined();
    // And they are known once warm.
    expect(figures(read, 400).at(-1)?.every(Number.isFinite)).toBe(true);
  });

  it('finds a mean of the whole day, the next close, and a normalisation by all of it', () => {
    const wholeMean = (reader: StepReader, count: number): Float64Array[] => {
      const step = emptyStep();
      const all = Array.from({ length: count }, (_, at) => {
        reader(at, step);
        return step.close;
      });
      const mean = all.reduce((sum, each) => sum + each, 0) / count;
      return all.map((close) => Float64Array.of(close / mean));
    };
    const next = (reader: StepReader, count: number): Float64Array[] => {
      const step = emptyStep();
      return Array.from({ length: count }, (_, at) => {
        // A file's reader answers beyond the cut.
        reader(Math.min(399, at + 1), step);
        return Float64Array.of(step.close);
      });
    };
    expect(findLeak(wholeMean, read, 400, 5, 1)).toMatchObject({ check: 'prefix' });
    expect(findLeak(next, read, 400, 5, 1)).toMatchObject({ check: 'poison' });
    expect(
      findLeak(
        valuesOf(() => featureSpec('ema:9').make()),
        read,
        400,
        5,
        1,
      ),
    ).toBeUndefined();
  });
});
