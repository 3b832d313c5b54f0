/**
 * What a model in a session is watched by: its forecasts against what came, and its features against the deciles of its training. Both only ever lower risk: a level of `act` lets it hold nothing. All
 * of it follows from the rows alone, so that a replay comes to the same level at the same bar.
 */
import { z } from 'zod';
import { LEAST_ROWS, psi, PSI_ACT, PSI_LOOK } from '../models/drift.ts';
import type { ModelFile } from './model-file.ts';

export type WatchLevel = 'ok' | 'look' | 'act' | 'too-few-rows';

/** Above so many rows the counts are halved: what is long ago counts less and less. */
const MOST_ROWS = 4_000;
/** Bins of probability. */
const BINS = 10;
/** Outcomes before the calibration says anything, and its mean distance beyond chance from which nothing is held. */
const LEAST_OUTCOMES = 200;
const CALIBRATION_ACT = 0.1;
/** Above so many their counts are halved, so that one that comes true again is held to what it was no longer. */
const MOST_OUTCOMES = 1_000;
/** Mean distance of a normal value from its mean, in deviations. */
const MEAN_DISTANCE = Math.sqrt(2 / Math.PI);
/** Rows between two looks at the drift. */
const LOOK_EVERY = 50;

const SAVED = z.strictObject({
  counts: z.array(z.array(z.number().min(0)).max(21)).max(256),
  said: z.array(z.number().min(0)).length(BINS),
  came: z.array(z.number().min(0)).length(BINS),
  seen: z.array(z.number().min(0)).length(BINS),
  squares: z.number().min(0),
});

export type ModelWatchState = {
  readonly drift: WatchLevel;
  /** Features with the largest index first; null: too few rows. */
  readonly features: readonly {
    readonly feature: string;
    readonly rows: number;
    readonly psi: number | null;
  }[];
  readonly calibration: WatchLevel;
  readonly outcomes: number;
  /** Mean distance of what was said from what came; null: no outcome yet. */
  readonly calibrationError: number | null;
  readonly brier: number | null;
  /** By tenth of the probability. */
  readonly reliability: readonly { readonly said: number; readonly came: number; readonly count: number }[];
};

type Watched = Pick<ModelFile, 'deciles' | 'horizonBars' | 'features'>;

export class ModelWatch {
  readonly #model: Watched;
  readonly #every: number;
  readonly #counts: number[][];
  readonly #said = zeros(BINS);
  readonly #came = zeros(BINS);
  readonly #seen = zeros(BINS);
  #squares = 0;
  #rows = 0;
  #drift: WatchLevel = 'too-few-rows';

  constructor(model: Watched) {
    this.#model = model;
    this.#every = model.horizonBars ?? 1;
    this.#counts = model.deciles.map(({ counts }) => zeros(Math.max(1, counts.length)));
  }

