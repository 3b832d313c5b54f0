/** One execution as it was begun and as it ended, and the features of it: all of them were known when it was begun. Amounts become floats here: shares are estimated from them, and nothing is booked by them. */
import {
  CAPTURE_FEATURES,
  CaptureHistory,
  type CaptureInput,
  captureKey,
  isCaptured,
} from '../../detection/capture-features.ts';
import { CONTROL_EVERY } from '../../domain/capture-model.ts';
import type { ExecutionRecord } from '../../domain/event.ts';
import type { Opportunity } from '../../domain/opportunity.ts';
import type { TimeUs } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';

export type TakenRecord = CaptureInput & {
  /** Of the session that it was traded in: each begins without outcomes. */
  readonly run: string;
  readonly finishedUs: TimeUs;
  readonly profitHome: number;
  readonly isCaptured: boolean;
  /** Executions that it stands for: one, and as a control of a gate as many as the gate leaves one of. */
  readonly weight: number;
};

/** An execution, with the opportunity as it was when that was begun. */
export type Taken = { readonly opportunity: Opportunity; readonly execution: ExecutionRecord };

/**
 * Prices of start assets other than home are those of the latest execution before that says one; without any it is left out.
 * @param taken by their starts, without those that risk denied before an order left.
 */
export function takenRecords(taken: readonly Taken[], homeAsset: string): TakenRecord[] {
  const prices = new Map<string, number>();
  const controls = new Set<string>();
  const records: TakenRecord[] = [];
  for (const { opportunity, execution } of taken) {
    const { waterfall, peakNetBps, openedUs, legs, path, venue, opportunityId } = opportunity;
    // From its first verdict below the threshold on a life is taken as one of so many: without a gate all of them were.
    if (opportunity.capture?.verdict === 'control') controls.add(opportunityId);
    const start = assetName(path[0] ?? '');
    const price = start === homeAsset ? 1 : prices.get(start);
    const [profit, profitHome] = [Number(execution.profit), Number(execution.profitHome)];
    // Of what left something behind, the amount at home is not the profit times a price.
    if (execution.outcome === 'completed' && execution.dust.length === 0 && profit !== 0)
      prices.set(start, profitHome / profit);
    if (price === undefined || !(price > 0)) continue;
    records.push({
      startedUs: execution.startedUs,
      finishedUs: execution.finishedUs,
      run: runOf(opportunityId),
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
      isCaptured: isCaptured(execution),
      weight: controls.has(opportunityId) ? CONTROL_EVERY : 1,
    });
  }
  return records;
}

/** Opportunities are numbered within their run: RUN-o1, RUN-o2. */
const runOf = (opportunityId: string): string => opportunityId.slice(0, opportunityId.lastIndexOf('-'));

/** @param records by their starts. @returns a row a record; outcomes count from their end on. */
export function scorerRows(records: readonly TakenRecord[]): Float64Array {
  const width = CAPTURE_FEATURES.length;
  const rows = new Float64Array(records.length * width);
  const byRun = Map.groupBy(records.entries(), ([, { run }]) => run);
  for (const own of byRun.values()) {
    const byEnd = own.map(([, record]) => record).sort((a, b) => a.finishedUs - b.finishedUs);
    const history = new CaptureHistory();
    let ended = 0;
    for (const [at, record] of own) {
      for (; ended < byEnd.length; ended++) {
        const before = byEnd[ended] as TakenRecord;
        if (before.finishedUs >= record.startedUs) break;
        history.ended(before.cycle, before.startedUs, before.isCaptured);
      }
      history.write(record, rows, at * width);
      history.began(record.startedUs);
    }
  }
  return rows;
}
