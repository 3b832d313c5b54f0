/**
 * What is known of an opportunity when it is about to be taken, as numbers: one definition for the kernel, which asks a model of them, and for the training of that model. An outcome
 * counts from the end of its execution on, and within its run alone: a session begins with none.
 */
import type { ExecutionRecord } from '../domain/event.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import { log } from '../lib/elementary.ts';

/** Raised when the values of a feature change: a model of other features is not asked. */
export const CAPTURE_FEATURES_VERSION = 1;
export const CAPTURE_FEATURES = [
  'net edge',
  'gross edge',
  'fees',
  'depth cost',
  'book age',
  'below its best edge',
  'seen for',
  'legs',
  'promised amount',
  'captured of the last 20',
  'captured of its last 5',
  'since the last one',
  'under way',
] as const;

export type CaptureInput = {
  readonly startedUs: TimeUs;
  /** Venue and path: what is traded. */
  readonly cycle: string;
  readonly legs: number;
  /** Since the opportunity was first seen. */
  readonly seenUs: DurationUs;
  readonly netBps: number;
  readonly grossBps: number;
  readonly feesBps: number;
  readonly depthBps: number;
  /** Of the oldest book. */
  readonly ageUs: DurationUs;
  /** Best net edge of the opportunity so far. */
  readonly peakNetBps: number;
  /** In the home currency. */
  readonly promisedHome: number;
};

const OF_ALL = 20;
const OF_CYCLE = 5;
/** What a share begins at, before anything ended. */
const UNKNOWN = 0.5;
/** Cycles whose last outcomes are remembered; beyond them all are forgotten. */
const MOST_CYCLES = 20_000;

/** Whether it came home as planned: it completed, with a profit. */
export const isCaptured = ({
  outcome,
  profitHome,
}: Pick<ExecutionRecord, 'outcome' | 'profitHome'>): boolean =>
  outcome === 'completed' && Number(profitHome) > 0;

export const captureKey = (venue: string, path: readonly string[]): string => `${venue} ${path.join(' ')}`;

export class CaptureHistory {
  readonly #all: boolean[] = [];
  readonly #own = new Map<string, boolean[]>();
  #lastUs: TimeUs | undefined;
  /** Of the one before the last one. */
  #beforeUs: TimeUs | undefined;
  #underWay = 0;

  /** Writes a number for each of `CAPTURE_FEATURES` into `row`, from `at` on. */
  write(input: CaptureInput, row: Float64Array, at = 0): void {
    const overall = shareOf(this.#all, UNKNOWN);
    row[at] = input.netBps;
    row[at + 1] = input.grossBps;
    row[at + 2] = input.feesBps;
    row[at + 3] = input.depthBps;
    row[at + 4] = log(1 + Math.max(0, input.ageUs));
    row[at + 5] = input.peakNetBps - input.netBps;
    row[at + 6] = log(1 + Math.max(0, input.seenUs));
    row[at + 7] = input.legs;
    row[at + 8] = log(1 + Math.max(0, input.promisedHome));
    row[at + 9] = overall;
    row[at + 10] = shareOf(this.#own.get(input.cycle), overall);
    row[at + 11] = log(1 + Math.max(0, input.startedUs - (this.#lastUs ?? input.startedUs)));
    row[at + 12] = this.#underWay;
  }

  began(startedUs: TimeUs): void {
    this.#beforeUs = this.#lastUs;
    this.#lastUs = startedUs;
    this.#underWay++;
  }

  /** @param outcome whether it was captured; undefined: risk denied it before an order left, in the step in which it began. Training has none of these, so that it is as if it had not begun. */
  ended(cycle: string, startedUs: TimeUs, outcome: boolean | undefined): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
    if (outcome === undefined) {
      if (this.#lastUs === startedUs) this.#lastUs = this.#beforeUs;
      return;
    }
    keep(this.#all, outcome, OF_ALL);
    if (this.#own.size >= MOST_CYCLES) this.#own.clear();
    const ofCycle = this.#own.get(cycle) ?? [];
    this.#own.set(cycle, ofCycle);
    keep(ofCycle, outcome, OF_CYCLE);
  }
}

function keep(outcomes: boolean[], outcome: boolean, most: number): void {
  outcomes.push(outcome);
  if (outcomes.length > most) outcomes.shift();
}

function shareOf(outcomes: readonly boolean[] | undefined, empty: number): number {
  if (outcomes === undefined || outcomes.length === 0) return empty;
  let captured = 0;
  for (const outcome of outcomes) if (outcome) captured++;
  return captured / outcomes.length;
}
