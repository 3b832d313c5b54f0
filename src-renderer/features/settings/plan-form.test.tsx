// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { PlanForm } from './plan-form.tsx';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

it('a venue that the market of a plan does not offer is neither sent nor to be chosen', async () => {
  const venue = (id: string, hasLocalExchange: boolean, hasLocalChain = false) => {
    return { id, title: id, hasLocalExchange, hasLocalChain, bookIntegrity: 'none', weaker: '' };
  };
  const venues = [
    venue('kraken', true),
    venue('far', false),
    venue('ccxt:okx', true),
    venue('ccxt:far', false),
    venue('pools', false, true),
  ];
  const client = { call: async () => ({ venues }), subscribe: () => () => undefined };
  const store = createStore(() => ({ connection: { phase: 'open', role: 'operator' } }));
  const onAdd = vi.fn<(plan: OperationInput<'addPlan'>) => Promise<boolean>>(async () => true);
  const root = createRoot(document.body);
  await act(async () =>
    root.render(
      <SessionContext value={{ client, store } as unknown as Session}>
        <PlanForm onAdd={onAdd} />
      </SessionContext>,
    ),
  );
  const boxes = () => [...document.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  for (const at of [0, 1, 2, 3, 4]) act(() => boxes()[at]?.click());
  expect(boxes().map(({ checked }) => checked)).toEqual([true, true, true, true, true]);
  const market = document.querySelector('select');
  act(() => {
    if (market !== null) market.value = 'local';
    market?.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(boxes().map(({ checked, disabled }) => [checked, disabled])).toEqual([
    [true, false],
    [false, true],
    [true, false],
    [false, true],
    [false, true],
  ]);
  // Pools of a local chain are traded with accounts alone.
  const execution = document.querySelectorAll('select')[1];
  const choose = (value: string): void =>
    act(() => {
      if (execution !== undefined) execution.value = value;
      execution?.dispatchEvent(new Event('change', { bubbles: true }));
    });
  choose('account');
  expect(boxes().map(({ disabled }) => disabled)).toEqual([false, true, false, true, false]);
  choose('simulated');
  await act(async () => {
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  expect(onAdd.mock.calls[0]?.[0].venues).toEqual([
    { venue: 'kraken', market: 'local', execution: 'simulated' },
    { venue: 'ccxt:okx', market: 'local', execution: 'simulated' },
  ]);
  act(() => root.unmount());
});
