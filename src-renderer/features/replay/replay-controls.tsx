/** Play, pause, step, speed, and the scrubber with the moments at which something was decided. */
import { CirclePause, CirclePlay, SkipForward, StepForward, X } from 'lucide-react';
import { useState } from 'react';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import type { ReplayPauseAt, ReplayView } from '../../../src-engine/contract/replay-operations.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock, formatDuration, formatFull } from '../../lib/time-text.ts';

const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 50, 100, 1_000] as const;
const STOPS: readonly { readonly at: ReplayPauseAt; readonly words: string }[] = [
  { at: 'taken', words: 'each cycle that is taken' },
  { at: 'opportunities', words: 'each opportunity' },
  { at: 'nothing', words: 'nothing' },
];
const WORDS: Readonly<Record<ReplayView['state'], string>> = {
  loading: 'Reading the recording',
  playing: 'Playing',
  seeking: 'Seeking',
  paused: 'Paused',
  ended: 'At the end',
  failed: 'Failed',
};
/** Of the scrubber's picture of marks, which is stretched. */
const WIDTH = 1_000;

export function ReplayControls({ replay }: { readonly replay: ReplayView }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const zone = usePrefs((prefs) => prefs.zone);
  const { replayId, state, speed, pauseAt, fromUs, atUs, events, totalEvents } = replay;
  const isReady = !isViewer && state !== 'loading' && state !== 'failed';
  const move = (command: Omit<OperationInput<'controlReplay'>, 'replayId'>) =>
    void session.run('The replay was not moved', 'controlReplay', { replayId, ...command });
  const isMoving = state === 'playing' || state === 'seeking';
  const Play = isMoving ? CirclePause : CirclePlay;
  return (
    <div className="replay-controls">
      <div className="lab-row">
        <button
          type="button"
          className="bar-button"
          disabled={!isReady}
          onClick={() => move({ move: isMoving ? 'pause' : 'play' })}
        >
          <Play size={13} aria-hidden="true" />{' '}
          {isMoving ? 'Pause' : state === 'ended' ? 'Play again' : 'Play'}
        </button>
        <button
          type="button"
          className="bar-button"
          disabled={!isReady || isMoving || state === 'ended'}
          title="The next message of the market"
          onClick={() => move({ move: 'event' })}
        >
          <StepForward size={13} aria-hidden="true" /> Step
        </button>
        <button
          type="button"
          className="bar-button"
          disabled={!isReady || isMoving || state === 'ended'}
          title="As fast as it goes, to the next moment that it stops at"
          onClick={() => move({ move: 'decision' })}
        >
          <SkipForward size={13} aria-hidden="true" /> Next decision
        </button>
        <label>
          Speed{' '}
          <select
            className="input lab-picker"
            value={speed}
            disabled={!isReady}
            onChange={(event) => move({ speed: Number(event.target.value) })}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {each} ×
              </option>
            ))}
          </select>
        </label>
        <label>
          Stop at{' '}
          <select
            className="input lab-picker"
            value={pauseAt}
            disabled={!isReady}
            onChange={(event) => move({ pauseAt: event.target.value as ReplayPauseAt })}
          >
            {STOPS.map(({ at, words }) => (
              <option key={at} value={at}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <span className="spacer" />
        <button
          type="button"
          className="bar-button"
          disabled={isViewer}
          title="Ends the replay; the recording stays"
          onClick={() => move({ move: 'end' })}
        >
          <X size={13} aria-hidden="true" /> End
        </button>
      </div>
      <Scrubber replay={replay} isReady={isReady} onSeek={(toUs) => move({ move: 'seek', atUs: toUs })} />
      <div className="lab-row">
        <strong role="status">{WORDS[state]}</strong>
        <span className="num" title={formatFull(atUs, zone)}>
          {state === 'loading' ? '' : formatClock(atUs, zone, true)}
        </span>
        <span className="num dim">
          {formatDuration(Math.max(0, atUs - fromUs))} of {formatDuration(Math.max(0, replay.toUs - fromUs))}
        </span>
        <span className="num dim">
          {formatCount(events)} of {formatCount(totalEvents)} events
        </span>
      </div>
    </div>
  );
}

type ScrubberProps = {
  readonly replay: ReplayView;
  readonly isReady: boolean;
  readonly onSeek: (atUs: number) => void;
};

/** What is dragged goes to the engine once it is let go. */
function Scrubber({ replay, isReady, onSeek }: ScrubberProps) {
  const zone = usePrefs((prefs) => prefs.zone);
  const { fromUs, toUs, atUs, marks } = replay;
  const [dragged, setDragged] = useState<number | null>(null);
  const spanUs = Math.max(1, toUs - fromUs);
  const letGo = () => {
    if (dragged !== null) onSeek(dragged);
    setDragged(null);
  };
  return (
    <div className="replay-scrubber">
      <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" role="img" aria-label="Decisions so far">
        {marks.map((mark) => (
          <line
            key={mark.atUs}
            className={`replay-mark-${mark.kind}`}
            x1={((mark.atUs - fromUs) / spanUs) * WIDTH}
            x2={((mark.atUs - fromUs) / spanUs) * WIDTH}
            y1={mark.kind === 'taken' ? 0 : 5}
            y2={10}
          />
        ))}
      </svg>
      <input
        type="range"
        aria-label="Time of the replay"
        aria-valuetext={formatFull(dragged ?? atUs, zone)}
        min={fromUs}
        max={toUs}
        step={1_000}
        value={dragged ?? atUs}
        disabled={!isReady}
        onChange={(event) => setDragged(Number(event.target.value))}
        onPointerUp={letGo}
        onKeyUp={letGo}
        onBlur={letGo}
      />
    </div>
  );
}
