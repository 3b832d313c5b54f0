/** Every feature by name, and how a specification such as `sma:20` or `macd:12:26:9` becomes one. */
import { UserError } from '../domain/errors.ts';
import type { Feature, FeatureDefinition, FeatureParameter } from './feature.ts';
import { BollingerBand, ExponentialAverage, Macd, SimpleAverage } from './indicators/averages.ts';
import {
  depthImbalance,
  imbalance,
  micropriceBps,
  OfStep,
  reachSkew,
  slopeImbalance,
  spreadBps,
} from './indicators/microstructure.ts';
import { RelativeStrength, TrueRange } from './indicators/oscillators.ts';
import {
  AverageGap,
  CloseShare,
  PastReturn,
  RangeShare,
  Turbulence,
  Volatility,
  ZScore,
} from './indicators/returns.ts';
import {
  BalanceShare,
  OnBalanceVolume,
  RelativeVolume,
  TradeFlow,
  VolumeWeightedPrice,
} from './indicators/volume.ts';

/** Longest look-back: bounds memory and the warm-up. */
const MOST = 1_000;

const bars = (usual: number, name = 'n', min = 1): FeatureParameter => ({ name, min, max: MOST, usual });
const MACD_PARAMETERS = [bars(12, 'fast', 2), bars(26, 'slow', 2), bars(9, 'signal')];
const WIDTH: FeatureParameter = { name: 'width', min: 0.1, max: 10, usual: 2, isReal: true };
const WILDER = 'mean of the first n, then Wilder’s smoothing';
const EMA_SEED = 'mean of the first n closes';
const slowest = (fast = 0, slow = 0): number => Math.max(fast, slow);

type Row = Omit<FeatureDefinition, 'version' | 'isScaleFree' | 'parameters' | 'warmup'> &
  Partial<Pick<FeatureDefinition, 'isScaleFree' | 'parameters' | 'warmup'>>;

const macd = (name: string, part: 'line' | 'signal' | 'histogram', words: string): Row => ({
  name,
  words,
  source: 'bars',
  seedRule:
    'both averages have their first value at the same bar, the fast one of the n closes that end there',
  parameters: MACD_PARAMETERS,
  warmup: (fast = 0, slow = 0, signal = 0) => slowest(fast, slow) + signal - 1,
  make: (fast = 0, slow = 0, signal = 0) => new Macd(part, fast, slow, signal),
});

const ofBook = (name: string, words: string, read: ConstructorParameters<typeof OfStep>[0]): Row => ({
  name,
  words,
  source: 'book',
  isScaleFree: true,
  make: () => new OfStep(read),
});

