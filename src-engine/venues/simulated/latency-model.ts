import type { DurationUs } from '../../domain/time.ts';
import type { SeededRandom } from '../../lib/random.ts';

/** One way between us and the venue, in µs: never below `minUs`, `minUs + tailUs` on average. A tail of 0 is a constant. */
export type LatencySettings = {
  readonly minUs: DurationUs;
  readonly tailUs: DurationUs;
  /**
   * Instead of both: a measured distribution, as its values at equal steps of probability from 0 to 1, rising; at least
   * two. What lies between two of them is drawn evenly.
   */
  readonly quantilesUs?: readonly DurationUs[] | undefined;
};

/** A good line to a venue in the same region. */
export const DEFAULT_LATENCY: LatencySettings = { minUs: 15_000, tailUs: 10_000 };

/** Seeded one-way latencies: drawn from what was measured, or a floor plus an exponential tail, cut at ten times its mean. */
export class LatencyModel {
  readonly #settings: LatencySettings;
  readonly #random: SeededRandom;

  constructor(settings: LatencySettings, random: SeededRandom) {
    this.#settings = settings;
    this.#random = random;
  }

  sampleUs(): DurationUs {
    const { minUs, tailUs, quantilesUs } = this.#settings;
    if (quantilesUs !== undefined) return drawn(quantilesUs, this.#random.next());
    return minUs + Math.round(Math.min(this.#random.exponential(tailUs), tailUs * 10));
  }
}

/** @param at from 0 to below 1. */
function drawn(quantilesUs: readonly DurationUs[], at: number): DurationUs {
  const place = at * (quantilesUs.length - 1);
  const low = Math.floor(place);
  const [from = 0, to = from] = [quantilesUs[low], quantilesUs[low + 1]];
  return Math.round(from + (to - from) * (place - low));
}
