import type { DurationUs } from '../../domain/time.ts';
import type { SeededRandom } from '../../lib/random.ts';

/** One way between us and the venue, in µs: never below `minUs`, `minUs + tailUs` on average. */
export type LatencySettings = { readonly minUs: DurationUs; readonly tailUs: DurationUs };

/** A good line to a venue in the same region. */
export const DEFAULT_LATENCY: LatencySettings = { minUs: 15_000, tailUs: 10_000 };

/** Seeded one-way latencies: a floor plus an exponential tail, cut at ten times its mean. */
export class LatencyModel {
  readonly #settings: LatencySettings;
  readonly #random: SeededRandom;

  constructor(settings: LatencySettings, random: SeededRandom) {
    this.#settings = settings;
    this.#random = random;
  }

  sampleUs(): DurationUs {
    const { minUs, tailUs } = this.#settings;
    return minUs + Math.round(Math.min(this.#random.exponential(tailUs), tailUs * 10));
  }
}
