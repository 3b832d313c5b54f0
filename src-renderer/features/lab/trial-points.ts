/** Trials of a sweep as its pictures take them, and the axes that their parameters span. */
import { withPoint } from '../../lib/decimal-text.ts';

/** Values are decimal text, `true`, `false` or a word, as the sweep's spec wrote them. */
export type TrialPoint = {
  readonly trialId: string;
  readonly params: Readonly<Record<string, string>>;
  /** What the sweep ranks by, in train and in all tests together. */
  readonly train: number;
  readonly test: number;
  readonly testTrades: number;
};

/** A parameter's values cut into steps of an axis. */
export type ParameterAxis = {
  readonly name: string;
  /** One a step, in their order. */
  readonly labels: readonly string[];
  /** Step of a value, from 0; −1 for a value that is not on the axis. */
  readonly stepOf: (value: string) => number;
};

/** More different values than this are drawn in bins. */
const MAX_STEPS = 16;
const BINS = 10;
/** From this ratio of largest to smallest on, bins are of equal ratio instead of equal width. */
const LOG_FROM = 50;

/** Parameters that really vary, by name. */
export function varied(trials: readonly TrialPoint[]): string[] {
  const names = new Set(trials.flatMap(({ params }) => Object.keys(params)));
  return [...names]
    .filter((name) => new Set(trials.map(({ params }) => params[name])).size > 1)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The axis of one parameter over all trials: a step for each value, or bins where there are too many. */
export function parameterAxis(trials: readonly TrialPoint[], name: string): ParameterAxis {
  const values = [...new Set(trials.flatMap(({ params }) => params[name] ?? []))];
  const isNumeric = values.every((value) => Number.isFinite(Number(value)));
  const sorted = isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values.toSorted();
  if (!isNumeric || sorted.length <= MAX_STEPS) {
    const places = new Map(sorted.map((value, step) => [value, step]));
    return { name, labels: sorted, stepOf: (value) => places.get(value) ?? -1 };
  }
  return binned(name, Number(sorted[0]), Number(sorted.at(-1)));
}

function binned(name: string, low: number, high: number): ParameterAxis {
  const isLog = low > 0 && high / low >= LOG_FROM;
  const scale = isLog ? Math.log : (value: number) => value;
  const back = isLog ? Math.exp : (value: number) => value;
  const from = scale(low);
  const width = (scale(high) - from) / BINS;
  const edge = (step: number) => shortNumber(back(from + step * width));
  return {
    name,
    labels: Array.from({ length: BINS }, (_, step) => `${edge(step)}–${edge(step + 1)}`),
    stepOf: (text) => {
      const value = Number(text);
      if (!(value >= low && value <= high)) return -1;
      return Math.min(BINS - 1, Math.floor((scale(value) - from) / width));
    },
  };
}

/** Where a value lies on its parameter's axis, 0 to 1: numbers by size, words by their order. */
export function placeOn(trials: readonly TrialPoint[], name: string): (value: string) => number {
  const values = [...new Set(trials.flatMap(({ params }) => params[name] ?? []))];
  const numbers = values.map(Number);
  if (numbers.every(Number.isFinite)) {
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    return (value) => (high === low ? 0.5 : (Number(value) - low) / (high - low));
  }
  const sorted = values.toSorted();
  return (value) => (sorted.length < 2 ? 0.5 : sorted.indexOf(value) / (sorted.length - 1));
}

/** A number for a narrow place: three digits that count, no exponent below a million. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1_000_000 || size < 0.000_1) return value.toExponential(1).replace('+', '');
  const places = Math.max(0, 2 - Math.floor(Math.log10(size)));
  const text = value.toFixed(places);
  return withPoint(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}
