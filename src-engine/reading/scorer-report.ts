/** The scorer over a profile's own executions: judged, fitted for the registry, and held against what became of those that one was asked of. */
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import type { ScorerEffects, ScorerReport } from '../contract/scorer-operations.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Readable } from '../storage/database-types.ts';
import { countRefused, executionsStamp, takenOpportunities } from '../storage/queries/taken.ts';
import { modelText } from '../training/model-file.ts';
import { LEAST_RECORDS, scoreTaken } from '../training/scorer/scorer.ts';
import { challengedOf, effectOf, type Scored } from '../training/scorer/scorer-effect.ts';
import { fitScorer } from '../training/scorer/scorer-model.ts';
import { type TakenRecord, takenRecords } from '../training/scorer/taken-record.ts';

type Kept = {
  readonly stamp: string;
  readonly report: ScorerReport;
  /** Executions that a scorer was asked of, by their starts, and the start of the first of all. */
  readonly scored: readonly Scored[];
  readonly sinceUs: TimeUs;
};

/** By connection and profile: as long as no execution ended or was corrected since, the report is the same, and a window asks every minute. */
const KEPT = new WeakMap<Readable, Map<string, Kept>>();
const MAX_KEPT = 50;

export async function scorerReport(
  database: Readable,
  profile: string,
  homeAsset: string,
): Promise<ScorerReport> {
  return (await keptOf(database, profile, homeAsset)).report;
}

async function keptOf(database: Readable, profile: string, homeAsset: string): Promise<Kept> {
  const kept = KEPT.get(database) ?? new Map<string, Kept>();
  KEPT.set(database, kept);
  const key = `${profile} ${homeAsset}`;
  // Asked before the executions are read: one that ends meanwhile is read again the next time.
  const stamp = await executionsStamp(database, profile);
  const known = kept.get(key);
  if (known?.stamp === stamp) return known;
  const { taken, left } = await takenOpportunities(database, profile);
  const fresh: Kept = {
    stamp,
    report: reportOf(taken, left, recordsOf(taken, homeAsset), homeAsset),
    scored: taken.flatMap(({ opportunity: { capture, opportunityId }, execution }) =>
      capture === undefined
        ? []
        : [
            {
              opportunityId,
              capture,
              execution: { outcome: execution.outcome, profitHome: execution.profitHome },
            },
          ],
    ),
    sinceUs: taken[0]?.execution.startedUs ?? 0,
  };
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, fresh);
  return fresh;
}

type AllTaken = Awaited<ReturnType<typeof takenOpportunities>>['taken'];

const isBegun = ({ execution }: AllTaken[number]): boolean => execution.outcome !== 'denied';

const recordsOf = (taken: AllTaken, homeAsset: string): TakenRecord[] =>
  takenRecords(taken.filter(isBegun), homeAsset);

function reportOf(
  taken: AllTaken,
  left: number,
  records: readonly TakenRecord[],
  homeAsset: string,
): ScorerReport {
  const all = taken.filter(isBegun).length + left;
  return { homeAsset, records: all, left: all - records.length, ...scoreTaken(records) };
}

/** A scorer that is fitted for the registry; `model` null: the report says why there is none. @throws UserError where there is nothing to learn. */
export async function scorerTraining(database: Readable, profile: string, homeAsset: string) {
  const { taken, left } = await takenOpportunities(database, profile);
  const records = recordsOf(taken, homeAsset);
  const report = reportOf(taken, left, records, homeAsset);
  const model = records.length < LEAST_RECORDS ? undefined : fitScorer(records, profile);
  return {
    report,
    model: model === undefined ? null : modelText(model),
    threshold: model?.scorer?.threshold ?? 0,
    dataSha256: hashOf('executions', profile, records),
    fromUs: records[0]?.startedUs ?? 0,
    toUs: model?.scorer?.fittedToUs ?? 0,
  };
}

/** What a scorer, the one that was asked last, said of executions before they were begun, and what became of these; and the same of its challenger. */
export async function scorerEffect(
  database: Readable,
  profile: string,
  homeAsset: string,
): Promise<ScorerEffects> {
  const { scored, sinceUs } = await keptOf(database, profile, homeAsset);
  const model = scored.at(-1)?.capture.model;
  const own = scored.filter(({ capture }) => capture.model === model);
  const challenged = challengedOf(scored);
  return {
    effect: { homeAsset, ...effectOf(own, await countRefused(database, profile, sinceUs, model)) },
    challenged: challenged.length === 0 ? null : { homeAsset, ...effectOf(challenged, 0) },
  };
}
