import { useCallback, useEffect, useMemo, useState } from 'react';
import { ModeBanner } from './components/mode-banner.tsx';
import { CopiedToast } from './components/copied-toast.tsx';
import { EmptyState } from './components/empty-state.tsx';
import { ProblemNotice } from './components/problem-notice.tsx';
import { useHost } from './engine/host.ts';
import { useEngineLink, useIsViewer, useReplica, useSession, useSessionState } from './engine/use-session.ts';
import { AccountDialog } from './features/account/account-dialog.tsx';
import { FirstRun } from './features/first-run/first-run.tsx';
import { HealthDialog } from './features/health/health-dialog.tsx';
import { aimHelp } from './features/help/help-page.ts';
import { HelpDialog } from './features/help/help-dialog.tsx';
import { HandDialog } from './features/hand/hand-dialog.tsx';
import { KillBanner } from './features/kill/kill-banner.tsx';
import { RearmDialog } from './features/kill/rearm-dialog.tsx';
import { useOpenedFile } from './features/lab/use-opened-file.ts';
import { LiveDialog } from './features/live/live-dialog.tsx';
import { useNotices } from './features/notices/use-notices.ts';
import { Palette } from './features/palette/palette.tsx';
import { RemoteDialog } from './features/remote/remote-dialog.tsx';
import { RiskDialog } from './features/risk/risk-dialog.tsx';
import { SettingsDrawer } from './features/settings/settings-drawer.tsx';
import { StatusBar } from './features/status-bar/status-bar.tsx';
import { TraceDialog } from './features/trace/trace-dialog.tsx';
import { StateBanners } from './features/top-bar/state-banners.tsx';
import { KillButton, TopBar } from './features/top-bar/top-bar.tsx';
import { lastKnownMode, modeView, windowTitle } from './lib/mode.ts';
import { titleWithReplay, useReplayPages } from './lib/shown-replay.ts';
import { type OpenDialog, useShortcuts } from './use-shortcuts.ts';
import { PopoutFrames } from './workspace/popout-frames.tsx';
import { Workspace } from './workspace/workspace.tsx';

export function App() {
  const status = useReplica((replica) => replica.status) ?? null;
  const link = useEngineLink();
  const isViewer = useIsViewer();
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const open = useCallback((wanted: OpenDialog) => {
    // Where the focus is now is what help is wanted on.
    if (wanted === 'help') aimHelp();
    setDialog(wanted);
  }, []);
  const mode = useMemo(() => modeView(status), [status]);
  const killed = status?.killed ?? false;
  const engine = useHost((host) => host.engine);
  const title = windowTitle(mode, link, killed, engine);
  const hasReplay = useReplayPages(({ pages }) => pages.has(document));
  useEffect(() => {
    document.title = titleWithReplay(title, hasReplay);
  }, [title, hasReplay]);
  useShortcuts(open);
  useNotices();
  useOpenedFile();

  const close = () => setDialog('none');
  const silent = link === 'silent' || link === 'lost' || link === 'refused';
  const shown = silent ? lastKnownMode(mode) : mode;
  const frame = `app mode-${mode.key} ${killed ? 'app-killed' : ''} ${silent ? 'app-silent' : ''}`;
  return (
    <div className={frame}>
      <TopBar
        mode={shown}
        onSettings={() => open('settings')}
        onHelp={() => open('help')}
        onLive={() => open('live')}
      />
      <StateBanners link={link} />
      <KillBanner onRearm={() => open('rearm')} />
      <Screen />
      <StatusBar onOpen={open} />
      <Problems />
      <CopiedToast />
      <PopoutFrames className={frame} title={title}>
        <div className="popout-bar">
          <ModeBanner mode={shown} />
          <span className="spacer" />
          {!isViewer && <KillButton />}
        </div>
        <StateBanners link={link} />
        <KillBanner
          onRearm={() => {
            window.focus();
            open('rearm');
          }}
        />
      </PopoutFrames>
      <RemoteDialog />
      <TraceDialog />
      {dialog === 'palette' && <Palette onClose={close} onOpen={open} />}
      {dialog === 'live' && <LiveDialog onClose={close} />}
      {dialog === 'settings' && <SettingsDrawer onClose={close} />}
      {dialog === 'health' && <HealthDialog onClose={close} />}
      {dialog === 'risk' && <RiskDialog onClose={close} />}
      {dialog === 'hand' && <HandDialog onClose={close} />}
      {dialog === 'account' && <AccountDialog onClose={close} />}
      {dialog === 'help' && <HelpDialog onClose={close} />}
      {dialog === 'rearm' && <RearmDialog onClose={close} />}
    </div>
  );
}

/** Waiting, the first run, or the terminal itself. */
function Screen() {
  const loaded = useSessionState(({ replica }) => replica !== null);
  const profile = useReplica(({ status }) => status.profile) ?? null;
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? 'USD';
  const problem = useSessionState(({ connection }) => connection.problem);
  if (problem !== undefined) {
    return (
      <main className="waiting">
        <ProblemNotice title="The window cannot reach the engine" problem={problem} />
      </main>
    );
  }
  if (!loaded) {
    return (
      <main className="waiting">
        <Connecting />
      </main>
    );
  }
  return profile === null ? <FirstRun homeAsset={homeAsset} /> : <Workspace />;
}

/** Nothing was ever heard: of an engine elsewhere it is said why, with the two ways on. */
function Connecting() {
  const { engine, trouble, desktop, ask } = useHost();
  if (engine === '' && trouble === '') {
    return (
      <EmptyState title="Connecting to the engine…">This takes one or two seconds after a start.</EmptyState>
    );
  }
  return (
    <EmptyState title={engine === '' ? 'Not connected' : `Connecting to the engine at ${engine}…`}>
      {trouble}
      {desktop !== null && (
        <span className="form-actions">
          <button type="button" className="button" onClick={() => ask('')}>
            Enter address and token
          </button>
          <button type="button" className="button" onClick={() => desktop.returnToOwnEngine()}>
            Use the engine of this machine
          </button>
        </span>
      )}
    </EmptyState>
  );
}

function Problems() {
  const session = useSession();
  const problems = useSessionState((state) => state.problems);
  return (
    <div className="problems">
      {problems.map(({ id, title, problem }) => (
        <ProblemNotice
          key={id}
          title={title}
          problem={problem}
          onDismiss={() => session.dismissProblem(id)}
        />
      ))}
    </div>
  );
}
