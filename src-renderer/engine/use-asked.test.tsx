// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Session } from './session.ts';
import { useAsked } from './use-asked.ts';
import { SessionContext } from './use-session.ts';

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks again after a failure and after a reconnection, and no more once it is gone', async () => {
  const store = createStore(() => ({ connection: { phase: 'open' } }));
  const session = { client: {}, store } as unknown as Session;
  const ask = vi.fn<() => Promise<string>>();
  ask
    .mockRejectedValueOnce(new Error('late'))
    .mockResolvedValueOnce('first')
    .mockRejectedValue(new Error('x'));
  function Shown() {
    return <p>{useAsked(ask)[0] ?? 'nothing'}</p>;
  }
  const root = createRoot(document.body);
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  act(() =>
    root.render(
      <SessionContext value={session}>
        <Shown />
      </SessionContext>,
    ),
  );
  await pass(0);
  expect([document.body.textContent, ask.mock.calls.length]).toEqual(['nothing', 1]);
  await pass(10_000);
  expect([document.body.textContent, ask.mock.calls.length]).toEqual(['first', 2]);

  act(() => store.setState({ connection: { phase: 'lost' } }));
  await pass(10_000);
  expect(ask.mock.calls.length, 'no engine answers: nothing is asked').toBe(2);
  act(() => store.setState({ connection: { phase: 'open' } }));
  await pass(0);
  expect(ask).toHaveBeenCalledTimes(3);

  act(() => root.unmount());
  await pass(10_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

it('asks again at its pace, and an answer that was under way does not replace what was put in its place', async () => {
  const store = createStore(() => ({ connection: { phase: 'open' } }));
  const session = { client: {}, store } as unknown as Session;
  const answers: ((text: string) => void)[] = [];
  const ask = () => new Promise<string>((resolve) => void answers.push(resolve));
  function Shown() {
    const [answer, take] = useAsked(ask, 5_000);
    return <button onClick={() => take('saved')}>{answer ?? 'nothing'}</button>;
  }
  const root = createRoot(document.body);
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  act(() =>
    root.render(
      <SessionContext value={session}>
        <Shown />
      </SessionContext>,
    ),
  );
  answers[0]?.('first');
  await pass(5_000);
  expect([document.body.textContent, answers.length]).toEqual(['first', 2]);
  act(() => document.querySelector('button')?.click());
  answers[1]?.('from before');
  await pass(5_000);
  expect([document.body.textContent, answers.length]).toEqual(['saved', 3]);
  answers[2]?.('next');
  await pass(0);
  expect(document.body.textContent).toBe('next');
  act(() => root.unmount());
});
