// @vitest-environment happy-dom
/** A key that a form asked for is its answer alone; the kill switch works even there. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Session } from './engine/session.ts';
import { SessionContext } from './engine/use-session.ts';
import { ShortcutForm } from './features/settings/shortcut-form.tsx';
import { useShortcuts } from './use-shortcuts.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

it('a key pressed for the form of shortcuts is not carried out, and the kill switch still is', () => {
  const run = vi.fn<() => Promise<undefined>>(() => Promise.resolve(undefined));
  const kill = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const open = vi.fn<(dialog: string) => void>();
  const status = { paused: false, profile: 'demo' };
  const store = createStore(() => ({ replica: { status }, connection: { phase: 'open', role: 'operator' } }));
  const session = { store, kill, run, client: { call: run } } as unknown as Session;
  function Window() {
    useShortcuts(open);
    return <ShortcutForm />;
  }
  const root = createRoot(document.body);
  act(() =>
    root.render(
      <SessionContext value={session}>
        <Window />
      </SessionContext>,
    ),
  );
  const button = document.querySelector<HTMLButtonElement>('.shortcut-list button');
  if (button === null) throw new Error('no shortcut can be changed');
  const press = (key: string, code: string): void => {
    const strong = { ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true };
    act(() => void button.dispatchEvent(new KeyboardEvent('keydown', { key, code, ...strong })));
  };
  act(() => button.click());
  expect(button.textContent).toBe('Press a key…');
  press('P', 'KeyP');
  // The first row is that of pausing: its own key is taken again, and nothing was paused.
  expect(run).not.toHaveBeenCalled();
  act(() => button.click());
  act(
    () => void button.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true })),
  );
  expect(open).not.toHaveBeenCalled();
  expect(document.querySelector('[role=alert]')?.textContent).toContain('Ctrl+K is the key of');
  press('K', 'KeyK');
  expect(kill).toHaveBeenCalledTimes(1);
  expect(document.querySelector('[role=alert]')?.textContent).toContain('kill switch');
  // Without the question the same key is a command.
  act(() => void button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
  press('P', 'KeyP');
  expect(run).toHaveBeenCalledTimes(1);
  act(() => root.unmount());
});
