import type { RunHead } from '../../../src-engine/contract/lab-records.ts';
import type { Note } from '../../../src-engine/contract/note-operations.ts';
import { formatSigned } from '../../lib/decimal-text.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatFull } from '../../lib/time-text.ts';
import { noteKey, useNotes } from '../notes/use-notes.ts';
import { useAnswer } from './use-answer.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useEndedJobs } from './use-jobs.ts';

/** Stored runs, newest first; asked for again whenever a job has ended. */
export function useRuns():
  | { readonly runs: readonly RunHead[]; readonly damaged: readonly string[] }
  | undefined {
  return useAnswer('listRuns', {}, useEndedJobs()).data;
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
          {`${recordingTitle(run.name)} · ${formatFull(run.createdUs, zone).slice(5, 16)} · ${formatSigned(run.netPnl, 2)} ${run.homeAsset} · ${run.trades} trades ${tagsShown(notes.get(noteKey('run', run.runId)))}`}
        </option>
      ))}
    </select>
  );
}

function tagsShown(note: Note | undefined): string {
  return (note?.tags ?? []).map((tag) => `#${tag}`).join(' ');
}
