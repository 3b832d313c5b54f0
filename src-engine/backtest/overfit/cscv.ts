/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: every way to take half of the
 * blocks of time to choose on leaves the other half to judge by. Source: D. H. Bailey, J. M. Borwein, M. López de
 * Prado and Q. J. Zhu, "The probability of backtest overfitting", Journal of Computational Finance 20 (2016).
 *
 * It works on sums per block and not on the returns themselves: room for three numbers a block and trial.
 */
import { UserError } from '../../domain/errors.ts';
import type { Moments } from '../metrics/moments.ts';
import { type Measure, measureOfSums } from './measure.ts';

/** 16 blocks make 12,870 combinations; more would double and double the work and say no more. */
export const MAX_BLOCKS = 16;
/** At 16 blocks: 4 MB, and some seconds. */
export const MAX_TRIALS = 10_000;

export type Overfitting = {
  /**
   * Share of the combinations in which the best of the one half is at or below the median of the other: about one
   * half where choosing is chance, near 0 where it is not. Null where no half distinguishes any two trials.
   */
  readonly pbo: number | null;
  readonly combinations: number;
  /** ln(ω / (1 − ω)) of each, ω the chosen trial's rank in the other half over trials + 1. */
  readonly logits: Float64Array;
  /** Share of the combinations in which the chosen trial loses in the other half. */
  readonly probabilityOfLoss: number;
  /** Least-squares line of what was chosen: its measure in the other half over that in its own. Null without spread. */
  readonly degradation: { readonly slope: number; readonly intercept: number } | null;
};

/**
 * @param trials moments of every trial's returns, block by block, all in the same blocks. Of several that are equally
 * best the first is chosen; in rank, equal ones share the mean.
 * @throws UserError when there are less than 2 or more than MAX_TRIALS trials, or the blocks are not an even number
 * from 2 to MAX_BLOCKS.
 */
export function overfitting(trials: readonly (readonly Moments[])[], measure: Measure): Overfitting {
  const blocks = checkedBlocks(trials);
  const sums = new BlockSums(trials, blocks, measure);
  const tally = new ChoiceTally(trials.length, 2 * choose(blocks - 1, blocks / 2 - 1));
  const inside = new Float64Array(trials.length);
  const outside = new Float64Array(trials.length);
  // A half and its complement are two combinations: those with block 0 and those without.
  for (let half = 1; half < 1 << blocks; half += 2) {
    if (bits(half) !== blocks / 2) continue;
    sums.measure(half, inside, outside);
    tally.add(inside, outside);
    tally.add(outside, inside);
  }
  return tally.result();
}

function checkedBlocks(trials: readonly (readonly Moments[])[]): number {
  const blocks = trials[0]?.length ?? 0;
  if (trials.length < 2 || trials.length > MAX_TRIALS) {
    throw new UserError({
      code: 'bad-trial-count',
      field: 'trials',
      value: String(trials.length),
      message: `are not from 2 to ${MAX_TRIALS}`,
      remedy: 'Sweep more than one setting of a parameter, or fewer settings.',
    });
  }
  if (blocks < 2 || blocks > MAX_BLOCKS || blocks % 2 !== 0) {
    throw new UserError({
      code: 'bad-blocks',
      field: 'blocks',
      value: String(blocks),
      message: `is not an even number from 2 to ${MAX_BLOCKS}`,
      remedy: 'Choose 8, 12 or 16.',
    });
  }
  for (const parts of trials) {
    if (parts.length !== blocks) throw new RangeError(`a trial has ${parts.length} blocks, not ${blocks}`);
  }
  return blocks;
}

class BlockSums {
  readonly #trials: number;
  readonly #blocks: number;
  readonly #measure: Measure;
  /** By block, then trial: number, sum and sum of squares of the returns. */
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #work: readonly [Float64Array, Float64Array, Float64Array];

