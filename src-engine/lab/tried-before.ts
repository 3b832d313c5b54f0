/** How many settings were tried on the same market and time before: who looks often enough finds something. */
import { type SeenData, sharesData } from '../backtest/overfit/seen-data.ts';
import type { SweepPlan } from '../backtest/sweep/sweep-plan.ts';
import { canonicalJson } from '../backtest/sweep/trial-id.ts';
import type { SweepReview } from '../contract/lab-records.ts';
import type { TapeHead } from '../storage/tape/tape-format.ts';
import { listSweeps, readSweep } from './stored-run.ts';

/** Newest sweeps that are read: each may hold thousands of trials. */
const MAX_SWEEPS = 500;

export type TriedBefore = {
  readonly settings: number;
  /** Of them, on other recordings alone. */
  readonly elsewhere: number;
  readonly unreadable: readonly string[];
  /** Stored sweeps that were not looked at, as there are so many newer ones. */
  readonly older: number;
};
/** What the recordings of a sweep hold. */
export type SweptData = Pick<SeenData, 'markets' | 'fromUs' | 'toUs'>;

/**
 * Different settings of stored sweeps that had a recording in common with this one, or a market and a tenth of the shorter time. Its own settings are
 * left out: the same setting looked at again is not a new chance.
 * Of a sweep that kept its best trials alone, each of the others counts as one of its own.
 * @returns how many, and the files of stored sweeps that are damaged: what they tried is missing in the count.
 * @param digests SHA-256 of each recording of the plan.
 */
export async function triedBefore(
  sweepsDir: string,
  { sweepId, spec, trials }: Pick<SweepPlan, 'sweepId' | 'spec' | 'trials'>,
  digests: readonly string[],
  seen: SweptData,
): Promise<TriedBefore> {
  const own = new Set(trials.map(({ params }) => canonicalJson({ ...spec.base, ...params })));
  const [here, elsewhere] = [new Set<string>(), new Set<string>()];
  const unlisted = { here: 0, elsewhere: 0 };
  const { heads, damaged } = await listSweeps(sweepsDir);
  for (const head of heads.slice(0, MAX_SWEEPS)) {
    if (head.sweepId === sweepId) continue;
    const review = await readSweep(sweepsDir, head.sweepId).catch(() => undefined);
    if (review === undefined) continue;
    const isSame = digests.some((digest) => review.dataHash.split(' ').includes(digest));
    if (!isSame && !isAlike(seen, review)) continue;
    const tried = isSame ? here : elsewhere;
    unlisted[isSame ? 'here' : 'elsewhere'] += Math.max(0, review.trials - review.ranking.length);
    for (const { params } of review.ranking) tried.add(canonicalJson({ ...review.base, ...params }));
  }
  const others =
    [...elsewhere].filter((settings) => !here.has(settings) && !own.has(settings)).length +
    unlisted.elsewhere;
  const known = [...here].filter((settings) => !own.has(settings)).length + unlisted.here;
  const older = Math.max(0, heads.length - MAX_SWEEPS);
  return { settings: known + others, elsewhere: others, unreadable: damaged, older };
}

/** Sweeps of older versions say nothing of their markets: they count by their recordings alone. */
function isAlike(seen: SweptData, { markets, fromUs, toUs }: SweepReview): boolean {
  if (markets === undefined || fromUs === undefined || toUs === undefined) return false;
  return sharesData({ ...seen, prices: [] }, { markets, fromUs, toUs, prices: [] });
}

export function sweptData({ instruments, firstUs, lastUs }: TapeHead): SweptData {
  const markets = instruments.map(({ venue, spec }) => `${spec.symbol}@${venue}`);
  return { markets, fromUs: firstUs, toUs: lastUs };
}
