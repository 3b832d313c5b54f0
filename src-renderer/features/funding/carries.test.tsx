// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';
import { CARRY_REASONS } from '../../../src-engine/domain/carry-reason.ts';
import type { FundingRow } from '../../../src-engine/contract/funding-records.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { Carries } from './carries.tsx';
import { reasonWords } from './funding-words.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  setSeparators({ group: ',', point: '.' });
});

it.each([
  ['10.000', '10000'],
  ['1000,50', '1000.50'],
])('a stake of %s in a window with a decimal comma is %s', async (typed, stake) => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  setSeparators({ group: '.', point: ',' });
  const run = vi.fn<(failed: string, operation: string, input: unknown) => Promise<void>>();
  run.mockResolvedValue();
  const state = { replica: null, connection: { role: 'operator' } };
  const store = { subscribe: () => () => undefined, getState: () => state, getInitialState: () => state };
  const session = { run, store };
  const row = { symbol: 'BTC/USDT', venue: 'bybit', quote: 'USDT' } as FundingRow;
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  act(() =>
    root.render(
      <SessionContext value={session as unknown as Session}>
        <Carries carries={[]} row={row} />
      </SessionContext>,
    ),
  );
  const field = document.querySelector('input');
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, typed);
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(async () => {
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  const lines = [{ symbol: 'BTC/USDT', venue: 'bybit', stake }];
  expect(run.mock.calls.map(([, operation, input]) => [operation, input])).toEqual([
    ['setCarries', { lines }],
  ]);
  act(() => root.unmount());
});

it.each(CARRY_REASONS)('why a carry stands as it does is a sentence: %s', (reason) => {
  expect(reasonWords(reason)).toMatch(/\w+ \w+/);
});
