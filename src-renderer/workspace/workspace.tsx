/** The terminal itself: the bar of layouts, and the panels under it. */
import { DockviewReact, type DockviewReadyEvent, type IDockviewPanelHeaderProps } from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useSession } from '../engine/use-session.ts';
import { GroupActions } from './group-actions.tsx';
import { CONTENT } from './layouts.ts';
import { keepStylesOut, POPOUT_PAGE, usePopouts } from './popouts.ts';
import { PanelHost } from './panel-host.tsx';
import { useWantedPanel } from './use-wanted-panel.ts';
import { attach, dismissLayoutProblems, useWorkspace } from './workspace-store.ts';
import { WorkspaceBar } from './workspace-bar.tsx';

const COMPONENTS = { [CONTENT]: PanelHost };
/** Colours come from our own tokens, in both themes. */
const THEME = { name: 'parallax', className: 'dock-theme', gap: 4 };

export function Workspace() {
  const detach = useRef<() => void>(() => undefined);
  useEffect(() => () => detach.current(), []);
  useReportedProblems();
  useReportedBlocking();
  useWantedPanel();
  return (
    <main className="terminal">
      <WorkspaceBar />
      <DockviewReact
        className="dock"
        components={COMPONENTS}
        defaultTabComponent={Tab}
        theme={THEME}
        popoutUrl={POPOUT_PAGE}
        nonce={keepStylesOut}
        rightHeaderActionsComponent={GroupActions}
        watermarkComponent={EmptyDock}
        onReady={({ api }: DockviewReadyEvent) => {
          detach.current = attach(api);
        }}
      />
    </main>
  );
}

/** A tab is one thing to press: what acts on its panel stands at the end of the row. */
function Tab({ api }: IDockviewPanelHeaderProps) {
  const subscribe = useCallback(
    (listener: () => void) => {
      const changes = api.onDidTitleChange(listener);
      return () => changes.dispose();
    },
    [api],
  );
  const title = useSyncExternalStore(subscribe, () => api.title);
  return <span className="dock-tab">{title}</span>;
}

function EmptyDock() {
  return (
    <div className="empty-state">
      <p className="empty-title">No panel is open</p>
      <p>Open one from “Panels” above, or choose a layout.</p>
    </div>
  );
}

/** Layouts that could not be restored are reported once, where every other problem is shown. */
function useReportedProblems(): void {
  const session = useSession();
  const problems = useWorkspace((state) => state.problems);
  useEffect(() => {
    if (problems.length === 0) return;
    session.showProblem('A layout was not restored', {
      code: 'layout-not-restored',
      message: problems.join('; '),
      remedy: 'The default layout is shown instead.',
    });
    dismissLayoutProblems();
  }, [session, problems]);
}

/** A browser opens windows by itself only where its user allows it: what it kept back stays in this one. */
function useReportedBlocking(): void {
  const session = useSession();
  const blocked = usePopouts((popouts) => popouts.blocked);
  useEffect(() => {
    if (blocked === 0) return;
    usePopouts.setState({ blocked: 0 });
    session.showProblem('A panel stays in this window', {
      code: 'popup-blocked',
      message: 'The browser opened no window for it',
      remedy: 'Allow pop-up windows for this address, then pop the panel out again.',
    });
  }, [session, blocked]);
}
