import { useEffect } from 'react';
import type { Session } from './engine/session.ts';
import { useSession } from './engine/use-session.ts';
import { documentInUse, elementOf } from './lib/windows.ts';
import { usePopouts } from './workspace/popouts.ts';
import { type ShortcutAction, shortcutOf } from './features/help/shortcuts.ts';
import { ASKS_FOR_KEY } from './lib/keys.ts';
import { useBindings } from './features/help/use-bindings.ts';
import {
  chooseLayout,
  closeActivePanel,
  focusNextGroup,
  openPanel,
  toggleMaximized,
  useWorkspace,
} from './workspace/workspace-store.ts';
import { togglePause } from './features/top-bar/top-bar.tsx';

/** Which dialog lies over the window. */
export type OpenDialog =
  | 'none'
  | 'palette'
  | 'live'
  | 'settings'
  | 'help'
  | 'rearm'
  | 'health'
  | 'risk'
  | 'hand'
  | 'account';

/** Listens for the window's shortcuts. Single keys rest while something is typed or a dialog is open. */
export function useShortcuts(openDialog: (dialog: OpenDialog) => void): void {
  const session = useSession();
  const popouts = usePopouts(({ open }) => open);
  const bindings = useBindings();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // All of the window is no text: only what is typed in can be selected whole.
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a' && !isTyping(event.target))
        event.preventDefault();
      const action = shortcutOf(event, isTyping(event.target) || isDialogOpen(), bindings);
      if (action === null || event.repeat) return;
      // The key is the answer to a question: it is not carried out. Killing is never asked for.
      if (action !== 'kill' && asksForKey(event.target)) return;
      event.preventDefault();
      perform(action, session, openDialog);
    };
    const windows = [window, ...popouts.map((popout) => popout.window)];
    for (const one of windows) one.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      for (const one of windows) one.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, [session, openDialog, popouts, bindings]);
}

function perform(action: ShortcutAction, session: Session, openDialog: (dialog: OpenDialog) => void): void {
  if (isLayoutAction(action)) return chooseLayoutAt(Number(action.slice(-1)));
  switch (action) {
    case 'kill':
      return void session.kill();
    case 'pause': {
      const status = session.store.getState().replica?.status;
      if (status !== undefined && status.profile !== null) void togglePause(session, status.paused);
      return;
    }
    case 'filter':
      openPanel('watchlist');
      return void requestAnimationFrame(() => focus('#watchlist-filter'));
    case 'watchlist':
    case 'opportunities':
      return openPanel(action);
    case 'maximize':
      return toggleMaximized();
    case 'next-group':
      return focusNextGroup(1);
    case 'previous-group':
      return focusNextGroup(-1);
    case 'close-panel':
      return closeActivePanel();
    case 'palette':
    case 'help':
    case 'live':
    case 'settings':
    case 'health':
    case 'risk':
    case 'account':
    case 'hand':
      // Dialogs are in the main window, wherever the key was pressed.
      window.focus();
      return openDialog(action);
  }
}

function isLayoutAction(action: ShortcutAction): action is Extract<ShortcutAction, `layout-${string}`> {
  return action.startsWith('layout-');
}

function chooseLayoutAt(place: number): void {
  const name = useWorkspace.getState().names[place - 1];
  if (name !== undefined) chooseLayout(name);
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** What lies under a modal dialog is not to be changed by a key that was meant for it. */
function isDialogOpen(): boolean {
  return [document, documentInUse()].some((page) => page.querySelector('dialog[open]') !== null);
}

/** A form waits here for the key that it is to be given. */
function asksForKey(target: EventTarget | null): boolean {
  return elementOf(target)?.closest(`[${ASKS_FOR_KEY}]`) != null;
}

function isTyping(target: EventTarget | null): boolean {
  const typed = 'input:not([type=checkbox], [type=radio]), textarea';
  return elementOf(target)?.closest(typed) != null;
}
