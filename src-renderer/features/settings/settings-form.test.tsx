// @vitest-environment happy-dom
/** What was changed in a group of settings stays in sight, and what was tried belongs to what is typed. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { amountText } from '../../../src-engine/domain/value-schemas.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { DETECTION_FIELDS, EXECUTION_FIELDS } from './fields.ts';
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

it('beside a decimal comma a setting is shown with it, and what is typed so is what is sent', async () => {
  setSeparators({ group: '.', point: ',' });
  try {
    const store = createStore(() => ({ replica: null, connection: { phase: 'open', role: 'operator' } }));
    const root = createRoot(document.body);
    const onSave = vi.fn<(changed: object) => Promise<void>>().mockResolvedValue();
    const fields = EXECUTION_FIELDS.filter(({ kind }) => kind === 'number').slice(0, 1);
    const [field] = fields;
    if (field === undefined) throw new Error('there is no figure among them');
    act(() =>
      root.render(
        <SessionContext value={{ store } as unknown as Session}>
          <SettingsForm
            title="Any"
            fields={[{ ...field, kind: 'decimal', schema: amountText, looser: 'lower' }]}
            current={{ [field.key]: '1000.125' } as never}
            homeAsset="USD"
            onSave={onSave}
          />
        </SessionContext>,
      ),
    );
    const input = document.querySelector('input');
    expect(input?.value).toBe('1000,125');
    expect(document.querySelector('[aria-label="Changes that are not saved"]')).toBeNull();
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '10.000,5');
      input?.dispatchEvent(new Event('input', { bubbles: true }));
    });
    expect(document.querySelector('[aria-label="Changes that are not saved"]')?.textContent).toContain(
      '1000,125 → 10000,5',
    );
    await act(async () => {
      document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });
    expect(onSave.mock.calls).toEqual([[{ [field.key]: '10000.5' }]]);
    act(() => root.unmount());
  } finally {
    setSeparators({ group: ',', point: '.' });
  }
});
