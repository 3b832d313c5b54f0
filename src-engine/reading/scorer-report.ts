/** The scorer over a profile's own executions. Amounts become floats here: shares are estimated from them, and nothing is booked by them. */
import type { ScorerReport } from '../contract/scorer-operations.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Readable } from '../storage/database-types.ts';
import { newestExecution, type Taken, takenOpportunities } from '../storage/queries/taken.ts';
import { scoreTaken } from '../training/scorer/scorer.ts';
import type { TakenRecord } from '../training/scorer/taken-record.ts';

/** By connection and profile: as long as no execution ended since, the report is the same, and a window asks every minute. */
const KEPT = new WeakMap<Readable, Map<string, { readonly lastId: string; readonly report: ScorerReport }>>();
const MAX_KEPT = 50;

export async function scorerReport(
  database: Readable,
  profile: string,
  homeAsset: string,
): Promise<ScorerReport> {
  const kept = KEPT.get(database) ?? new Map<string, { lastId: string; report: ScorerReport }>();
  KEPT.set(database, kept);
  const key = `${profile} ${homeAsset}`;
  // Asked before the executions are read: one that ends meanwhile is read again the next time.
  const lastId = await newestExecution(database, profile);
  const known = kept.get(key);
  if (known?.lastId === lastId) return known.report;
  const report = await freshReport(database, profile, homeAsset);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, { lastId, report });
  return report;
}

async function freshReport(database: Readable, profile: string, homeAsset: string): Promise<ScorerReport> {
  const { taken, left } = await takenOpportunities(database, profile);
  const records = takenRecords(taken, homeAsset);
  return {
    homeAsset,
    records: taken.length + left,
    left: taken.length + left - records.length,
    ...scoreTaken(records),
  };
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
      cycle: `${venue} ${path.join(' ')}`,
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
