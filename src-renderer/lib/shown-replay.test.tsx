// @vitest-environment happy-dom
import { act, useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useReplayPages, useShownReplay } from './shown-replay.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

function Shown() {
  const ref = useRef<HTMLDivElement>(null);
  useShownReplay(ref);
  return <div ref={ref} />;
}

it('a window shows a replay until the last of its panels with one is gone', () => {
  const root = createRoot(document.body);
  const shows = () => useReplayPages.getState().pages.has(document);
  const show = (count: number) =>
    act(() => root.render(['first', 'second'].slice(0, count).map((key) => <Shown key={key} />)));
  show(2);
  show(1);
  expect(shows()).toBe(true);
  show(0);
  expect(shows()).toBe(false);
  act(() => root.unmount());
});
