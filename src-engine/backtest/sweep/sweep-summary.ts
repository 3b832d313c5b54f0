/** What a sweep found: its trials ranked by test, the best of them, and whether to believe it. */
import { LEAST_OVERLAP } from '../overfit/seen-data.ts';
import { type Evidence, gatherEvidence, rankByTest } from '../overfit/evidence.ts';
import { type CheckName, failedChecks, judge, type Verdict } from '../overfit/verdict.ts';
import type { ParameterValue } from './ranges.ts';
import type { SweepLedger } from './sweep-ledger.ts';
import type { SweepPlan } from './sweep-plan.ts';
import type { TrialFigures } from './trial-result.ts';

export type RankedTrial = {
  readonly trialId: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** What the sweep ranks by, of one period: mean over the trains, and over all tests together. */
  readonly train: number;
  readonly test: number;
  readonly testTrades: number;
  readonly figures: TrialFigures;
};

export type SweepSummary = {
  readonly sweepId: string;
  /** Over all results: see `SweepLedger.digest`. */
  readonly digest: string;
  /** Trials of the plan; those that ran; those that failed. Less than planned: the sweep was ended early. */
  readonly planned: number;
  readonly trials: number;
  readonly failed: number;
  /** The first few failures. */
  readonly failures: readonly { readonly trialId: string; readonly message: string }[];
  readonly rankBy: 'sharpe' | 'return';
  readonly periodUs: number;
  readonly periods: number;
  readonly best: RankedTrial | null;
  /** All trials that ran, best by test first. */
  readonly ranking: readonly RankedTrial[];
  /** `failed`: checks that do not hold, flagged or not. */
  readonly overfit: Verdict & { readonly failed: readonly CheckName[] } & Partial<Omit<Evidence, 'best'>>;
};

const SHOWN_FAILURES = 20;

/** Settings that other sweeps tried on the same market and time, those of them on other recordings, and files of sweeps that could not be read. */
type TriedBefore = {
  readonly settings: number;
  readonly elsewhere: number;
  readonly unreadable: readonly string[];
  readonly older: number;
};
const NOTHING_BEFORE: TriedBefore = { settings: 0, elsewhere: 0, unreadable: [], older: 0 };

/**
 * The same for the same results, in whatever order and from however many workers they came. Works on what is
 * there: a sweep that was ended early is summed up too, and says so. @param before settings that other sweeps
 * tried on the same data, which make a lucky one likelier, and files of sweeps that could not be read.
 */
export function summarise(
  plan: SweepPlan,
  ledger: SweepLedger,
  before: TriedBefore = NOTHING_BEFORE,
): SweepSummary {
  const { spec, trials, sweepId, periodUs, score } = plan;
  const scored = ledger.scored();
  const failed = ledger.failed();
  const scores = scored.map(({ result }) => result.score);
  const ranking = rankByTest(scores, spec.rankBy).flatMap(({ trial: place, ...ranked }): RankedTrial[] => {
    const entry = scored[place];
    if (entry === undefined) return [];
    const { trialId, params } = entry.trial;
    return [{ trialId, params, ...ranked, figures: entry.result.figures }];
  });
  return {
    sweepId,
    digest: ledger.digest(),
    planned: trials.length,
    trials: scored.length,
    failed: failed.length,
    failures: failed
      .slice(0, SHOWN_FAILURES)
      .map(({ trial, message }) => ({ trialId: trial.trialId, message })),
    rankBy: spec.rankBy,
    periodUs,
    periods: score.periods,
    best: ranking[0] ?? null,
    ranking,
    overfit: overfitOf(plan, ledger, before),
  };
}

/** The part of a summary that says whether to believe the best trial. */
export function overfitOf(
  plan: SweepPlan,
  ledger: SweepLedger,
  before = NOTHING_BEFORE,
): SweepSummary['overfit'] {
  const scored = ledger.scored();
  const scores = scored.map(({ result }) => result.score);
  const points = scored.flatMap(({ trial }) => plan.points[trial.index] ?? []);
  const evidence = gatherEvidence(scores, plan.spec.rankBy, points, before.settings);
  return verdictOf(evidence, plan.trials.length, before);
}

function verdictOf(
  evidence: Evidence | null,
  planned: number,
  { elsewhere, unreadable, older }: TriedBefore,
): SweepSummary['overfit'] {
  if (evidence === null) {
    return {
      flagged: true,
      reasons: ['No trial ran: there is no result.'],
      cautions: [],
      failed: [],
    };
  }
  const { flagged, reasons, cautions } = judge(evidence);
  const failed = failedChecks(evidence);
  const { best: _, ...figures } = evidence;
  const unfinished =
    evidence.trials < planned
      ? [
          `Only ${evidence.trials} of ${planned} trials are counted; with all of them the threshold for the best is higher.`,
        ]
      : [];
  const onOthers =
    elsewhere === 0
      ? []
      : [
          `${elsewhere} of the settings that were tested before were tested on other recordings, which have a market and at least ${LEAST_OVERLAP * 100} % of the shorter time in common with these.`,
        ];
  const unread =
    unreadable.length === 0
      ? []
      : [
          `Stored sweeps are damaged (${unreadable.slice(0, 3).join(', ')}): their trials are not counted; run them again.`,
        ];
  const unlooked =
    older === 0
      ? []
      : [
          `${older} older stored sweeps were not looked at: what they tried on these data is not counted. Remove sweeps that are of no use any more.`,
        ];
  return {
    flagged,
    reasons,
    cautions: [...unfinished, ...unread, ...unlooked, ...cautions, ...onOthers],
    failed,
    ...figures,
  };
}