  /** Rows are thinned to one a label's length: those within it are much alike. */
  onRow(row: ArrayLike<number>): void {
    if (this.#rows++ % this.#every !== 0) return;
    for (let at = 0; at < this.#counts.length; at++) {
      const value = row[at] as number;
      const own = this.#counts[at] as number[];
      if (Number.isNaN(value)) continue;
      const { cuts } = this.#model.deciles[at] as { readonly cuts: readonly number[] };
      let bin = 0;
      while (bin < cuts.length && (cuts[bin] as number) <= value) bin++;
      own[bin] = (own[bin] ?? 0) + 1;
      if (sumOf(own) >= MOST_ROWS) for (let k = 0; k < own.length; k++) own[k] = (own[k] as number) / 2;
    }
    if (Math.floor(this.#rows / this.#every) % LOOK_EVERY === 0) this.#drift = this.#driftNow();
  }

  /** One a label's length: those that overlap are one outcome many times. @param outcome 1: it rose. */
  onOutcome(p: number, outcome: 0 | 1): void {
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    this.#said[bin] = (this.#said[bin] as number) + p;
    this.#came[bin] = (this.#came[bin] as number) + outcome;
    this.#seen[bin] = (this.#seen[bin] as number) + 1;
    this.#squares += (p - outcome) ** 2;
    if (sumOf(this.#seen) < MOST_OUTCOMES) return;
    for (const counts of [this.#said, this.#came, this.#seen])
      for (let at = 0; at < BINS; at++) counts[at] = (counts[at] as number) / 2;
    this.#squares /= 2;
  }

  /** The worse of both: `act` means that nothing may be held. */
  get mustRest(): string | undefined {
    if (this.#drift === 'act') return 'drift';
    return this.calibration === 'act' ? 'miscalibrated' : undefined;
  }

  get calibration(): WatchLevel {
    const outcomes = sumOf(this.#seen);
    if (outcomes < LEAST_OUTCOMES) return 'too-few-rows';
    const error = this.#calibrationError(outcomes) - this.#chance(outcomes);
    return error > CALIBRATION_ACT ? 'act' : error > CALIBRATION_ACT / 2 ? 'look' : 'ok';
  }

  save(): string {
    return JSON.stringify({
      counts: this.#counts,
      said: this.#said,
      came: this.#came,
      seen: this.#seen,
      squares: this.#squares,
    });
  }

  /** @throws Error for a state of another model. */
  load(text: string): void {
    const saved = SAVED.parse(JSON.parse(text));
    if (saved.counts.length !== this.#counts.length) throw new Error('its state is of another model');
    saved.counts.forEach((own, at) => {
      this.#counts[at] = own;
    });
    for (let bin = 0; bin < BINS; bin++) {
      this.#said[bin] = saved.said[bin] as number;
      this.#came[bin] = saved.came[bin] as number;
      this.#seen[bin] = saved.seen[bin] as number;
    }
    this.#squares = saved.squares;
    this.#drift = this.#driftNow();
  }

  state(): ModelWatchState {
    const outcomes = sumOf(this.#seen);
    return {
      drift: this.#drift,
      features: this.#counts
        .map((own, at) => ({
          feature: this.#model.features?.[at] ?? `column ${at}`,
          rows: Math.round(sumOf(own)),
          psi: this.#indexOf(at)?.psi ?? null,
        }))
        .toSorted((a, b) => (b.psi ?? -1) - (a.psi ?? -1)),
      calibration: this.calibration,
      outcomes: Math.round(outcomes),
      calibrationError: outcomes === 0 ? null : this.#calibrationError(outcomes),
      brier: outcomes === 0 ? null : this.#squares / outcomes,
      reliability: this.#seen.flatMap((count, bin) =>
        count === 0
          ? []
          : [
              {
                said: (this.#said[bin] as number) / count,
                came: (this.#came[bin] as number) / count,
                count: Math.round(count),
              },
            ],
      ),
    };
  }

  #calibrationError(outcomes: number): number {
    return (
      this.#seen.reduce(
        (sum, _, bin) => sum + Math.abs((this.#said[bin] as number) - (this.#came[bin] as number)),
        0,
      ) / outcomes
    );
  }

  /** The distance that probabilities which are right would show in so many outcomes. */
  #chance(outcomes: number): number {
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const [count, said] = [this.#seen[bin] as number, this.#said[bin] as number];
      if (count > 0) sum += MEAN_DISTANCE * Math.sqrt(Math.max(0, said * (1 - said / count)));
    }
    return sum / outcomes;
  }

  #driftNow(): WatchLevel {
    let level: WatchLevel = 'too-few-rows';
    for (let at = 0; at < this.#counts.length; at++) {
      const index = this.#indexOf(at);
      if (index === undefined) continue;
      // What independent samples of one law would show by chance is no drift.
      const excess = index.psi - index.noise;
      if (excess >= PSI_ACT) return 'act';
      if (excess >= PSI_LOOK) level = 'look';
      else if (level === 'too-few-rows') level = 'ok';
    }
    return level;
  }

  #indexOf(at: number): { readonly psi: number; readonly noise: number } | undefined {
    const own = this.#counts[at] as number[];
    const { cuts = [], counts = [] } = this.#model.deciles[at] ?? {};
    const [rows, trained] = [sumOf(own), sumOf(counts)];
    if (rows < LEAST_ROWS || trained === 0) return undefined;
    return { psi: psi(counts, own), noise: cuts.length * (1 / rows + this.#every / trained) };
  }
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