  constructor(trials: readonly (readonly Moments[])[], blocks: number, measure: Measure) {
    this.#trials = trials.length;
    this.#blocks = blocks;
    this.#measure = measure;
    const size = trials.length * blocks;
    this.#counts = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#squares = new Float64Array(size);
    trials.forEach((parts, trial) => {
      parts.forEach(({ count, mean, m2 }, block) => {
        const at = block * trials.length + trial;
        this.#counts[at] = count;
        this.#sums[at] = mean * count;
        this.#squares[at] = m2 + mean * mean * count;
      });
    });
    this.#work = [
      new Float64Array(trials.length),
      new Float64Array(trials.length),
      new Float64Array(trials.length),
    ];
  }

  /** Measures every trial over the blocks in `half`, a bit each, and over the others. */
  measure(half: number, inside: Float64Array, outside: Float64Array): void {
    this.#over(half, inside);
    this.#over(~half, outside);
  }

  #over(chosen: number, into: Float64Array): void {
    const [counts, sums, squares] = this.#work;
    counts.fill(0);
    sums.fill(0);
    squares.fill(0);
    for (let block = 0; block < this.#blocks; block++) {
      if ((chosen & (1 << block)) === 0) continue;
      const from = block * this.#trials;
      for (let trial = 0; trial < this.#trials; trial++) {
        (counts[trial] as number) += this.#counts[from + trial] as number;
        (sums[trial] as number) += this.#sums[from + trial] as number;
        (squares[trial] as number) += this.#squares[from + trial] as number;
      }
    }
    for (let trial = 0; trial < this.#trials; trial++) {
      into[trial] = measureOfSums(
        counts[trial] as number,
        sums[trial] as number,
        squares[trial] as number,
        this.#measure,
      );
    }
  }
}

/** What became of the choices, one combination after the other. */
class ChoiceTally {
  readonly #trials: number;
  readonly #logits: Float64Array;
  #count = 0;
  #atOrBelow = 0;
  #losses = 0;
  #isTelling = false;
  #sumX = 0;
  #sumY = 0;
  #sumXX = 0;
  #sumXY = 0;

  constructor(trials: number, combinations: number) {
    this.#trials = trials;
    this.#logits = new Float64Array(combinations);
  }

  /** The best of `chosenBy` is judged by `judgedBy`. */
  add(chosenBy: Float64Array, judgedBy: Float64Array): void {
    let best = 0;
    let worst = chosenBy[0] as number;
    for (let trial = 1; trial < this.#trials; trial++) {
      const value = chosenBy[trial] as number;
      if (value > (chosenBy[best] as number)) best = trial;
      if (value < worst) worst = value;
    }
    const x = chosenBy[best] as number;
    const y = judgedBy[best] as number;
    if (worst < x) this.#isTelling = true;
    let below = 0;
    let equal = 0;
    for (let trial = 0; trial < this.#trials; trial++) {
      const value = judgedBy[trial] as number;
      if (value < y) below++;
      else if (value === y) equal++;
    }
    const relativeRank = (below + (equal + 1) / 2) / (this.#trials + 1);
    this.#logits[this.#count++] = Math.log(relativeRank / (1 - relativeRank));
    if (relativeRank <= 0.5) this.#atOrBelow++;
    if (y < 0) this.#losses++;
    this.#sumX += x;
    this.#sumY += y;
    this.#sumXX += x * x;
    this.#sumXY += x * y;
  }

  result(): Overfitting {
    const n = this.#count;
    const spread = this.#sumXX - (this.#sumX * this.#sumX) / n;
    const slope = (this.#sumXY - (this.#sumX * this.#sumY) / n) / spread;
    return {
      pbo: this.#isTelling ? this.#atOrBelow / n : null,
      combinations: n,
      logits: this.#logits,
      probabilityOfLoss: this.#losses / n,
      degradation:
        spread > this.#sumXX * 1e-12 ? { slope, intercept: (this.#sumY - slope * this.#sumX) / n } : null,
    };
  }
}

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}
