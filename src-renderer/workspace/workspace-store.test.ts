import type { DockviewApi } from 'dockview-react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StoredLayouts } from './layout-store.ts';
import { attach } from './workspace-store.ts';

const kept = new Map<string, string>();
let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  kept.clear();
  vi.stubGlobal('window', page);
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The docking library with one panel in a window of its own. */
function docking() {
  const changed = new Set<() => void>();
  const nothing = () => ({ dispose: () => undefined });
  let isOut = true;
  const api = {
    width: 1440,
    height: 900,
    panels: [],
    totalPanels: 1,
    popoutRestorationPromise: Promise.resolve(),
    fromJSON: () => undefined,
    clear: () => undefined,
    hasMaximizedGroup: () => false,
    toJSON: () => ({ grid: {}, panels: {}, ...(isOut ? { popoutGroups: [{}] } : {}) }),
    onDidAddPopoutGroup: nothing,
    onDidRemovePopoutGroup: nothing,
    onDidOpenPopoutWindowFail: nothing,
    onDidLayoutChange: (listener: () => void) => {
      changed.add(listener);
      return { dispose: () => changed.delete(listener) };
    },
  } as unknown as DockviewApi;
  return {
    api,
    closeWindow: () => {
      isOut = false;
      for (const each of changed) each();
    },
  };
}

function storedWindows(): number | undefined {
  const { current, layouts } = JSON.parse(kept.get('parallax.layouts') ?? '') as StoredLayouts;
  return layouts[current]?.popoutGroups?.length;
}

it('a window that closes because the page is left is opened again with it, however long the next page takes', () => {
  const { api, closeWindow } = docking();
  const detach = attach(api);
  page.dispatchEvent(new Event('beforeunload'));
  closeWindow();
  vi.advanceTimersByTime(60_000);
  page.dispatchEvent(new Event('pagehide'));
  expect(storedWindows()).toBe(1);
  detach();
});

it('a key that is pressed while the next page is slow takes no window from the layout', async () => {
  for (const held of [true, false]) {
    kept.clear();
    const { api, closeWindow } = docking();
    const detach = attach(api);
    await vi.advanceTimersByTimeAsync(0);
    page.dispatchEvent(new Event('beforeunload'));
    const key = (repeat: boolean) => page.dispatchEvent(Object.assign(new Event('keydown'), { repeat }));
    // F5 is still held when the windows close, or something else is pressed after it.
    if (held) key(true);
    closeWindow();
    key(held);
    vi.advanceTimersByTime(60_000);
    page.dispatchEvent(new Event('pagehide'));
    expect(storedWindows()).toBe(1);
    page.dispatchEvent(new Event('pageshow'));
    detach();
  }
});

it('a page that is used on after all stores what its trader closes', async () => {
  const { api, closeWindow } = docking();
  const detach = attach(api);
  await vi.advanceTimersByTimeAsync(0);
  page.dispatchEvent(new Event('beforeunload'));
  page.dispatchEvent(new Event('keydown'));
  closeWindow();
  vi.advanceTimersByTime(60_000);
  expect(storedWindows()).toBe(undefined);
  detach();
});
