/**
 * Which of six regimes a market is in, by the filter of a hidden Markov model: what is known at the time, never what comes after. Means and deviations are of figures
 * without a scale and are set, not fitted: a regime is a word for people, and what it is worth is measured by the agent that votes with it.
 */
import { exp } from '../../lib/elementary.ts';
import { filterStep } from '../../statistics/hidden-markov.ts';

export const REGIMES = ['trend-up', 'trend-down', 'range', 'volatile', 'illiquid', 'crisis'] as const;
export type Regime = (typeof REGIMES)[number];

/** NaN: not known, and left out of account. */
export type RegimeSigns = {
  /** Return of 20 bars over what noise of that length gives. */
  readonly trend: number;
  /** ln of the deviation of the last 20 returns over that of the last 100. */
  readonly agitation: number;
  /** ln of the spread over its usual one; without a book of the usual volume over that of the bar. */
  readonly thinness: number;
};

/** Mean and deviation of trend, agitation and thinness in each regime. */
const SHAPES: readonly (readonly (readonly [mean: number, deviation: number])[])[] = [
  [
    [1.8, 1],
    [0, 0.4],
    [0, 0.6],
  ],
  [
    [-1.8, 1],
    [0, 0.4],
    [0, 0.6],
  ],
  [
    [0, 0.8],
    [-0.1, 0.35],
    [0, 0.6],
  ],
  [
    [0, 1.5],
    [0.8, 0.4],
    [0.2, 0.7],
  ],
  [
    [0, 1],
    [0, 0.6],
    [1.5, 0.6],
  ],
  [
    [-2.5, 1.2],
    [1.2, 0.5],
    [0.8, 0.8],
  ],
];
/** Probability that a regime lasts for another bar; the rest is shared by the others. */
const STAY = 0.97;
const TRANSITION = REGIMES.map((_, from) =>
  REGIMES.map((__, to) => (from === to ? STAY : (1 - STAY) / (REGIMES.length - 1))),
);
/** Another regime holds once it was at least as likely as this for so many bars. */
const CLEAR = 0.6;
const CLEAR_BARS = 3;
/** A sign further from a mean says no more: one wild bar decides nothing. */
const FURTHEST = 4;

export type RegimeState = {
  readonly p: readonly number[];
  readonly held: number;
  readonly sinceUs: number;
  readonly next: number;
  readonly bars: number;
};

export class RegimeFilter {
  readonly #p = new Float64Array(REGIMES.length).fill(1 / REGIMES.length);
  readonly #room = new Float64Array(REGIMES.length);
  readonly #likelihoods = new Float64Array(REGIMES.length);
  /** Range until another one is clear. */
  #held = REGIMES.indexOf('range');
  #sinceUs = 0;
  #next = -1;
  #bars = 0;

  get regime(): Regime {
    return REGIMES[this.#held] as Regime;
  }

  /** When the regime was recognised; 0: it holds from the start. */
  get sinceUs(): number {
    return this.#sinceUs;
  }

  probability(regime: Regime): number {
    return this.#p[REGIMES.indexOf(regime)] as number;
  }

  update({ trend, agitation, thinness }: RegimeSigns, atUs: number): void {
    const signs = [trend, agitation, thinness];
    for (let at = 0; at < REGIMES.length; at++) {
      let likelihood = 1;
      for (let sign = 0; sign < signs.length; sign++) {
        const value = signs[sign] as number;
        if (!Number.isFinite(value)) continue;
        const [mean, deviation] = (SHAPES[at] as (typeof SHAPES)[number])[sign] as readonly [number, number];
        const z = Math.max(-FURTHEST, Math.min(FURTHEST, (value - mean) / deviation));
        likelihood *= exp((-z * z) / 2) / deviation;
      }
      this.#likelihoods[at] = likelihood;
    }
    filterStep(TRANSITION, this.#p, this.#likelihoods, this.#room);
    this.#settle(atUs);
  }

  save(): RegimeState {
    return {
      p: [...this.#p],
      held: this.#held,
      sinceUs: this.#sinceUs,
      next: this.#next,
      bars: this.#bars,
    };
  }

  load({ p, held, sinceUs, next, bars }: RegimeState): void {
    this.#p.set(p);
    [this.#held, this.#sinceUs, this.#next, this.#bars] = [held, sinceUs, next, bars];
  }

  #settle(atUs: number): void {
    let best = 0;
    for (let at = 1; at < REGIMES.length; at++)
      if ((this.#p[at] as number) > (this.#p[best] as number)) best = at;
    if (best === this.#held || (this.#p[best] as number) < CLEAR) {
      this.#next = -1;
      this.#bars = 0;
      return;
    }
    this.#bars = best === this.#next ? this.#bars + 1 : 1;
    this.#next = best;
    if (this.#bars < CLEAR_BARS) return;
    this.#held = best;
    this.#sinceUs = atUs;
    this.#next = -1;
    this.#bars = 0;
  }
}
