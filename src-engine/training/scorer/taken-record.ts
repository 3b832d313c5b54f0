/** One execution as it was begun and as it ended, and the features of it: all of them were known when it was begun. */
import type { TimeUs } from '../../domain/time.ts';
import { CAPTURE_FEATURES, CaptureHistory, type CaptureInput } from '../../detection/capture-features.ts';

export type TakenRecord = CaptureInput & {
  /** Of the session that it was traded in: each begins without outcomes. */
  readonly run: string;
  readonly finishedUs: TimeUs;
  readonly profitHome: number;
  /** It completed, with a profit. */
  readonly isCaptured: boolean;
};

export const SCORER_FEATURES = CAPTURE_FEATURES;

/** @param records by their starts. @returns a row a record; outcomes count from their end on. */
export function scorerRows(records: readonly TakenRecord[]): Float64Array {
  const width = SCORER_FEATURES.length;
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
