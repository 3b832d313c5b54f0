/** What the pairs rule is held to. Lengths are counted in closed bars; costs in bps of what is traded. */
import { UserError } from '../../domain/errors.ts';
import type { DurationUs } from '../../domain/time.ts';

export type PairsSettings = {
  /** Which spread is traded: of the regression of the last test, or of the Kalman filter that follows every bar. */
  readonly spread: 'regression' | 'kalman';
  /** Bars that each test looks back on, 60 to 5,000. */
  readonly windowBars: number;
  /** Bars from one test to the next, 1 to `windowBars`. */
  readonly retestBars: number;
  /** Probability, over the rule's whole life, that it takes two unrelated walks for a pair; above 0, to 0.2. */
  readonly significance: number;
  /** A relation is broken when a later test gives a larger p than this: from `significance` to 0.5. */
  readonly breakP: number;
  /** Distances of the spread from its mean, in standard deviations: 0 ≤ exit < entry < stop ≤ 20. */
  readonly entryZ: number;
  readonly exitZ: number;
  readonly stopZ: number;
  /** Half-lives of the spread that are traded, in bars. */
  readonly minHalfLife: number;
  readonly maxHalfLife: number;
  /** A position is closed after so many half-lives, whatever its spread. */
  readonly maxHoldHalfLives: number;
  /** The rule stops for good after so many losses by stop or by time in a row. */
  readonly maxStops: number;
  /** Of each fill: fee, half a spread and slippage, in bps. */
  readonly costBpsA: number;
  readonly costBpsB: number;
  /** Least expected gain of a position after the costs of its four fills, in bps of the value held of A. */
  readonly minEdgeBps: number;
  /** A longer time between two bars empties the window and closes the position. */
  readonly maxGapUs: DurationUs;
};

export const DEFAULT_PAIRS: Omit<PairsSettings, 'maxGapUs'> = {
  spread: 'regression',
  windowBars: 500,
  retestBars: 100,
  significance: 0.05,
  breakP: 0.25,
  entryZ: 2,
  exitZ: 0.5,
  stopZ: 4,
  minHalfLife: 1,
  maxHalfLife: 50,
  maxHoldHalfLives: 6,
  maxStops: 2,
  costBpsA: 10,
  costBpsB: 10,
  minEdgeBps: 5,
};

/** Of the bars' usual distance: an outage of this length is bridged as one step. */
export const GAP_BARS = 10;

/** @throws UserError naming the first setting that does not fit, its value and its range. */
export function checkPairs(settings: PairsSettings): void {
  const { windowBars, significance, entryZ, exitZ, stopZ, minHalfLife } = settings;
  if (settings.spread !== 'regression' && settings.spread !== 'kalman') {
    throw refused('spread', String(settings.spread), 'is neither regression nor kalman');
  }
  whole(settings, 'windowBars', 60, 5_000);
  whole(settings, 'retestBars', 1, windowBars);
  within(settings, 'significance', Number.MIN_VALUE, 0.2);
  within(settings, 'breakP', significance, 0.5);
  within(settings, 'exitZ', 0, 20);
  within(settings, 'entryZ', exitZ, 20);
  within(settings, 'stopZ', entryZ, 20);
  if (entryZ === exitZ) throw refused('entryZ', String(entryZ), 'is not above exitZ');
  if (stopZ === entryZ) throw refused('stopZ', String(stopZ), 'is not above entryZ');
  within(settings, 'minHalfLife', 0, windowBars);
  within(settings, 'maxHalfLife', minHalfLife, windowBars);
  within(settings, 'maxHoldHalfLives', 0.5, 100);
  whole(settings, 'maxStops', 1, 1_000);
  within(settings, 'costBpsA', 0, 1_000);
  within(settings, 'costBpsB', 0, 1_000);
  within(settings, 'minEdgeBps', 0, 10_000);
  within(settings, 'maxGapUs', 1, Number.MAX_SAFE_INTEGER);
}

type NumberSetting = Exclude<keyof PairsSettings, 'spread'>;

function within(settings: PairsSettings, name: NumberSetting, least: number, most: number): void {
  const value = settings[name];
  if (value >= least && value <= most) return;
  const range = least === Number.MIN_VALUE ? `above 0, and ${most} at most` : `from ${least} to ${most}`;
  throw refused(name, String(value), `is not ${range}`);
}

function whole(settings: PairsSettings, name: NumberSetting, least: number, most: number): void {
  within(settings, name, least, most);
  if (!Number.isInteger(settings[name])) throw refused(name, String(settings[name]), 'is not a whole number');
}

function refused(field: string, value: string, message: string): UserError {
  return new UserError({
    code: 'bad-setting',
    field,
    value,
    message,
    remedy: 'Correct this setting of the pairs rule.',
  });
}
