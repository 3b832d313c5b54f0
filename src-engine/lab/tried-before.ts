/** How many settings were tried on the same data before: who looks often enough finds something. */
import type { SweepPlan } from '../backtest/sweep/sweep-plan.ts';
import { canonicalJson } from '../backtest/sweep/trial-id.ts';
import { listSweeps, readSweep } from './stored-run.ts';

/** Newest sweeps that are read: each may hold thousands of trials. */
const MAX_SWEEPS = 500;

export type TriedBefore = { readonly settings: number; readonly unreadable: readonly string[] };

/**
 * Different settings of stored sweeps that had a recording in common with this one, its own settings left out: the same
 * setting looked at again is not a new chance.
 * @returns how many, and the files of stored sweeps that are damaged: what they tried is missing in the count.
 * @param digests SHA-256 of each recording of the plan.
 */
export async function triedBefore(
  sweepsDir: string,
  { sweepId, spec, trials }: Pick<SweepPlan, 'sweepId' | 'spec' | 'trials'>,
  digests: readonly string[],
): Promise<TriedBefore> {
  const own = new Set(trials.map(({ params }) => canonicalJson({ ...spec.base, ...params })));
  const tried = new Set<string>();
  const { heads, damaged } = await listSweeps(sweepsDir);
  for (const head of heads.slice(0, MAX_SWEEPS)) {
    if (head.sweepId === sweepId) continue;
    const review = await readSweep(sweepsDir, head.sweepId).catch(() => undefined);
    if (review === undefined || !digests.some((digest) => review.dataHash.split(' ').includes(digest)))
      continue;
    for (const { params } of review.ranking) tried.add(canonicalJson({ ...review.base, ...params }));
  }
  let count = 0;
  for (const settings of tried) if (!own.has(settings)) count++;
  return { settings: count, unreadable: damaged };
}
