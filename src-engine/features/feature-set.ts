/**
 * An ordered list of features with an id: the SHA-256 of their names, versions, parameters and seeds. A model names the set that it
 * was made with and is refused with another one.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../domain/errors.ts';
import type { DurationUs } from '../domain/time.ts';
import { type FeatureSpec, featureSpec } from './catalogue.ts';
import type { Feature, FeatureSource } from './feature.ts';
import type { MarketStep } from './market-step.ts';

export const MAX_FEATURES = 256;

/** What the models of the house learn from where a file has bars alone. All are free of scale. */
const OF_BARS = [
  ...[1, 2, 3, 5, 8, 13, 21, 34, 55].map((n) => `return:${n}`),
  ...[5, 10, 20, 50].map((n) => `volatility:${n}`),
  ...[10, 20, 50].map((n) => `z-score:${n}`),
  'sma-gap:5:20',
  'sma-gap:10:30',
  'sma-gap:20:60',
  'ema-gap:5:20',
  'ema-gap:12:26',
  'ema-gap:20:60',
  'rsi:7',
  'rsi:14',
  'rsi:28',
  'atr-share:7',
  'atr-share:14',
  'bollinger-share:20:2',
  'bollinger-share:50:2',
  'close-share',
  'range',
  'turbulence:50',
];
const OF_VOLUME = [
  'vwap-gap:20',
  'vwap-gap:50',
  'obv-share:20',
  'obv-share:50',
  'volume-share:20',
  'volume-share:50',
];
const OF_BOOK = ['spread', 'imbalance', 'depth-imbalance', 'microprice', 'slope-imbalance', 'reach-skew'];
const OF_TRADES = ['trade-flow:1', 'trade-flow:5', 'trade-flow:10', 'trade-flow:50'];

export const NAMED_SETS: Readonly<Record<string, readonly string[]>> = {
  bars: OF_BARS,
  candles: [...OF_BARS, ...OF_VOLUME],
  book: [...OF_BARS, ...OF_BOOK, ...OF_TRADES],
  all: [...OF_BARS, ...OF_VOLUME, ...OF_BOOK, ...OF_TRADES],
};

export class FeatureSet {
  readonly specs: readonly FeatureSpec[];
  /** SHA-256 in hex. */
  readonly id: string;

  /** @param texts specifications or names of sets. @throws UserError for one that is unknown, given twice, or too many. */
  constructor(texts: readonly string[], field = 'features') {
    const specs = texts
      .flatMap((text) => (Object.hasOwn(NAMED_SETS, text) ? (NAMED_SETS[text] ?? []) : [text]))
      .map((text) => featureSpec(text, field));
    const seen = new Set<string>();
    for (const { text } of specs) {
      if (seen.has(text)) throw refused(field, text, 'is given twice', 'Leave one of them out.');
      seen.add(text);
    }
    if (specs.length > MAX_FEATURES) {
      throw refused(field, String(specs.length), `are more than ${MAX_FEATURES} features`, 'Take fewer.');
    }
    this.specs = specs;
    this.id = createHash('sha256')
      .update(
        JSON.stringify(
          specs.map(({ text, definition: { version, seedRule } }) => [text, version, seedRule ?? '']),
        ),
      )
      .digest('hex');
  }

  get names(): readonly string[] {
    return this.specs.map(({ text }) => text);
  }

  get warmup(): number {
    return Math.max(0, ...this.specs.map(({ warmup }) => warmup));
  }

  get sources(): ReadonlySet<FeatureSource> {
    return new Set(this.specs.map(({ definition }) => definition.source));
  }
}

/** The features of one market, step by step. */
export class FeatureRow {
  readonly values: Float64Array;
  readonly #set: FeatureSet;
  readonly #maxGapUs: DurationUs;
  #features: readonly Feature[];
  #lastUs = Number.NaN;
  /** How often a gap made all of them begin again. */
  resets = 0;

  /** @param maxGapUs after a longer time between two steps all begin again: steps on either side of an outage are no series. */
  constructor(set: FeatureSet, maxGapUs: DurationUs) {
    this.#set = set;
    this.#maxGapUs = maxGapUs;
    this.#features = set.specs.map(({ make }) => make());
    this.values = new Float64Array(set.specs.length).fill(Number.NaN);
  }

  /** True when the latest step came after a gap. */
  update(step: Readonly<MarketStep>): boolean {
    const isGap = step.endUs - this.#lastUs > this.#maxGapUs;
    this.#lastUs = step.endUs;
    if (isGap) {
      this.#features = this.#set.specs.map(({ make }) => make());
      this.resets++;
    }
    const { values } = this;
    for (let at = 0; at < values.length; at++) {
      const feature = this.#features[at] as Feature;
      feature.update(step);
      // What is not a number of this world is not known.
      values[at] = Number.isFinite(feature.value) ? feature.value : Number.NaN;
    }
    return isGap;
  }
}

function refused(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-feature', field, value, message, remedy });
}
