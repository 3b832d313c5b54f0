/** What the keyboard does from anywhere in the window. */
export type ShortcutAction =
  | 'kill'
  | 'pause'
  | 'filter'
  | 'watchlist'
  | 'opportunities'
  | 'settings'
  | 'health'
  | 'risk'
  | 'help';

export const SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Ctrl+Shift+K', does: 'KILL: stop trading and cancel every order, at once' },
  { keys: 'Ctrl+Shift+P', does: 'Pause or resume trading' },
  { keys: '/', does: 'Filter the watchlist' },
  { keys: 'w', does: 'Go to the watchlist' },
  { keys: 'o', does: 'Go to the opportunities' },
  { keys: ',', does: 'Settings' },
  { keys: 'r', does: 'Risk: what holds trading back, and how much of each limit is used' },
  { keys: 'h', does: 'Engine health: latencies, loop delay, memory' },
  { keys: '?', does: 'This page' },
  { keys: '↑ ↓ Home End', does: 'Move in a table' },
  { keys: 'Esc', does: 'Close a dialog' },
];

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** The action of a key press. While the trader types into a field only the two with Ctrl work. */
export function shortcutOf(press: KeyPress, typing: boolean): ShortcutAction | null {
  const key = press.key.toLowerCase();
  if ((press.ctrlKey || press.metaKey) && press.shiftKey && !press.altKey) {
    return key === 'k' ? 'kill' : key === 'p' ? 'pause' : null;
  }
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null;
  const plain: Readonly<Record<string, ShortcutAction>> = {
    '/': 'filter',
    w: 'watchlist',
    o: 'opportunities',
    ',': 'settings',
    h: 'health',
    r: 'risk',
    '?': 'help',
  };
  return plain[key] ?? null;
}
