/** At the right end of a group's tabs: the link letter of the panel on top, maximise, close. */
import type { IDockviewHeaderActionsProps } from 'dockview-react';
import { ExternalLink, Maximize2, Minimize2, PictureInPicture2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useKeyTitle } from '../features/help/use-bindings.ts';
import { isLink, LINKS } from './links.ts';
import { isPanelKind, panelSpec } from './panels.tsx';
import { setLink, togglePopout } from './workspace-store.ts';

export function GroupActions({ activePanel, containerApi, api }: IDockviewHeaderActionsProps) {
  const [isMaximized, setMaximized] = useState(api.isMaximized());
  const [, redraw] = useState(0);
  const sizeTitle = useKeyTitle(isMaximized ? 'Restore' : 'Maximise', 'maximize');
  const closeTitle = useKeyTitle('Close', 'close-panel');
  useEffect(() => {
    const maximized = containerApi.onDidMaximizedGroupChange(() => setMaximized(api.isMaximized()));
    const moved = api.onDidLocationChange(() => redraw((n) => n + 1));
    const changed = activePanel?.api.onDidParametersChange(() => redraw((n) => n + 1));
    return () => {
      maximized.dispose();
      moved.dispose();
      changed?.dispose();
    };
  }, [api, containerApi, activePanel]);
  if (activePanel === undefined) return null;
  const kind = activePanel.params?.['kind'];
  const { title, linked = false } = isPanelKind(kind) ? panelSpec(kind) : { title: '' };
  const stored = activePanel.params?.['link'];
  const link = isLink(stored) ? stored : 'A';
  const Size = isMaximized ? Minimize2 : Maximize2;
  const isOut = api.location.type === 'popout';
  const Move = isOut ? PictureInPicture2 : ExternalLink;
  return (
    <div className="group-actions">
      {linked && (
        <button
          type="button"
          className={`link-chip link-${link}`}
          aria-label={`${title}: link group ${link}. Change it`}
          title="Panels of one letter show the same instrument"
          onClick={() => setLink(activePanel, LINKS[(LINKS.indexOf(link) + 1) % LINKS.length] ?? 'A')}
        >
          {link}
        </button>
      )}
      <button
        type="button"
        className="tab-button"
        aria-label={isOut ? `Return ${title} to the main window` : `Pop out ${title}`}
        title={isOut ? 'Return to the main window' : 'Move to a window of its own, for another screen'}
        onClick={() => togglePopout(activePanel)}
      >
        <Move size={11} aria-hidden="true" />
      </button>
      {!isOut && (
        <button
          type="button"
          className="tab-button"
          aria-label={isMaximized ? `Restore ${title}` : `Maximise ${title}`}
          title={sizeTitle}
          onClick={() => (isMaximized ? api.exitMaximized() : api.maximize())}
        >
          <Size size={11} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className="tab-button"
        aria-label={`Close ${title}`}
        title={closeTitle}
        onClick={() => activePanel.api.close()}
      >
        <X size={12} aria-hidden="true" />
      </button>
    </div>
  );
}
