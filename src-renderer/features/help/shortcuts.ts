import { type KeyPress, keyText, worksWhileTyping } from '../../lib/keys.ts';

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

/** Actions whose keys the trader chooses. The kill switch is none of them: its key is the same in every window, always. */
export type BoundAction = Exclude<ShortcutAction, 'kill' | `layout-${LayoutPlace}`>;
export type Bindings = Readonly<Partial<Record<BoundAction, string>>>;

export const KILL_KEY = 'Ctrl+Shift+K';

/** Every action with its keys where nothing was chosen; the first is the one that is changed. */
const BOUND: Readonly<Record<BoundAction, { readonly keys: readonly string[]; readonly does: string }>> = {
  pause: { keys: ['Ctrl+Shift+P'], does: 'Pause or resume trading' },
  palette: { keys: ['Ctrl+K'], does: 'Commands: find any action by its name' },
  filter: { keys: ['/'], does: 'Filter the watchlist' },
  watchlist: { keys: ['w'], does: 'Go to the watchlist' },
  opportunities: { keys: ['o'], does: 'Go to the opportunities' },
  'next-group': { keys: ['F6'], does: 'Go to the next panel' },
  'previous-group': { keys: ['Shift+F6'], does: 'Go to the previous panel' },
  maximize: { keys: ['m'], does: 'Maximise or restore the panel' },
  'close-panel': { keys: ['Ctrl+Shift+X'], does: 'Close the panel' },
  hand: { keys: ['b'], does: 'Trade by hand: take, cancel, flatten, pause a venue' },
  live: { keys: ['l'], does: 'Live trading: the checklist, arming, and the ghost beside the account' },
  settings: { keys: [','], does: 'Settings' },
  risk: { keys: ['r'], does: 'Risk: what blocks trading, and limit usage' },
  account: { keys: ['a'], does: 'Account: reconciliation with the venue, unresolved orders' },
  health: { keys: ['h'], does: 'Engine health: latencies, loop delay, memory' },
  help: { keys: ['?', 'F1'], does: 'Help on the current panel, and this page' },
};
export const BOUND_ACTIONS = Object.keys(BOUND) as readonly BoundAction[];

/** Keys that mean something already wherever they are pressed, and what. */
const TAKEN: Readonly<Record<string, string>> = {
  [KILL_KEY]: 'the kill switch',
  c: 'copying in tables',
  s: 'sorting in tables',
  'Shift+F10': 'the menu of a cell',
  Enter: 'opening what is under the cursor',
  Escape: 'closing dialogs',
  Tab: 'moving the focus',
  'Shift+Tab': 'moving the focus',
  ' ': 'pressing buttons',
  'Ctrl+A': 'selecting a text',
  'Ctrl+C': 'copying',
  'Ctrl+V': 'pasting',
  'Ctrl+X': 'cutting',
  'Ctrl+Z': 'undoing',
  'Ctrl+Shift+Z': 'redoing',
  'Ctrl+Y': 'redoing',
  'Ctrl+Backspace': 'deleting a word',
  'Alt+Backspace': 'deleting a word',
  'Ctrl+Delete': 'deleting a word',
  'Alt+Delete': 'deleting a word',
  'Ctrl+Enter': 'sending what is typed',
  'Alt+F4': 'closing the window',
  'Ctrl+W': 'closing the window',
  'Ctrl+T': 'the browser',
  'Ctrl+N': 'the browser',
  'Ctrl+R': 'reloading the window',
  F5: 'reloading the window',
  'Ctrl+Shift+C': 'the browser',
  'Ctrl+Shift+I': 'the browser',
};
const MOVING = /^(?:(?:Ctrl|Alt|Shift)\+)*(?:Arrow\w+|Home|End|Pageup|Pagedown)$/;
const LAYOUT = /^Alt\+([1-9])$/;

export function actionWords(action: BoundAction): string {
  return BOUND[action].does;
}

/** The keys of an action as they are now. */
export function keysOf(action: BoundAction, chosen: Bindings): readonly string[] {
  const own = chosen[action];
  return own === undefined ? BOUND[action].keys : [own, ...BOUND[action].keys.slice(1)];
}

/** Why an action cannot have this key; empty: it can. */
export function keyConflict(action: BoundAction, key: string, chosen: Bindings): string {
  if (LAYOUT.test(key)) return `${key} chooses a layout`;
  if (MOVING.test(key)) return `${key} moves over tables and texts`;
  if (Object.hasOwn(TAKEN, key)) return `${key} is for ${TAKEN[key]}`;
  const other = BOUND_ACTIONS.find((one) => one !== action && keysOf(one, chosen).includes(key));
  return other === undefined ? '' : `${key} is the key of “${BOUND[other].does}”`;
}

/** What was stored, action by action: what this version does not know, or would be in the way of another key, is left out. */
export function readBindings(stored: unknown): Bindings {
  if (typeof stored !== 'object' || stored === null) return {};
  const known: Partial<Record<BoundAction, string>> = {};
  for (const action of BOUND_ACTIONS) {
    const key = Object.hasOwn(stored, action) ? (stored as Record<string, unknown>)[action] : undefined;
    if (typeof key === 'string' && key.length <= 30 && key !== '') known[action] = key;
  }
  // One that is left out gets its usual key back, which may be in the way of another.
  for (;;) {
    const bad = BOUND_ACTIONS.find((action) => keyConflict(action, known[action] ?? '', known) !== '');
    if (bad === undefined) return known;
    delete known[bad];
  }
}

/** All keys as the help lists them. */
export function shortcutList(chosen: Bindings): readonly { readonly keys: string; readonly does: string }[] {
  return [
    { keys: KILL_KEY, does: 'KILL: stop trading and cancel every order' },
    ...BOUND_ACTIONS.map((action) => ({ keys: keysOf(action, chosen).join('  '), does: BOUND[action].does })),
    { keys: 'Alt+1 … Alt+9', does: 'Layouts, in their order' },
    { keys: '↑ ↓ ← → Home End', does: 'Move over the cells of a table' },
    { keys: 'c  Shift+C', does: 'Copy the value under the cursor of a table, or its row' },
    { keys: 'Enter', does: 'Open the story of the execution under the cursor' },
    { keys: 's', does: 'Sort a table by the column of its cursor' },
    { keys: 'Shift+F10', does: 'Menu of the cell' },
    { keys: 'Esc', does: 'Close a dialog' },
  ];
}

/** The action of a key press. While the trader types into a field only keys work that type nothing. */
export function shortcutOf(press: KeyPress, typing: boolean, chosen: Bindings = {}): ShortcutAction | null {
  const text = keyText(press);
  if (text === undefined || (typing && !worksWhileTyping(press))) return null;
  if (text === KILL_KEY) return 'kill';
  const layout = LAYOUT.exec(text)?.[1];
  if (layout !== undefined) return `layout-${layout as LayoutPlace}`;
  return BOUND_ACTIONS.find((action) => keysOf(action, chosen).includes(text)) ?? null;
}
