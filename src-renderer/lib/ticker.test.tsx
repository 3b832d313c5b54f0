// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useTicking } from './ticker.ts';

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('does not change between two readings of the clock, however often React asks', () => {
  const complain = vi.spyOn(console, 'error');
  let now = 0;
  function Age() {
    return <p>{useTicking(() => `${now++} ms`)}</p>;
  }
  const root = createRoot(document.body);
  act(() => root.render(<Age />));
  const before = document.body.textContent;
  act(() => void vi.advanceTimersByTime(1_000));
  expect(document.body.textContent).not.toBe(before);
  expect(complain).not.toHaveBeenCalled();
  act(() => root.unmount());
});
