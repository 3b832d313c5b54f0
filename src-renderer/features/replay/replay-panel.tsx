/** A recording that is played again, step by step. It has a frame and a banner of its own, so that no one takes it for the market of now. */
import { FigureInput } from '../../components/figure-input.tsx';
import { History } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReplayView } from '../../../src-engine/contract/replay-operations.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useIsViewer, useReplica, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { useLab } from '../lab/lab-store.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { ReplayControls } from './replay-controls.tsx';
import { ReplayMarket } from './replay-market.tsx';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { useShownReplay } from '../../lib/shown-replay.ts';
import { capitalFault, replaySettings } from './replay-settings.ts';
import { ReplayTrades } from './replay-trades.tsx';
import { useUsualCapital } from './use-usual-capital.ts';

const NOTHING = {};
/** Between refreshes of the list of recordings. */
const LOOK_MS = 2_000;

export function ReplayPanel() {
  const replay = useView('replay', NOTHING)?.replay ?? null;
  return (
    <Panel title="Replay" note={replay === null ? undefined : replay.recordings.join(' + ')}>
      {replay === null ? <Start /> : <Running replay={replay} />}
    </Panel>
  );
}

/** Which recording is to be played: those that are chosen in the lab, or one of the list. */
function Start() {
  const session = useSession();
  const isViewer = useIsViewer();
  const chosen = useLab((lab) => lab.recordings);
  const limits = useReplica((replica) => replica.limits);
  const detection = useReplica((replica) => replica.detection);
  const profile = limits === undefined || detection === undefined ? undefined : { limits, detection };
  const [amount, setAmount] = useState<string>();
  const [asset, setAsset] = useState<string>();
  const { data, again } = useAnswer('listRecordings', {});
  // One that was just recorded can be played once it has been read.
  useEffect(() => {
    const timer = setInterval(again, LOOK_MS);
    return () => clearInterval(timer);
  }, [again]);
  const usable = (data?.recordings ?? []).filter(({ fault, fromUs }) => fault === '' && fromUs !== null);
  const [picked, setPicked] = useState('');
  const recordings = chosen.length > 0 ? [...chosen] : [picked === '' ? (usable[0]?.name ?? '') : picked];
  const played = usable.filter(({ name }) => recordings.includes(name));
  const usual = useUsualCapital(played);
  const capital = {
    amount: amount === undefined ? usual.amount : plainFigure(amount),
    asset: asset ?? usual.asset,
  };
  const fault = capitalFault(capital);
  if (data === undefined) return <EmptyState title="Loading the recordings…" />;
  if (usable.length === 0)
    return (
      <EmptyState title="Nothing to replay yet">
        Record some minutes of the market in the Backtest lab: the recording can then be played again here.
      </EmptyState>
    );
  return (
    <div className="lab-scroll">
      <p className="field-help">
        A recording is played through the same kernel that trades, on a thread of its own with a simulated
        venue: no order of it can leave. It decides by the limits and the detection settings of this profile,
        as they are when it starts, and stops at each cycle that is taken.
      </p>
      <div className="lab-row">
        <label>
          Capital at each venue that trades it{' '}
          <FigureInput
            className="input replay-capital num"
            maxLength={24}
            value={amount ?? withPoint(usual.amount)}
            aria-invalid={fault !== ''}
            aria-describedby="replay-capital-help"
            onChange={(text) => setAmount(text.trim())}
          />
        </label>
        <input
          className="input replay-asset"
          aria-label="Asset of the capital"
          placeholder="asset"
          maxLength={20}
          value={capital.asset}
          onChange={(event) => setAsset(event.target.value.trim().toUpperCase())}
        />
        <span
          id="replay-capital-help"
          className={fault === '' ? 'field-help' : 'field-problem'}
          role="status"
        >
          {fault !== ''
            ? fault
            : capital.asset === ''
              ? `${DEFAULT_CAPITAL} of the asset that most pairs of each venue have`
              : amount !== undefined || asset !== undefined
                ? `${withPoint(capital.amount)} ${capital.asset}, as you chose, at each venue that trades ${capital.asset}`
                : usual.isShare
                  ? 'The share of one venue in what was paid into this profile'
                  : 'The usual start: what was paid into this profile is not known'}
        </span>
      </div>
      <div className="lab-row">
        {chosen.length > 0 ? (
          <strong>{chosen.join(' + ')}</strong>
        ) : (
          <select
            className="input lab-picker"
            aria-label="Recording"
            value={recordings[0]}
            onChange={(event) => setPicked(event.target.value)}
          >
            {usable.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          className="button button-primary"
          disabled={isViewer || profile === undefined || recordings[0] === '' || fault !== ''}
          onClick={() => {
            if (profile === undefined) return;
            void session.run('The replay did not start', 'startReplay', {
              recordings,
              settings: replaySettings(profile, capital),
            });
          }}
        >
          Start the replay
        </button>
      </div>
    </div>
  );
}

function Running({ replay }: { readonly replay: ReplayView }) {
  const { problem, state, assumptions } = replay;
  const frame = useRef<HTMLDivElement>(null);
  useShownReplay(frame);
  return (
    <div ref={frame} className="replay mode-backtest">
      <p className="replay-banner">
        <History size={14} aria-hidden="true" />
        <strong>REPLAY · recorded prices</strong>
        <span className="dim">Simulated orders of {replay.recordings.join(' + ')}; no order leaves</span>
      </p>
      {assumptions.length > 0 && (
        <details>
          <summary>Assumptions ({assumptions.length})</summary>
          <ul className="lab-sentences">
            {assumptions.map((assumption) => (
              <li key={assumption}>{assumption}</li>
            ))}
          </ul>
        </details>
      )}
      {problem !== null && <ProblemNotice title="The replay failed" problem={problem} />}
      <ReplayControls replay={replay} />
      {state === 'loading' ? (
        <EmptyState title="Reading the recording…">Its first replay takes as long as decoding it.</EmptyState>
      ) : (
        <div className="replay-body">
          <ReplayMarket replay={replay} />
          <ReplayTrades replay={replay} />
        </div>
      )}
    </div>
  );
}
