/** One execution as it was begun and as it ended, and the features of it: all of them were known when it was begun. */
import { log } from '../../lib/elementary.ts';
import type { TimeUs } from '../../domain/time.ts';

export type TakenRecord = {
  readonly startedUs: TimeUs;
  readonly finishedUs: TimeUs;
  /** Venue and path: what was traded. */
  readonly cycle: string;
  readonly legs: number;
  /** Since the opportunity was first seen. */
  readonly seenUs: number;
  readonly netBps: number;
  readonly grossBps: number;
  readonly feesBps: number;
  readonly depthBps: number;
  /** Of the oldest book. */
  readonly ageUs: number;
  /** Best net edge of the opportunity so far. */
  readonly peakNetBps: number;
  /** In the home currency. */
  readonly promisedHome: number;
  readonly profitHome: number;
  /** It completed, with a profit. */
  readonly isCaptured: boolean;
};

export const SCORER_FEATURES = [
  'net edge',
  'gross edge',
  'fees',
  'depth cost',
  'book age',
  'below its best edge',
  'seen for',
  'legs',
  'promised amount',
  'captured of the last 20',
  'captured of its last 5',
  'since the last one',
  'under way',
] as const;

const OF_ALL = 20;
const OF_CYCLE = 5;
/** What a share begins at, before anything ended. */
const UNKNOWN = 0.5;

/** @param records by their starts. @returns a row a record; outcomes count from their end on. */
export function scorerRows(records: readonly TakenRecord[]): Float64Array {
  const width = SCORER_FEATURES.length;
  const rows = new Float64Array(records.length * width);
  const byEnd = [...records.keys()].sort(
    (a, b) => (records[a] as TakenRecord).finishedUs - (records[b] as TakenRecord).finishedUs || a - b,
  );
  const all: boolean[] = [];
  const own = new Map<string, boolean[]>();
  let ended = 0;
  records.forEach((record, at) => {
    for (; ended < byEnd.length; ended++) {
      const before = records[byEnd[ended] as number] as TakenRecord;
      if (before.finishedUs >= record.startedUs) break;
      keep(all, before.isCaptured, OF_ALL);
      const ofCycle = own.get(before.cycle) ?? [];
      own.set(before.cycle, ofCycle);
      keep(ofCycle, before.isCaptured, OF_CYCLE);
    }
    const overall = shareOf(all, UNKNOWN);
    const lastUs = records[at - 1]?.startedUs ?? record.startedUs;
    rows.set(
      [
        record.netBps,
        record.grossBps,
        record.feesBps,
        record.depthBps,
        log(1 + Math.max(0, record.ageUs)),
        record.peakNetBps - record.netBps,
        log(1 + Math.max(0, record.seenUs)),
        record.legs,
        log(1 + Math.max(0, record.promisedHome)),
        overall,
        shareOf(own.get(record.cycle) ?? [], overall),
        log(1 + Math.max(0, record.startedUs - lastUs)),
        at - ended,
      ],
      at * width,
    );
  });
  return rows;
}

function keep(outcomes: boolean[], outcome: boolean, most: number): void {
  outcomes.push(outcome);
  if (outcomes.length > most) outcomes.shift();
}

function shareOf(outcomes: readonly boolean[], empty: number): number {
  return outcomes.length === 0 ? empty : outcomes.filter(Boolean).length / outcomes.length;
}
