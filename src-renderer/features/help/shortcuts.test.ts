import { expect, test } from 'vitest';
import { type KeyPress, keyText } from '../../lib/keys.ts';
import { BOUND_ACTIONS, keyConflict, keysOf, readBindings, shortcutList, shortcutOf } from './shortcuts.ts';

const press = (key: string, modifiers: Partial<Omit<KeyPress, 'key'>> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  shiftKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

test('the kill key works while typing; plain letters do not', () => {
  expect(shortcutOf(press('K', { ctrlKey: true, shiftKey: true }), true)).toBe('kill');
  expect(shortcutOf(press('/'), true)).toBeNull();
  expect(shortcutOf(press('/'), false)).toBe('filter');
  expect(shortcutOf(press('h'), false)).toBe('health');
  expect(shortcutOf(press('h'), true)).toBeNull();
  expect(shortcutOf(press('r'), false)).toBe('risk');
  expect(shortcutOf(press('a'), false)).toBe('account');
  expect(shortcutOf(press('F1'), true)).toBe('help');
  expect(shortcutOf(press('?'), true)).toBeNull();
});

test('keys near the kill key kill nothing', () => {
  expect(shortcutOf(press('k', { ctrlKey: true }), false)).toBe('palette');
  expect(shortcutOf(press('k', { ctrlKey: true, altKey: true }), false)).toBeNull();
  expect(shortcutOf(press('K', { shiftKey: true }), false)).toBeNull();
});

test('a key that was chosen takes the place of the usual one, and works while typing if it types nothing', () => {
  const chosen = { pause: 'F9', watchlist: 'Ctrl+Shift+W' };
  expect(shortcutOf(press('F9'), true, chosen)).toBe('pause');
  expect(shortcutOf(press('P', { ctrlKey: true, shiftKey: true }), false, chosen)).toBeNull();
  expect(shortcutOf(press('W', { metaKey: true, shiftKey: true }), true, chosen)).toBe('watchlist');
  expect(shortcutOf(press('w'), false, chosen)).toBeNull();
  expect(shortcutOf(press('F1'), true, { help: 'F8' })).toBe('help');
  expect(shortcutOf(press('W'), false)).toBe('watchlist');
  expect(shortcutOf(press('F6', { shiftKey: true }), true)).toBe('previous-group');
  expect(shortcutOf(press('Shift', { shiftKey: true }), false)).toBeNull();
  expect(shortcutList(chosen).find(({ does }) => does.startsWith('Pause'))?.keys).toBe('F9');
});

test('no key means two things: the conflict is named, and nothing takes the key of the kill switch', () => {
  expect(keyConflict('pause', 'w', {})).toBe('w is the key of “Go to the watchlist”');
  expect(keyConflict('pause', 'w', { watchlist: 'F7' })).toBe('');
  expect(keyConflict('watchlist', 'w', {})).toBe('');
  for (const key of ['Ctrl+Shift+K', 'Alt+3', 'ArrowUp', 'c', 'Escape', 'F1']) {
    expect(keyConflict('pause', key, {})).not.toBe('');
    expect(readBindings({ pause: key })).toEqual({});
  }
  const kill = press('k', { ctrlKey: true, shiftKey: true });
  expect(shortcutOf(kill, true, { pause: 'Ctrl+Shift+K' })).toBe('kill');
  // Two that were stored for one key: the later one keeps its usual key, and so on for what is no key at all.
  expect(readBindings({ pause: 'F7', watchlist: 'F7', constructor: 'F8', risk: 3, live: '' })).toEqual({
    watchlist: 'F7',
  });
  expect(readBindings('x')).toEqual({});
  const usual = BOUND_ACTIONS.flatMap((action) => keysOf(action, {}));
  expect(new Set(usual).size).toBe(usual.length);
});

test('the kill key is one key of every keyboard, whatever letters are on it', () => {
  const strong = { ctrlKey: true, shiftKey: true };
  for (const key of ['Л', 'Κ', 'Process', 'Dead', 'Unidentified']) {
    const kill = press(key, { ...strong, code: 'KeyK' });
    expect(shortcutOf(kill, true)).toBe('kill');
    expect(keyConflict('close-panel', keyText(kill) ?? '', {})).toContain('kill switch');
    expect(shortcutOf(kill, false, { 'close-panel': `Ctrl+Shift+${key}` })).toBe('kill');
  }
  // Where Latin letters lie elsewhere, the letter counts: what lies at the place of K is another key.
  expect(shortcutOf(press('K', { ...strong, code: 'KeyV' }), false)).toBe('kill');
  expect(shortcutOf(press('T', { ...strong, code: 'KeyK' }), false)).toBeNull();
  expect(shortcutOf(press('Л', { ...strong, altKey: true, code: 'KeyK' }), false)).toBeNull();
  expect(shortcutOf(press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe('palette');
});

test('a key that types a sign with Alt types it in every field, and chooses a layout elsewhere', () => {
  const at = press('@', { altKey: true, code: 'KeyL' });
  expect(keyText(at)).toBe('Alt+L');
  expect(shortcutOf(at, true, { live: 'Alt+L' })).toBeNull();
  expect(shortcutOf(at, false, { live: 'Alt+L' })).toBe('live');
  expect(shortcutOf(press('l', { altKey: true, code: 'KeyL' }), true, { live: 'Alt+L' })).toBe('live');
  expect(
    shortcutOf(press('€', { altKey: true, ctrlKey: true, code: 'KeyE' }), true, { live: 'Ctrl+Alt+E' }),
  ).toBeNull();
  expect(shortcutOf(press('¡', { altKey: true, code: 'Digit1' }), false)).toBe('layout-1');
  for (const key of ['Ctrl+Shift+ArrowLeft', 'Alt+ArrowLeft', 'Ctrl+Backspace', 'Ctrl+Y', 'Ctrl+Enter'])
    expect(keyConflict('pause', key, {})).not.toBe('');
});
