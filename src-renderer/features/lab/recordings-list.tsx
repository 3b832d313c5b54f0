import { Circle, RefreshCw, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatDuration, formatFull } from '../../lib/time-text.ts';
import { isSameFile, partsOf } from './same-file.ts';
import { useLab } from './lab-store.ts';
import { sizeText } from '../../lib/figures.ts';
import { RecordingActions } from './recording-actions.tsx';
import { useAnswer } from './use-answer.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useEndedJobs } from './use-jobs.ts';

/** Between refreshes of the list: files appear and disappear, and their figures follow once they have been read. */
const LOOK_MS = 5_000;
const READING_MS = 1_500;

/** Recorded markets to choose from, and the button that records one. */
export function RecordingsList() {
  const chosen = useLab((lab) => lab.recordings);
  const opened = useLab((lab) => lab.opened);
  const choose = useLab((lab) => lab.chooseRecordings);
  const recording = useReplica(({ status }) => status.recording) ?? null;
  const ended = useEndedJobs();
  const { data, problem, again } = useAnswer('listRecordings', {}, `${ended} ${recording} ${opened}`);
  const isReading = data?.isReading ?? false;
  useEffect(() => {
    const timer = setInterval(again, isReading ? READING_MS : LOOK_MS);
    return () => clearInterval(timer);
  }, [isReading, again]);
  const list = data?.recordings ?? [];
  // What was chosen while its file was being closed has lost that file's ending.
  useEffect(() => {
    const names = new Set(data?.recordings.map(({ name }) => name));
    const renamed = chosen.map((name) => {
      const closed = name.replace(/\.part$/, '');
      return !names.has(name) && names.has(closed) ? closed : name;
    });
    if (renamed.some((name, at) => name !== chosen[at])) choose(renamed);
  }, [data, chosen, choose]);
  // What was recorded just now is what a newcomer wants to test: chosen where nothing else is.
  const written = useRef<string | null>(null);
  useEffect(() => {
    if (recording !== null) written.current = recording;
    if (recording !== null || written.current === null || data === undefined) return;
    const ended = partsOf(
      written.current,
      data.recordings.map(({ name }) => name),
    );
    if (ended.length === 0) return;
    written.current = null;
    if (chosen.length === 0) choose(ended);
  }, [recording, data, chosen, choose]);
  const toggle = (name: string) =>
    choose(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  return (
    <section className="lab-recordings" aria-label="Recordings">
      <div className="lab-row">
        <h3>Recordings</h3>
        <RecordButton recording={recording} onDone={again} />
        <button type="button" className="icon-button" aria-label="Refresh" title="Refresh" onClick={again}>
          <RefreshCw size={13} aria-hidden="true" />
        </button>
      </div>
      {problem !== null && <ProblemNotice title="The recordings could not be listed" problem={problem} />}
      {data === undefined && problem === null ? (
        <EmptyState title="Loading the recordings…" />
      ) : list.length === 0 ? (
        <EmptyState title="Nothing recorded yet">
          Press Record, wait some minutes, and press Stop recording: it is listed here, chosen, and can be
          backtested. Or copy a market log into the folder “recordings” of the data folder.
        </EmptyState>
      ) : (
        <ul className="lab-recording-list">
          {list.map((each) => (
            <Recording
              key={each.name}
              recording={each}
              isOpen={isSameFile(recording, each.name)}
              isChosen={chosen.includes(each.name)}
              onToggle={() => toggle(each.name)}
            />
          ))}
        </ul>
      )}
      <RecordingActions chosen={list.filter(({ name }) => chosen.includes(name))} onChange={again} />
    </section>
  );
}

type RecordButtonProps = { readonly recording: string | null; readonly onDone: () => void };

function RecordButton({ recording, onDone }: RecordButtonProps) {
  const session = useSession();
  const profile = useReplica(({ status }) => status.profile) ?? null;
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    if (recording === null) await session.run('The recording did not start', 'startRecording', {});
    else await session.run('The recording did not stop', 'stopRecording', {});
    setBusy(false);
    onDone();
  };
  const Icon = recording === null ? Circle : Square;
  return (
    <button
      type="button"
      className="bar-button lab-record"
      disabled={busy || profile === null}
      title={recording === null ? 'Record market data' : 'Stop the recording; then it can be backtested'}
      onClick={() => void press()}
    >
      <Icon size={10} fill="currentColor" aria-hidden="true" className={recording === null ? 'loss' : ''} />
      {recording === null ? 'Record' : 'Stop recording'}
    </button>
  );
}

type RecordingProps = {
  readonly recording: RecordingRecord;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
};

function Recording({ recording, isOpen, isChosen, onToggle }: RecordingProps) {
  const zone = usePrefs((prefs) => prefs.zone);
  const { name, venue, symbols, bytes, modifiedUs, fault } = recording;
  const usable = fault === '' && !isOpen;
  return (
    <li className={`lab-recording ${isChosen ? 'lab-recording-chosen' : ''}`}>
      <label>
        <input type="checkbox" checked={isChosen} disabled={!usable} onChange={onToggle} />
        <span className="lab-recording-name" title={name}>
          {recordingTitle(name)}
        </span>
      </label>
      <span className="lab-recording-facts">
        {fault !== '' ? (
          <span className="loss" title={fault}>
            Cannot be used: {fault}
          </span>
        ) : (
          <>
            <span title={symbols.join(', ')}>
              {venueTitle(venue)} · {symbols.length} pairs
            </span>
            {isOpen ? <strong className="loss">being recorded</strong> : <span>{spanText(recording)}</span>}
            <span className="num">{sizeText(bytes)}</span>
            <span className="num" title={formatFull(modifiedUs, zone)}>
              {formatFull(modifiedUs, zone).slice(0, 16)}
            </span>
            <span title={qualityDetail(recording)}>{qualityText(recording)}</span>
          </>
        )}
      </span>
    </li>
  );
}

function spanText({ fromUs, toUs, events }: RecordingRecord): string {
  if (fromUs === null || toUs === null) return 'being read…';
  return `${formatDuration(toUs - fromUs)}${events === null ? '' : `, ${formatCount(events)} events`}`;
}

/** What is wrong with it, in few words; the whole is in `qualityDetail`. */
function qualityText({ checksumFaults, unreadableFrames, details }: RecordingRecord): string {
  if (details === null) return '';
  const faults = [
    [checksumFaults ?? 0, 'checksum faults'],
    [unreadableFrames ?? 0, 'unreadable frames'],
    [details.gapCount, 'gaps'],
    [details.sequenceGaps, 'sequence gaps'],
    [details.disconnects, 'disconnects'],
  ] as const;
  const bad = faults.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return bad.length === 0 ? 'no faults, no gaps' : bad.join(', ');
}

function qualityDetail({ details, tape }: RecordingRecord): string {
  if (details === null) return 'Known once it has been read';
  const { bookMessages, trades, bookDepth, longestQuietUs, quietestSymbol, firstFault, isUnfinished } =
    details;
  return [
    `${formatCount(bookMessages)} book messages of ${bookDepth} levels, ${formatCount(trades)} trades`,
    `Longest silence of one book: ${formatDuration(longestQuietUs)} (${quietestSymbol})`,
    ...(firstFault === '' ? [] : [`First fault: ${firstFault}`]),
    ...(isUnfinished ? ['The file is truncated: it is read up to its last complete line'] : []),
    `Tape: ${tape}`,
  ].join('\n');
}
