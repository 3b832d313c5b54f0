/** A sweep as it is kept: its verdict and its trials, ranked. */
import type { SweepReview } from '../contract/lab-records.ts';
import type { SweptData } from './tried-before.ts';
import type { SweepSummary } from '../backtest/sweep/sweep-summary.ts';

/** Ranked trials that are stored. */
const KEPT_TRIALS = 5_000;

export type SweepAbout = {
  /** Empty: named by what varies. */
  readonly name: string;
  readonly createdUs: number;
  readonly recordings: readonly string[];
  /** Settings that vary. */
  readonly parameters: readonly string[];
  readonly base: Readonly<Record<string, string>>;
  readonly seed: number;
  /** SHA-256 of each recording. */
  readonly digests: readonly string[];
  readonly seen: SweptData;
};

export function sweepReview(about: SweepAbout, summary: SweepSummary): SweepReview {
  const { ranking, best: _best, overfit, failures, ...rest } = summary;
  const { folds: _folds, periods: _periods, ...evidence } = overfit;
  const parameters = about.parameters.toSorted();
  return {
    ...rest,
    name: about.name === '' ? parameters.join(' × ') : about.name,
    createdUs: about.createdUs,
    recordings: [...about.recordings],
    parameters,
    flagged: overfit.flagged,
    failures: [...failures],
    homeAsset: ranking[0]?.figures.homeAsset ?? '',
    base: { ...about.base },
    seed: about.seed,
    dataHash: about.digests.join(' '),
    ...about.seen,
    markets: [...about.seen.markets],
    ranking: ranking.slice(0, KEPT_TRIALS).map(({ figures, params, ...ranked }) => ({
      ...ranked,
      params: { ...params },
      netPnl: figures.netPnl,
      sharpe: figures.sharpe,
      maxDrawdown: figures.maxDrawdown,
      trades: figures.trades,
    })),
    overfit: {
      ...evidence,
      reasons: [...overfit.reasons],
      cautions: [...overfit.cautions],
      failed: [...overfit.failed],
    },
  };
}
