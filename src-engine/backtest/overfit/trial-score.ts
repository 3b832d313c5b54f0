/**
 * What a sweep keeps of a trial: moments of its returns over the spans that are asked for later, instead of the
 * returns. A trial runs once over all of the data; the spans are cut from its returns afterwards.
 */
import { UserError } from '../../domain/errors.ts';
import { type Moments, mergeAll, momentsOf } from '../metrics/moments.ts';
import { MAX_BLOCKS } from './cscv.ts';
import type { Span, Split } from './splits.ts';

/** Returns and trades of a span. */
export type Segment = { readonly moments: Moments; readonly trades: number };

export type TrialScore = {
  readonly full: Segment;
  /** The whole again, in blocks of nearly equal length. */
  readonly blocks: readonly Moments[];
  readonly folds: readonly { readonly train: Segment; readonly test: Segment }[];
};

/** How all trials of a sweep are cut. Spans count periods. */
export type ScorePlan = {
  readonly periods: number;
  /** Even, 2 to 16. */
  readonly blocks: number;
  readonly splits: readonly Split[];
};

/** Shortest block whose moments mean anything, in periods. */
const LEAST_BLOCK = 4;

/** @throws UserError when the data has too few periods for the blocks, or the blocks cannot be halved. */
export function checkPlan({ periods, blocks }: ScorePlan): void {
  if (!Number.isInteger(blocks) || blocks < 2 || blocks > MAX_BLOCKS || blocks % 2 !== 0) {
    throw new UserError({
      code: 'bad-blocks',
      field: 'blocks',
      value: String(blocks),
      message: `is not an even number from 2 to ${MAX_BLOCKS}`,
      remedy: 'Choose 8, 12 or 16.',
    });
  }
  if (periods < blocks * LEAST_BLOCK) {
    throw new UserError({
      code: 'too-few-periods',
      field: 'periodMs',
      value: String(periods),
      message: `periods of this data are too few for ${blocks} blocks of at least ${LEAST_BLOCK}`,
      remedy: 'Use shorter periods, fewer blocks or more data.',
    });
  }
}

/**
 * Scores a trial. @param returns one a period, `plan.periods` of them. @param tradesPerPeriod how many trades ended in
 * each period; what lies beyond the last period counts in none.
 * @throws RangeError when the returns are not as many as the plan says.
 */
export function scoreTrial(
  returns: ArrayLike<number>,
  tradesPerPeriod: ArrayLike<number>,
  plan: ScorePlan,
): TrialScore {
  const { periods, blocks, splits } = plan;
  if (returns.length !== periods) {
    throw new RangeError(`a trial has ${returns.length} periods, and its sweep ${periods}`);
  }
  const segment = ({ from, to }: Span): Segment => ({
    moments: momentsOf(returns, from, to),
    trades: sumOf(tradesPerPeriod, from, to),
  });
  const border = (block: number): number => Math.round((periods * block) / blocks);
  const parts = Array.from({ length: blocks }, (_, block) =>
    momentsOf(returns, border(block), border(block + 1)),
  );
  return {
    full: { moments: mergeAll(parts), trades: sumOf(tradesPerPeriod, 0, periods) },
    blocks: parts,
    folds: splits.map(({ train, test }) => ({ train: segment(train), test: segment(test) })),
  };
}

function sumOf(counts: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < Math.min(to, counts.length); index++) sum += counts[index] ?? 0;
  return sum;
}
