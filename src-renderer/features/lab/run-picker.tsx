import { codeOf } from '../../lib/venue-asset-text.ts';
import { useEffect } from 'react';
import type { RunHead } from '../../../src-engine/contract/lab-records.ts';
import type { Note } from '../../../src-engine/contract/note-operations.ts';
import { formatSigned } from '../../lib/decimal-text.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatFull } from '../../lib/time-text.ts';
import { noteKey, useNotes } from '../notes/use-notes.ts';
import { useLab } from './lab-store.ts';
import { useAnswer } from './use-answer.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useEndedJobs } from './use-jobs.ts';

/** Stored runs, newest first; asked for again whenever a job has ended. */
export function useRuns():
  | { readonly runs: readonly RunHead[]; readonly damaged: readonly string[] }
  | undefined {
  return useAnswer('listRuns', {}, useEndedJobs()).data;
}

/** The run that the lab's panels are about: the chosen one; until one is chosen the newest, and what was started in this window once it has ended. */
export function useRunUnderReview(runs: readonly RunHead[] | undefined): string | null {
  const runId = useLab((lab) => lab.runId);
  const started = useLab((lab) => lab.started);
  const reviewRun = useLab((lab) => lab.reviewRun);
  const [newest] = runs ?? [];
  useEffect(() => {
    if (started !== null && runs?.some((run) => run.runId === started) === true) reviewRun(started);
    else if (runId === null && newest !== undefined) reviewRun(newest.runId);
  }, [runId, started, runs, newest, reviewRun]);
  return runId;
}

type RunPickerProps = {
  readonly label: string;
  readonly runs: readonly RunHead[];
  readonly runId: string | null;
  readonly onPick: (runId: string) => void;
};

/** Chooses one of the stored runs by name, time and result. */
export function RunPicker({ label, runs, runId, onPick }: RunPickerProps) {
  const zone = usePrefs((prefs) => prefs.zone);
  const notes = useNotes();
  return (
    <select
      className="input lab-picker"
      aria-label={label}
      value={runId ?? ''}
      onChange={(event) => onPick(event.target.value)}
    >
      {runId === null && <option value="">Choose a run…</option>}
      {runs.map((run) => (
        <option key={run.runId} value={run.runId}>
          {`${recordingTitle(run.name)} · ${formatFull(run.createdUs, zone).slice(5, 16)} · ${formatSigned(run.netPnl, 2)} ${codeOf(run.homeAsset)} · ${run.trades} trades ${tagsShown(notes.get(noteKey('run', run.runId)))}`}
        </option>
      ))}
    </select>
  );
}

function tagsShown(note: Note | undefined): string {
  return (note?.tags ?? []).map((tag) => `#${tag}`).join(' ');
}
