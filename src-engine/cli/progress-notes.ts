/** How far long work of the command line is: a line on stderr every so often, with the time that is left where it is known. */
import type { OnRead } from '../backtest/replay-source.ts';

/** What is over sooner says nothing of its progress. */
const NOTED_EVERY_MS = 2_000;

/** As the jobs of the window are at: `done` of `total`, which is 0 while nothing is known. */
export type WorkProgress = {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
};

/** @param nowMs of a clock that never goes back. */
export function progressNotes(
  note: (text: string) => void,
  nowMs: () => number = () => performance.now(),
): (progress: WorkProgress) => void {
  let toldMs = nowMs();
  let phase: string | undefined;
  let beganMs = toldMs;
  return (progress) => {
    const atMs = nowMs();
    if (progress.phase !== phase) beganMs = atMs;
    phase = progress.phase;
    if (atMs - toldMs < NOTED_EVERY_MS) return;
    toldMs = atMs;
    note(wordsOf(progress, atMs - beganMs));
  };
}

/** `reading the recording: 34 %, about 5 s left`. */
function wordsOf({ phase, done, total, unit }: WorkProgress, tookMs: number): string {
  if (total === 0) return phase;
  const share = unit === 'bytes' ? `${Math.floor((done * 100) / total)} %` : `${done} of ${total} ${unit}`;
  const leftS = Math.ceil((tookMs * (total - done)) / Math.max(1, done) / 1_000);
  return `${phase}: ${share}${done > 0 && done < total ? `, about ${leftS} s left` : ''}`;
}

/** What a backtest says that replays its logs as it reads them. */
export function readingNotes(note: (text: string) => void): OnRead {
  const report = progressNotes(note);
  return (done, total, unit) => report({ phase: 'replaying', done, total, unit });
}
