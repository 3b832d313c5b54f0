/** Made bars of two markets, by seed: two walks that have nothing to do with each other, or one that follows the other. */
import { SeededRandom } from '../../../lib/random.ts';
import type { PairBar } from '../pairs-rule.ts';
import { DEFAULT_PAIRS, type PairsSettings } from '../pairs-settings.ts';

export const MINUTE_US = 60_000_000;
export const BEGIN_US = 1_700_000_040_000_000;

const at = (bar: number): number => BEGIN_US + bar * MINUTE_US;

/** Logarithms walk by 10 bps a bar, each for itself. */
export function* unrelated(seed: number, bars: number): Generator<PairBar> {
  const random = new SeededRandom(seed, 5);
  let [a, b] = [0, 0];
  for (let bar = 0; bar < bars; bar++) {
    a += 0.001 * random.normal();
    b += 0.001 * random.normal();
    yield { endUs: at(bar), a: 100 * Math.exp(a), b: 50 * Math.exp(b) };
  }
}

/**
 * A pair that is cointegrated: the logarithm of A is 1.2 times B's random walk plus a spread with an autocorrelation of 0.85 from bar to
 * bar (half-life 4.3 bars, standard deviation 38 bps). From bar `breaksAt` on the spread is a random walk as well: the relation is broken.
 */
export function* related(seed: number, bars: number, breaksAt = bars): Generator<PairBar> {
  const random = new SeededRandom(seed, 5);
  let [b, spread] = [0, 0];
  for (let bar = 0; bar < bars; bar++) {
    b += 0.001 * random.normal();
    spread = (bar < breaksAt ? 0.85 : 1) * spread + 0.002 * random.normal();
    yield { endUs: at(bar), a: 100 * Math.exp(1.2 * b + spread), b: 50 * Math.exp(b) };
  }
}

export function settingsOf(change: Partial<PairsSettings> = {}): PairsSettings {
  return {
    ...DEFAULT_PAIRS,
    windowBars: 300,
    retestBars: 50,
    costBpsA: 5,
    costBpsB: 5,
    maxGapUs: 10 * MINUTE_US,
    ...change,
  };
}
