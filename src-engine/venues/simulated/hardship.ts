/** What a simulated venue does to our orders besides filling them: others are faster, and some are refused. */
import type { SeededRandom } from '../../lib/random.ts';

export type HardshipSettings = {
  /** Percent of our orders that a competitor precedes: the liquidity is gone, and they find nothing. */
  readonly competitorPct: number;
  /** Percent of our orders that the venue rejects without a reason of ours. */
  readonly rejectPct: number;
};

export const NO_HARDSHIP: HardshipSettings = { competitorPct: 0, rejectPct: 0 };

export type Fate = 'passes' | 'rejected' | 'too-late';

/** Seeded, with draws of its own: a run without hardships draws nothing, and is the run that it was. */
export class Hardship {
  readonly #settings: HardshipSettings;
  readonly #random: SeededRandom;

  constructor(settings: HardshipSettings, random: SeededRandom) {
    this.#settings = settings;
    this.#random = random;
  }

  /** Of one order, as it arrives. */
  fate(): Fate {
    const { competitorPct, rejectPct } = this.#settings;
    if (rejectPct > 0 && this.#random.next() * 100 < rejectPct) return 'rejected';
    if (competitorPct > 0 && this.#random.next() * 100 < competitorPct) return 'too-late';
    return 'passes';
  }
}
