// @vitest-environment happy-dom
/** The way of a strategy to an account, as it is shown: its gates with value and bound, why it is refused, and what is sent once it was typed. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type {
  StrategiesView,
  StrategyGates,
  StrategyRow,
} from '../../../src-engine/contract/strategy-records.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { StrategyAccount } from './strategy-account.tsx';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

const ROW = {
  strategy: 'momentum:simulated:BTC/USD',
  mode: 'shadow',
  quote: 'USD',
  fills: 0,
  steps: 3,
  account: null,
  fellBack: null,
} as unknown as StrategyRow;
const GATES: StrategyGates = {
  strategy: ROW.strategy,
  to: 'canary',
  refusal: '',
  gates: [
    { gate: 'Days on paper', value: '8.0', bound: 'at least 7', passes: true },
    { gate: 'Fills on paper', value: '49', bound: 'at least 50', passes: false },
  ],
  passes: false,
  stake: '40',
  lossBudget: '4',
};

async function shown(row: object, gates: object, accountRefusal = '') {
  const calls: [string, Record<string, unknown>][] = [];
  const call = (name: string, input: Record<string, unknown>): Promise<unknown> => {
    calls.push([name, input]);
    return Promise.resolve(name === 'getStrategyGates' ? { ...GATES, ...gates } : {});
  };
  const client = { call, subscribe: () => () => undefined } as unknown as EngineClient;
  const store = createStore(() => ({ connection: { role: 'operator' } }));
  const root = createRoot(document.body);
  await act(async () =>
    root.render(
      <SessionContext value={{ client, store } as unknown as Session}>
        <StrategyAccount row={{ ...ROW, ...row }} view={{ accountRefusal } as StrategiesView} />
      </SessionContext>,
    ),
  );
  const type = (field: HTMLInputElement | null, text: string): void =>
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const submit = (): Promise<void> =>
    act(async () => {
      document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });
  const text = document.body.textContent ?? '';
  return { calls, type, submit, text, end: () => act(() => root.unmount()) };
}

it('shows each gate with value and bound, and promotes over them with the word and the reason alone', async () => {
  const page = await shown({}, {});
  expect(page.text).toContain('1 of 2 not passed');
  expect(page.text).toMatch(/Fills on paper.*49.*at least 50/);
  page.type(document.querySelector('[aria-label="Reason of the promotion"]'), 'a drill');
  page.type(document.querySelector('[aria-label="Loss budget"]'), '3');
  const word = document.querySelector<HTMLInputElement>('form input');
  page.type(word, 'OVERRID');
  await page.submit();
  expect(page.calls.filter(([name]) => name === 'promoteStrategy')).toEqual([]);
  page.type(word, 'OVERRIDE');
  await page.submit();
  const [, sent] = page.calls.find(([name]) => name === 'promoteStrategy') ?? [];
  expect(sent).toEqual({
    strategy: ROW.strategy,
    to: 'canary',
    confirm: ROW.strategy,
    why: 'a drill',
    override: 'OVERRIDE',
    lossBudget: '3',
  });
  page.end();
});

it('offers nothing to type where it is refused whatever its record, and says why', async () => {
  const page = await shown({}, { refusal: 'needs an account that is armed: simulated. Arm it first.' });
  expect(page.text).toContain('Mode canary needs an account that is armed');
  expect(document.querySelector('form')).toBeNull();
  page.end();
  const none = await shown({}, {}, 'this session trades no account');
  expect(none.text).toContain('Not at an account: this session trades no account.');
  expect(none.calls).toEqual([]);
  none.end();
});

it('shows what it may hold and has lost there, and why it was taken back', async () => {
  const page = await shown(
    { mode: 'canary', account: { stake: '40', lossBudget: '4', lost: '1.5' } },
    { to: 'full' },
  );
  expect(page.text).toMatch(/Most held.*40 USD/);
  expect(page.text).toMatch(/Lost of its budget.*1\.5.* \/ 4/);
  expect(page.calls[0]).toEqual(['getStrategyGates', { strategy: ROW.strategy, to: 'full' }]);
  page.end();
  const back = await shown(
    { fellBack: { code: 'loss-budget', detail: 'it lost 4.10 of at most 4.00', atUs: 1 } },
    {},
  );
  expect(back.text).toContain('Taken back from the account: It lost its budget at the account');
  back.end();
});
