/** The scorer over a profile's own executions: judged, fitted for the registry, and held against what became of those that one was asked of. Amounts become floats here: shares are estimated from them, and nothing is booked by them. */
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import type { ScorerEffect, ScorerReport } from '../contract/scorer-operations.ts';
import { captureKey } from '../detection/capture-features.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Readable } from '../storage/database-types.ts';
import { countRefused, executionsStamp, type Taken, takenOpportunities } from '../storage/queries/taken.ts';
import { modelText } from '../training/model-file.ts';
import { LEAST_RECORDS, scoreTaken } from '../training/scorer/scorer.ts';
import { effectOf } from '../training/scorer/scorer-effect.ts';
import { fitScorer } from '../training/scorer/scorer-model.ts';
import type { TakenRecord } from '../training/scorer/taken-record.ts';

/** By connection and profile: as long as no execution ended or was corrected since, the report is the same, and a window asks every minute. */
const KEPT = new WeakMap<Readable, Map<string, { readonly stamp: string; readonly report: ScorerReport }>>();
const MAX_KEPT = 50;

export async function scorerReport(
  database: Readable,
  profile: string,
  homeAsset: string,
): Promise<ScorerReport> {
  const kept = KEPT.get(database) ?? new Map<string, { stamp: string; report: ScorerReport }>();
  KEPT.set(database, kept);
  const key = `${profile} ${homeAsset}`;
  // Asked before the executions are read: one that ends meanwhile is read again the next time.
  const stamp = await executionsStamp(database, profile);
  const known = kept.get(key);
  if (known?.stamp === stamp) return known.report;
  const report = await freshReport(database, profile, homeAsset);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, { stamp, report });
  return report;
}

async function freshReport(database: Readable, profile: string, homeAsset: string): Promise<ScorerReport> {
  const { taken, left } = await takenOpportunities(database, profile);
  return reportOf(taken, left, takenRecords(taken, homeAsset), homeAsset);
}

function reportOf(
  taken: readonly Taken[],
  left: number,
  records: readonly TakenRecord[],
  homeAsset: string,
): ScorerReport {
  const found = scoreTaken(records);
  const controls = taken.filter(({ opportunity }) => opportunity.capture?.verdict === 'control').length;
  return {
    homeAsset,
    records: taken.length + left,
    left: taken.length + left - records.length,
    ...found,
    text: controls === 0 ? found.text : `${found.text} ${selectedWords(controls)}`,
  };
}

/** What a gate did not take has no outcome: the rest is no sample of the market. */
const selectedWords = (controls: number): string =>
  `A gate acted meanwhile: of what it doubted only ${controls === 1 ? 'the 1 control is' : `the ${controls} controls are`} among the executions, about one in five, so that what a gate is worth is understated.`;

/** A scorer that is fitted for the registry; `model` null: the report says why there is none. @throws UserError where there is nothing to learn. */
export async function scorerTraining(database: Readable, profile: string, homeAsset: string) {
  const { taken, left } = await takenOpportunities(database, profile);
  const records = takenRecords(taken, homeAsset);
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

/** What a scorer, the one that was asked last, said of executions before they were begun, and what became of these. */
export async function scorerEffect(
  database: Readable,
  profile: string,
  homeAsset: string,
): Promise<ScorerEffect> {
  const { taken } = await takenOpportunities(database, profile, true);
  const scored = taken.flatMap(({ opportunity: { capture, opportunityId }, execution }) =>
    capture === undefined ? [] : [{ opportunityId, capture, execution }],
  );
  const model = scored.at(-1)?.capture.model;
  const own = scored.filter(({ capture }) => capture.model === model);
  const sinceUs = taken[0]?.execution.startedUs ?? 0;
  return { homeAsset, ...effectOf(own, await countRefused(database, profile, sinceUs, model)) };
}

/** Prices of start assets other than home are those of the latest execution before that says one; without any it is left out. */
function takenRecords(taken: readonly Taken[], homeAsset: string): TakenRecord[] {
  const prices = new Map<string, number>();
  const records: TakenRecord[] = [];
  for (const { opportunity, execution } of taken) {
    const start = assetName(opportunity.path[0] ?? '');
    const price = start === homeAsset ? 1 : prices.get(start);
    const [profit, profitHome] = [Number(execution.profit), Number(execution.profitHome)];
    // Of what left something behind, the amount at home is not the profit times a price.
    if (execution.outcome === 'completed' && execution.dust.length === 0 && profit !== 0)
      prices.set(start, profitHome / profit);
    if (price === undefined || !(price > 0)) continue;
    const { waterfall, peakNetBps, openedUs, legs, path, venue } = opportunity;
    records.push({
      startedUs: execution.startedUs,
      finishedUs: execution.finishedUs,
      run: runOf(opportunity.opportunityId),
      cycle: captureKey(venue, path),
      legs: legs.length,
      seenUs: execution.startedUs - openedUs,
      netBps: waterfall.netBps,
      grossBps: waterfall.grossBps,
      feesBps: waterfall.feesBps,
      depthBps: waterfall.depthBps,
      ageUs: waterfall.ageUs,
      peakNetBps,
      promisedHome: Math.max(0, Number(opportunity.expectedProfit) * price),
      profitHome,
      isCaptured: execution.outcome === 'completed' && profitHome > 0,
    });
  }
  return records;
}

/** Opportunities are numbered within their run: RUN-o1, RUN-o2. */
const runOf = (opportunityId: string): string => opportunityId.slice(0, opportunityId.lastIndexOf('-'));
