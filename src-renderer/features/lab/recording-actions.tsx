import { FigureInput } from '../../components/figure-input.tsx';
import { useState } from 'react';
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { replaySettings } from '../replay/replay-settings.ts';
import { useUsualCapital } from '../replay/use-usual-capital.ts';
import { useLab } from './lab-store.ts';
import { trimSpan } from './trim-span.ts';

type RecordingActionsProps = {
  /** Those that are chosen. */
  readonly chosen: readonly RecordingRecord[];
  /** The folder has changed. */
  readonly onChange: () => void;
};

const LOG_END = /\.jsonl(\.gz)?$/;

/** What can be made of the chosen recordings: one of several, a part of one, and a tape that replays faster. */
export function RecordingActions({ chosen, onChange }: RecordingActionsProps) {
  const session = useSession();
  const choose = useLab((lab) => lab.chooseRecordings);
  const show = useLab((lab) => lab.show);
  const limits = useReplica((replica) => replica.limits);
  const detection = useReplica((replica) => replica.detection);
  const capital = useUsualCapital(chosen);
  const [busy, setBusy] = useState(false);
  const [from, setFrom] = useState('');
  const [length, setLength] = useState('');
  const [first] = chosen;
  if (first === undefined || !chosen.every(({ name }) => LOG_END.test(name))) return null;
  const recordings = chosen.map(({ name }) => name);
  const stem = first.name.replace(LOG_END, '');
  const span = trimSpan(first, from, length);
  const make = async (work: () => Promise<{ readonly name: string } | undefined>) => {
    setBusy(true);
    const made = await work();
    setBusy(false);
    if (made === undefined) return;
    choose([made.name]);
    onChange();
  };
  const merge = () =>
    make(() => session.run('Not merged', 'mergeRecordings', { recordings, out: `${stem}-merged.jsonl.gz` }));
  const replay = async () => {
    if (limits === undefined || detection === undefined) return;
    setBusy(true);
    const started = await session.run('The replay did not start', 'startReplay', {
      recordings,
      settings: replaySettings({ limits, detection }, capital),
    });
    setBusy(false);
    if (started !== undefined) show('replay');
  };
  const tape = () =>
    make(() => session.run('The tape was not made', 'makeTape', { recordings, out: `${stem}.tape` }));
  const trim = () =>
    make(async () => {
      if (!span.ok) return undefined;
      const out = `${stem}-${span.label}.jsonl.gz`;
      const { fromUs, toUs } = span;
      return session.run('Not trimmed', 'trimRecording', { recording: first.name, out, fromUs, toUs });
    });
  return (
    <fieldset className="lab-actions" disabled={busy}>
      <legend className="visually-hidden">Selected recordings</legend>
      <button
        type="button"
        className="bar-button"
        title="Plays it again step by step, through the same kernel; no order leaves"
        onClick={() => void replay()}
      >
        Replay
      </button>
      {chosen.length > 1 && (
        <button type="button" className="bar-button" onClick={() => void merge()}>
          Merge into one
        </button>
      )}
      <button
        type="button"
        className="bar-button"
        title="Decodes once; later runs replay several times as fast"
        onClick={() => void tape()}
      >
        Make tape
      </button>
      {chosen.length === 1 && first.fromUs !== null && (
        <span className="lab-trim" title={span.ok ? undefined : span.error}>
          <label>
            Trim from{' '}
            <FigureInput className="input num lab-short" placeholder="0" value={from} onChange={setFrom} /> s
          </label>
          <label>
            for{' '}
            <FigureInput
              className="input num lab-short"
              placeholder="60"
              value={length}
              onChange={setLength}
            />{' '}
            s
          </label>
          <button type="button" className="bar-button" disabled={!span.ok} onClick={() => void trim()}>
            Trim
          </button>
        </span>
      )}
    </fieldset>
  );
}
