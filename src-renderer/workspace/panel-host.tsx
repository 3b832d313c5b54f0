/** The frame around every panel: its place, whether it is visible, and what is shown when it fails. */
import type { IDockviewPanelProps } from 'dockview-react';
import { Activity, Component, type ReactNode, useCallback, useSyncExternalStore } from 'react';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { PanelId } from '../components/panel-id.ts';
import { usePrefs } from '../lib/prefs.ts';
import { isLink } from './links.ts';
import { LinkContext } from './panel-context.tsx';
import { isPanelKind, panelSpec } from './panels.tsx';

export type PanelParams = { readonly kind?: unknown; readonly link?: unknown };

export function PanelHost({ api, params }: IDockviewPanelProps<PanelParams>) {
  const subscribe = useCallback(
    (listener: () => void) => {
      const changes = api.onDidVisibilityChange(listener);
      return () => changes.dispose();
    },
    [api],
  );
  const visible = useSyncExternalStore(subscribe, () => api.isVisible);
  // Charts and canvases read their colours, and figures their points, when they are made.
  const look = usePrefs(({ theme, palette, numbers }) => `${theme} ${palette} ${numbers}`);
  if (!isPanelKind(params.kind)) return null;
  const { component: Content, title } = panelSpec(params.kind);
  return (
    <PanelId value={api.id}>
      <LinkContext value={isLink(params.link) ? params.link : 'A'}>
        <Activity mode={visible ? 'visible' : 'hidden'}>
          <PanelGuard key={look} title={title}>
            <Content />
          </PanelGuard>
        </Activity>
      </LinkContext>
    </PanelId>
  );
}

type GuardProps = { readonly title: string; readonly children: ReactNode };
type GuardState = { readonly fault: string | null };

/** A panel that fails shows its error in its own place; all others, and the kill button, continue. */
class PanelGuard extends Component<GuardProps, GuardState> {
  override state: GuardState = { fault: null };

  static getDerivedStateFromError(error: unknown): GuardState {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <div className="panel scrolling stack">
        <ProblemNotice
          title={`${this.props.title} has failed`}
          problem={{
            code: 'panel-fault',
            message: fault,
            remedy: 'Show it again. If it fails again, copy this and report it; all other panels continue.',
          }}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => this.setState({ fault: null })}>
            Show it again
          </button>
        </div>
      </div>
    );
  }
}
