/**
 * What scores were worth: each is kept with what came of it, becomes a probability by what came before it (Platt), and that is judged by what comes after it. So
 * nothing is judged by outcomes that it was fitted on. Only so many of the newest are kept.
 */
import { log } from '../../lib/elementary.ts';
import { calibrated, fitPlatt, type Platt } from '../../models/calibration.ts';
import { logLossOf, wilson } from '../../models/scores.ts';

export const MOST_KEPT = 160;
/** Fewer outcomes say nothing. */
export const LEAST_OUTCOMES = 40;
/** A calibrator is fitted again after so many outcomes. */
const REFIT = 20;
const DIGITS = 4;

export type RecordState = {
  readonly scores: readonly number[];
  readonly outcomes: readonly number[];
  readonly gains: readonly number[];
  readonly since: number;
  readonly platt: Platt | null;
};

export class ScoreRecord {
  #scores: number[] = [];
  #outcomes: number[] = [];
  /** Of what was said: log loss of the base rate less its own. */
  #gains: number[] = [];
  #since = 0;
  #platt: Platt | null = null;

  /** @param turn of several records, so that they are not all fitted at the same bar. */
  constructor(turn = 0) {
    this.#since = -turn;
  }

  get outcomes(): number {
    return this.#outcomes.length;
  }

  /** Probability of a rise; undefined before enough outcomes of both kinds. */
  probability(score: number): number | undefined {
    return this.#platt === null ? undefined : calibrated(this.#platt, rounded(score));
  }

  /** The mean gain less its standard error, in nats: what is beyond luck. 0 where there is none, or nothing is known. */
  get skill(): number {
    const count = this.#gains.length;
    if (count < LEAST_OUTCOMES) return 0;
    const mean = this.gain as number;
    const squares = this.#gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
    return Math.max(0, mean - Math.sqrt(squares / (count - 1) / count));
  }

  /** Mean gain over the base rate, in nats an outcome; undefined before one was judged. */
  get gain(): number | undefined {
    const count = this.#gains.length;
    return count === 0 ? undefined : this.#gains.reduce((sum, gain) => sum + gain, 0) / count;
  }

  /** @param said the probability that was given; undefined: none. @param base the share of rises that was known then. */
  onOutcome(score: number, said: number | undefined, base: number, outcome: 0 | 1): void {
    if (said !== undefined)
      keep(this.#gains, rounded(logLossOf(base, outcome) - logLossOf(within(said), outcome)));
    keep(this.#scores, rounded(score));
    keep(this.#outcomes, outcome);
    if (++this.#since < REFIT || this.#outcomes.length < LEAST_OUTCOMES) return;
    const ups = this.#outcomes.filter((each) => each === 1).length;
    if (ups === 0 || ups === this.#outcomes.length) return;
    this.#since = 0;
    this.#platt = fitPlatt(this.#scores, this.#outcomes);
  }

  save(): RecordState {
    return {
      scores: this.#scores,
      outcomes: this.#outcomes,
      gains: this.#gains,
      since: this.#since,
      platt: this.#platt,
    };
  }

  load({ scores, outcomes, gains, since, platt }: RecordState): void {
    [this.#scores, this.#outcomes, this.#gains] = [[...scores], [...outcomes], [...gains]];
    [this.#since, this.#platt] = [since, platt];
  }
}

/** Shares of what passed the gate and was right. */
export class HitRecord {
  #hits: number[] = [];

  get count(): number {
    return this.#hits.length;
  }

  get right(): number {
    return this.#hits.reduce((sum, hit) => sum + hit, 0);
  }

  onOutcome(isRight: boolean): void {
    keep(this.#hits, isRight ? 1 : 0);
  }

  /** 95 % interval of the share (Wilson, 1927); from 0 to 1 without any. */
  get interval(): readonly [low: number, high: number] {
    return wilson(this.right, this.count);
  }

  save(): readonly number[] {
    return this.#hits;
  }

  load(hits: readonly number[]): void {
    this.#hits = [...hits];
  }
}

/** Mean of the logits by weight; undefined without a vote. */
export function pooledLogit(
  votes: readonly { readonly probability: number; readonly weight: number }[],
): number | undefined {
  const weights = votes.reduce((sum, { weight }) => sum + weight, 0);
  if (!(weights > 0)) return undefined;
  return votes.reduce((sum, { probability, weight }) => sum + weight * logitOf(probability), 0) / weights;
}

function keep(list: number[], value: number): void {
  list.push(value);
  if (list.length > MOST_KEPT) list.shift();
}

/** As it is kept, so that a restart computes with the same. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

const within = (probability: number): number => Math.min(0.999, Math.max(0.001, probability));

function logitOf(probability: number): number {
  const p = within(probability);
  return log(p / (1 - p));
}
