import { expect, test } from 'vitest';
import { shortcutOf } from './shortcuts.ts';

const press = (
  key: string,
  modifiers: Partial<{ ctrlKey: boolean; shiftKey: boolean; metaKey: boolean; altKey: boolean }> = {},
) => ({
  key,
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
