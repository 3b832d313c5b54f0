type LayoutPlace = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** What the keyboard does from anywhere in the window. */
export type ShortcutAction =
  | 'kill'
  | 'pause'
  | 'filter'
  | 'watchlist'
  | 'opportunities'
  | 'maximize'
  | 'next-group'
  | 'previous-group'
  | 'close-panel'
  | 'live'
  | 'palette'
  | `layout-${LayoutPlace}`
  | 'settings'
  | 'health'
  | 'risk'
  | 'account'
  | 'hand'
  | 'help';

export const SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'Ctrl+Shift+K', does: 'KILL: stop trading and cancel every order' },
  { keys: 'Ctrl+Shift+P', does: 'Pause or resume trading' },
  { keys: 'Ctrl+K', does: 'Commands: find any action by its name' },
  { keys: 'Alt+1 … Alt+9', does: 'Layouts, in their order' },
  { keys: '/', does: 'Filter the watchlist' },
  { keys: 'w', does: 'Go to the watchlist' },
  { keys: 'o', does: 'Go to the opportunities' },
  { keys: 'F6  Shift+F6', does: 'Go to the next or the previous panel' },
  { keys: 'm', does: 'Maximise or restore the panel' },
  { keys: 'Ctrl+Shift+X', does: 'Close the panel' },
  { keys: 'b', does: 'Trade by hand: take, cancel, flatten, pause a venue' },
  { keys: 'l', does: 'Live trading: the checklist, arming, and the ghost beside the account' },
  { keys: ',', does: 'Settings' },
  { keys: 'r', does: 'Risk: what blocks trading, and limit usage' },
  { keys: 'a', does: 'Account: reconciliation with the venue, unresolved orders' },
  { keys: 'h', does: 'Engine health: latencies, loop delay, memory' },
  { keys: '?  F1', does: 'Help on the current panel, and this page' },
  { keys: '↑ ↓ ← → Home End', does: 'Move over the cells of a table' },
  { keys: 'c  Shift+C', does: 'Copy the value under the cursor of a table, or its row' },
  { keys: 'Enter', does: 'Open the story of the execution under the cursor' },
  { keys: 's', does: 'Sort a table by the column of its cursor' },
  { keys: 'Shift+F10', does: 'Menu of the cell' },
  { keys: 'Esc', does: 'Close a dialog' },
];

type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** The action of a key press. While the trader types into a field only the two with Ctrl work. */
export function shortcutOf(press: KeyPress, typing: boolean): ShortcutAction | null {
  const key = press.key.toLowerCase();
  if ((press.ctrlKey || press.metaKey) && press.shiftKey && !press.altKey) {
    const strong: Readonly<Record<string, ShortcutAction>> = { k: 'kill', p: 'pause', x: 'close-panel' };
    return strong[key] ?? null;
  }
  if ((press.ctrlKey || press.metaKey) && !press.altKey && key === 'k') return 'palette';
  if (press.altKey && !press.ctrlKey && !press.metaKey && /^[1-9]$/.test(key)) {
    return `layout-${key as LayoutPlace}`;
  }
  if (key === 'f6' && !press.ctrlKey && !press.metaKey && !press.altKey) {
    return press.shiftKey ? 'previous-group' : 'next-group';
  }
  if (key === 'f1' && !press.ctrlKey && !press.metaKey && !press.altKey) return 'help';
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null;
  const plain: Readonly<Record<string, ShortcutAction>> = {
    '/': 'filter',
    w: 'watchlist',
    o: 'opportunities',
    ',': 'settings',
    m: 'maximize',
    l: 'live',
    h: 'health',
    r: 'risk',
    a: 'account',
    b: 'hand',
    '?': 'help',
  };
  return plain[key] ?? null;
}