const ROWS: readonly Row[] = [
  {
    name: 'sma',
    words: 'mean of the last n closes',
    source: 'bars',
    parameters: [bars(20)],
    make: (n = 0) => new SimpleAverage(n),
  },
  {
    name: 'ema',
    words: 'exponential average of the closes, weight 2/(n + 1)',
    source: 'bars',
    seedRule: EMA_SEED,
    parameters: [bars(20)],
    make: (n = 0) => new ExponentialAverage(n),
  },
  {
    name: 'rsi',
    words: 'relative strength by Wilder, 0 to 100',
    source: 'bars',
    seedRule: WILDER,
    isScaleFree: true,
    parameters: [bars(14, 'n', 2)],
    warmup: (n = 0) => n + 1,
    make: (n = 0) => new RelativeStrength(n),
  },
  {
    name: 'atr',
    words: 'average true range by Wilder, in the price’s unit',
    source: 'bars',
    seedRule: WILDER,
    parameters: [bars(14)],
    warmup: (n = 0) => n + 1,
    make: (n = 0) => new TrueRange(n),
  },
  {
    name: 'atr-share',
    words: 'average true range over the close',
    source: 'bars',
    seedRule: WILDER,
    isScaleFree: true,
    parameters: [bars(14)],
    warmup: (n = 0) => n + 1,
    make: (n = 0) => new TrueRange(n, true),
  },
  macd('macd', 'line', 'fast exponential average of the closes less the slow one'),
  macd('macd-signal', 'signal', 'exponential average of the MACD'),
  macd('macd-histogram', 'histogram', 'MACD less its signal'),
  {
    name: 'bollinger-upper',
    words: 'mean of n closes plus `width` of their standard deviations (of the population)',
    source: 'bars',
    parameters: [bars(20, 'n', 2), WIDTH],
    make: (n = 0, width = 0) => new BollingerBand(n, width),
  },
  {
    name: 'bollinger-lower',
    words: 'mean of n closes less `width` of their standard deviations',
    source: 'bars',
    parameters: [bars(20, 'n', 2), WIDTH],
    make: (n = 0, width = 0) => new BollingerBand(n, -width),
  },
  {
    name: 'bollinger-share',
    words: 'where the close lies between the bands: 0 at the lower, 1 at the upper',
    source: 'bars',
    isScaleFree: true,
    parameters: [bars(20, 'n', 2), WIDTH],
    make: (n = 0, width = 0) => new BollingerBand(n, width, true),
  },
  {
    name: 'vwap',
    words: 'mean of (high + low + close)/3 weighted by volume, of n bars',
    source: 'volume',
    parameters: [bars(20)],
    make: (n = 0) => new VolumeWeightedPrice(n),
  },
  {
    name: 'vwap-day',
    words: 'the same since midnight UTC',
    source: 'volume',
    make: () => new VolumeWeightedPrice(0),
  },
  {
    name: 'vwap-gap',
    words: 'the close over the volume-weighted mean of n bars, less 1',
    source: 'volume',
    isScaleFree: true,
    parameters: [bars(20)],
    make: (n = 0) => new VolumeWeightedPrice(n, true),
  },
  {
    name: 'obv',
    words: 'on-balance volume: volume of rises less that of falls, since the first bar',
    source: 'volume',
    seedRule: 'the first bar’s volume',
    make: () => new OnBalanceVolume(),
  },
  {
    name: 'obv-share',
    words: 'volume of rises less that of falls over all volume, of n bars',
    source: 'volume',
    isScaleFree: true,
    parameters: [bars(20)],
    make: (n = 0) => new BalanceShare(n),
  },
  {
    name: 'volume-share',
    words: 'volume over the mean of n bars',
    source: 'volume',
    isScaleFree: true,
    parameters: [bars(20)],
    make: (n = 0) => new RelativeVolume(n),
  },
  {
    name: 'return',
    words: 'ln of the close over that of n bars before',
    source: 'bars',
    isScaleFree: true,
    parameters: [bars(1)],
    warmup: (n = 0) => n + 1,
    make: (n = 0) => new PastReturn(n),
  },
  {
    name: 'volatility',
    words: 'sample deviation of the last n returns of one bar',
    source: 'bars',
    isScaleFree: true,
    parameters: [bars(20, 'n', 2)],
    warmup: (n = 0) => n + 1,
    make: (n = 0) => new Volatility(n),
  },
  {
    name: 'z-score',
    words: 'deviations of the last n closes from their mean to the close',
    source: 'bars',
    isScaleFree: true,
    parameters: [bars(20, 'n', 2)],
    make: (n = 0) => new ZScore(n),
  },
  {
    name: 'sma-gap',
    words: 'simple average of `fast` closes over that of `slow`, less 1',
    source: 'bars',
    isScaleFree: true,
    parameters: [bars(10, 'fast'), bars(30, 'slow')],
    warmup: slowest,
    make: (fast = 0, slow = 0) => new AverageGap('simple', fast, slow),
  },
  {
    name: 'ema-gap',
    words: 'exponential average of `fast` closes over that of `slow`, less 1',
    source: 'bars',
    seedRule: EMA_SEED,
    isScaleFree: true,
    parameters: [bars(12, 'fast'), bars(26, 'slow')],
    warmup: slowest,
    make: (fast = 0, slow = 0) => new AverageGap('exponential', fast, slow),
  },
  {
    name: 'close-share',
    words: 'where the close lies within its bar: 0 at the low, 1 at the high',
    source: 'bars',
    isScaleFree: true,
    make: () => new CloseShare(),
  },
  {
    name: 'range',
    words: 'ln of the high over the low',
    source: 'bars',
    isScaleFree: true,
    make: () => new RangeShare(),
  },
  {
    name: 'turbulence',
    words:
      'probability of the turbulent one of two states of a hidden Markov model, by its filter; n returns are the usual',
    source: 'bars',
    seedRule: 'both states alike',
    isScaleFree: true,
    parameters: [bars(50, 'n', 10)],
    warmup: (n = 0) => n + 2,
    make: (n = 0) => new Turbulence(n),
  },
  ofBook('spread', 'best ask less best bid, in bps of the middle', spreadBps),
  ofBook('imbalance', 'quantity at the best bid less that at the best ask, over both', imbalance),
  ofBook('depth-imbalance', 'the same of the best ten levels', depthImbalance),
  ofBook(
    'microprice',
    'middle weighted by the quantity opposite, above the plain one, in bps',
    micropriceBps,
  ),
  ofBook(
    'slope-imbalance',
    'quantity per bps of the best ten bids less that of the asks, over both',
    slopeImbalance,
  ),
  ofBook('reach-skew', 'ln of the tenth ask’s distance from the middle over the tenth bid’s', reachSkew),
  {
    name: 'trade-flow',
    words: 'what takers bought less what they sold over both, of n bars',
    source: 'trades',
    isScaleFree: true,
    parameters: [bars(10)],
    make: (n = 0) => new TradeFlow(n),
  },
];

