import { OctagonX, Pause, Play, TriangleAlert } from 'lucide-react';
import { StateBanner } from '../../components/state-banner.tsx';
import { useHost } from '../../engine/host.ts';
import type { EngineLink } from '../../engine/link.ts';
import { useIsViewer, useReplica, useSession, useSessionState } from '../../engine/use-session.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { togglePause } from './top-bar.tsx';

/** What the trader must not overlook: a silent engine, a pause, a halt. */
export function StateBanners({ link }: { readonly link: EngineLink }) {
  const isViewer = useIsViewer();
  const session = useSession();
  const paused = useReplica(({ status }) => status.paused) ?? false;
  const haltReason = useReplica(({ status }) => status.haltReason) ?? '';
  const killed = useReplica(({ status }) => status.killed) ?? false;
  const silent = link === 'silent' || link === 'lost' || link === 'refused';
  return (
    <div aria-live="assertive" className="state-banners">
      {silent && <SilentBanner />}
      {!silent && paused && !killed && (
        <StateBanner
          kind="paused"
          icon={haltReason === '' ? Pause : TriangleAlert}
          word={haltReason === '' ? 'PAUSED by operator' : 'HALTED'}
          actions={
            <button
              type="button"
              className="button"
              disabled={isViewer}
              onClick={() => void togglePause(session, true)}
            >
              <Play size={14} aria-hidden="true" />
              Resume trading
            </button>
          }
        >
          {haltReason === ''
            ? 'No new cycle is started; what is in flight is finished.'
            : `${haltReason.replace(/[.]?$/, '.')} No new cycle until you resume.`}
        </StateBanner>
      )}
    </div>
  );
}

function SilentBanner() {
  const session = useSession();
  const phase = useSessionState(({ connection }) => connection.phase);
  const reason = useSessionState(({ connection }) => connection.reason);
  const engine = useHost((host) => host.engine);
  const trouble = useHost((host) => host.trouble);
  const why = trouble === '' ? reason : `${engine}: ${trouble}`;
  const age = useTicking(() => {
    const silentMs = session.silentMs();
    return silentMs === null ? 'never connected' : `last message ${formatAge(silentMs * 1_000)} ago`;
  });
  return (
    <StateBanner
      kind="silent"
      icon={OctagonX}
      word="ENGINE NOT ANSWERING"
      actions={
        <span className="num" aria-live="off">
          {age}
        </span>
      }
    >
      {phase === 'lost' && why !== '' ? `${why}; reconnecting. ` : ''}
      All figures below are old and may be wrong. To stop trading{engine === '' ? '' : `, on ${engine}`}: npm
      run -s parallax -- kill
    </StateBanner>
  );
}
