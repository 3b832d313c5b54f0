import { CircleQuestionMark, Eye, LockKeyhole, OctagonX, Pause, Play, Settings, Zap } from 'lucide-react';
import { useIsViewer, useReplica, useSession, useSessionState } from '../../engine/use-session.ts';
import type { ModeView } from '../../lib/mode.ts';
import { useKeyTitle } from '../help/use-bindings.ts';
import { EnginePlace } from '../remote/engine-place.tsx';
import { Clock } from './clock.tsx';
import { Lights } from './lights.tsx';
import { ModeBanner } from '../../components/mode-banner.tsx';

type TopBarProps = {
  readonly mode: ModeView;
  readonly onSettings: () => void;
  readonly onHelp: () => void;
  readonly onLive: () => void;
};

export function TopBar({ mode, onSettings, onHelp, onLive }: TopBarProps) {
  const isViewer = useIsViewer();
  const venueTitle = useReplica(({ status }) => status.venueTitle) ?? '';
  const settingsTitle = useKeyTitle('Settings', 'settings');
  const helpTitle = useKeyTitle('Shortcuts and glossary', 'help');
  return (
    <header className="top-bar">
      <ModeBanner mode={mode} />
      <EnginePlace />
      {venueTitle !== '' && (
        <span className="venue-title" title={mode.detail}>
          {venueTitle}
        </span>
      )}
      <Lights />
      <span className="spacer" />
      <Clock />
      <button
        type="button"
        className="icon-button"
        aria-label="Settings"
        title={settingsTitle}
        onClick={onSettings}
      >
        <Settings size={16} aria-hidden="true" />
      </button>
      <button type="button" className="icon-button" aria-label="Help" title={helpTitle} onClick={onHelp}>
        <CircleQuestionMark size={16} aria-hidden="true" />
      </button>
      {isViewer ? (
        <span className="read-only" role="status" title="This window cannot send commands to the engine">
          <Eye size={14} aria-hidden="true" />
          READ ONLY
        </span>
      ) : (
        <>
          <LiveButtons onLive={onLive} />
          <PauseButton />
          <KillButton />
        </>
      )}
    </header>
  );
}

/** Arming takes a dialog, a checklist and a typed name; the way back is one press. */
function LiveButtons({ onLive }: { readonly onLive: () => void }) {
  const session = useSession();
  const arming = useReplica(({ status }) => status.arming) ?? null;
  const areSeveral = useReplica(({ status }) => status.feeds.length > 1) ?? false;
  const title = useKeyTitle('Live trading', 'live');
  if (arming === null) return null;
  return (
    <>
      <button type="button" className="button" title={title} onClick={onLive}>
        {arming.state === 'disarmed' ? (
          <LockKeyhole size={14} aria-hidden="true" />
        ) : (
          <Zap size={14} aria-hidden="true" />
        )}
        {arming.state === 'disarmed' ? 'Disarmed' : arming.state === 'canary' ? 'Canary' : 'Armed'}
      </button>
      {arming.state !== 'disarmed' && (
        <button
          type="button"
          className="button button-warn"
          title="Back to the ghost now; open cycles are finished"
          onClick={() => void session.run('Live trading was not disarmed', 'disarm', {})}
        >
          <LockKeyhole size={14} aria-hidden="true" />
          {areSeveral ? 'Disarm all' : 'Disarm'}
        </button>
      )}
    </>
  );
}

function PauseButton() {
  const session = useSession();
  const paused = useReplica(({ status }) => status.paused) ?? false;
  const chosen = useReplica(({ status }) => status.profile !== null) ?? false;
  const Icon = paused ? Play : Pause;
  const title = useKeyTitle(paused ? 'Resume trading' : 'Pause trading', 'pause');
  return (
    <button
      type="button"
      className={`button ${paused ? 'button-warn' : ''}`}
      disabled={!chosen}
      title={title}
      onClick={() => void togglePause(session, paused)}
    >
      <Icon size={14} aria-hidden="true" />
      {paused ? 'Resume' : 'Pause'}
    </button>
  );
}

/** Pausing takes no new opportunity; the change comes back as the engine's fact and status. */
export function togglePause(session: ReturnType<typeof useSession>, paused: boolean): Promise<unknown> {
  return paused
    ? session.run('Trading was not resumed', 'resumeTrading', {})
    : session.run('Trading was not paused', 'pauseTrading', {});
}

export function KillButton() {
  const session = useSession();
  const sending = useSessionState(({ killCall }) => killCall.phase === 'sending');
  return (
    <button
      type="button"
      className="kill-button"
      disabled={sending}
      aria-label="KILL: stop trading and cancel every order"
      title="Stop trading and cancel every order (Ctrl+Shift+K)"
      onClick={() => void session.kill()}
    >
      <OctagonX size={16} aria-hidden="true" />
      KILL
    </button>
  );
}
