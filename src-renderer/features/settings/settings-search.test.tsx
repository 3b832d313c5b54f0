// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { limits } from '../../../src-engine/contract/limit-records.ts';
import { RISK_LIMITS } from '../../../src-engine/domain/limit-table.ts';
import { DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { AmountsForm } from './amounts-form.tsx';
import { FlagField } from './flag-field.tsx';
import { LimitPresets } from './limit-presets.tsx';
import { SettingsSearch } from './settings-search.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

it.each([
  ['', 'amounts flag presets'],
  ['order quantity', 'amounts'],
  ['crossvenue', 'flag'],
  ['Conservative', 'presets'],
  ['kelly', ''],
])('a search for “%s” leaves %s of amounts, flags and presets', (search, left) => {
  const store = createStore(() => ({ replica: null, connection: { role: 'operator' } }));
  const root = createRoot(document.body);
  act(() =>
    root.render(
      <SessionContext value={{ store } as unknown as Session}>
        <SettingsSearch value={search}>
          <AmountsForm
            row={RISK_LIMITS.maxOrderQty}
            field="maxOrderQty"
            schema={limits.shape.maxOrderQty}
            current={{}}
            onSave={() => Promise.resolve()}
          />
          <FlagField
            name="crossVenue"
            label="Routes"
            hint="Looks for routes."
            isOn
            isDisabled={false}
            onChange={() => undefined}
          />
          <LimitPresets limits={DEFAULT_LIMITS} homeAsset="USD" />
        </SettingsSearch>
      </SessionContext>,
    ),
  );
  const shown = (selector: string, name: string) => (document.querySelector(selector) === null ? [] : [name]);
  expect([
    ...shown('form', 'amounts'),
    ...shown('input[type=checkbox]', 'flag'),
    ...shown('.preset-row', 'presets'),
  ]).toEqual(left === '' ? [] : left.split(' '));
  act(() => root.unmount());
});
