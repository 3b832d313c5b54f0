// @vitest-environment happy-dom
/** What was changed in a group of settings stays in sight, and what was tried belongs to what is typed. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { DETECTION_FIELDS } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';
import { SettingsSearch } from './settings-search.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

it('a changed setting stays in sight of any search, and a try belongs to the values that were tried', async () => {
  const replica = {
    limits: DEFAULT_LIMITS,
    detection: DEFAULT_DETECTION,
    homeAsset: 'USD',
    status: { recording: null },
  };
  const store = createStore(() => ({ replica, connection: { phase: 'open', role: 'operator' } }));
  const client = { call: () => Promise.resolve({ recordings: [] }), subscribe: () => () => undefined };
  const root = createRoot(document.body);
  const show = (search: string) =>
    act(() =>
      root.render(
        <SessionContext value={{ client, store } as unknown as Session}>
          <SettingsSearch value={search}>
            <SettingsForm
              title="Detection"
              fields={DETECTION_FIELDS}
              current={DEFAULT_DETECTION}
              homeAsset="USD"
              tries="detection"
              onSave={() => Promise.resolve()}
            />
          </SettingsSearch>
        </SessionContext>,
      ),
    );
  const field = () => {
    const label = [...document.querySelectorAll('label')].find((one) =>
      one.textContent.startsWith('Min. net edge'),
    );
    return label?.querySelector('input') ?? null;
  };
  const type = (text: string) =>
    act(() => {
      const input = field();
      if (input === null) throw new Error('the field is not shown');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const tryButton = () =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent.includes('What would'));

  show('no such setting');
  expect(field()).toBeNull();
  show('');
  type('5');
  show('no such setting');
  expect(field()?.value).toBe('5');
  await act(async () => tryButton()?.click());
  expect(document.body.textContent).toContain('There is no recording yet');
  type('6');
  expect(document.body.textContent).not.toContain('There is no recording yet');
  type('nonsense');
  expect(tryButton()).toBeUndefined();
  act(() => root.unmount());
});