export const FEATURES: readonly FeatureDefinition[] = ROWS.map((row) => ({
  version: 1,
  isScaleFree: false,
  parameters: [],
  warmup: (n = 1) => n,
  ...row,
}));

export type FeatureSpec = {
  /** As it is written in full: `macd:12:26:9`. */
  readonly text: string;
  readonly definition: FeatureDefinition;
  readonly parameters: readonly number[];
  /** Steps until its first value. */
  readonly warmup: number;
  readonly make: () => Feature;
};

/** @param field what the text is a part of, for errors. @throws UserError that names what there is. */
export function featureSpec(text: string, field = 'feature'): FeatureSpec {
  const [name = '', ...given] = text.trim().split(':');
  const definition = FEATURES.find((each) => each.name === name);
  if (definition === undefined) {
    throw refused(
      field,
      text,
      'is not a feature',
      `Choose one of ${FEATURES.map((each) => each.name).join(', ')}.`,
    );
  }
  const usage = [name, ...definition.parameters.map((each) => each.name.toUpperCase())].join(':');
  if (given.length > definition.parameters.length) {
    throw refused(field, text, `has more parameters than ${name} takes`, `Write ${usage}.`);
  }
  const parameters = definition.parameters.map((parameter, at) => {
    const typed = given[at];
    if (typed === undefined) return parameter.usual;
    const value = /^\d{1,6}(?:\.\d{1,6})?$/.test(typed) ? Number(typed) : Number.NaN;
    const { min, max, isReal } = parameter;
    if (value >= min && value <= max && (isReal === true || Number.isInteger(value))) return value;
    const kind = isReal === true ? 'a number' : 'a whole number';
    throw refused(
      field,
      text,
      `has no ${parameter.name} that it can have`,
      `Write ${usage}, ${parameter.name} as ${kind} from ${min} to ${max}.`,
    );
  });
  return {
    text: [name, ...parameters].join(':'),
    definition,
    parameters,
    warmup: definition.warmup(...parameters),
    make: () => definition.make(...parameters),
  };
}

function refused(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-feature', field, value, message, remedy });
}
