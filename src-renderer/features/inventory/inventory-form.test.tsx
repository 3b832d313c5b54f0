// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';
import { setSeparators } from '../../lib/decimal-text.ts';
import { InventoryForm } from './inventory-form.tsx';

afterEach(() => {
  vi.unstubAllGlobals();
  setSeparators({ group: ',', point: '.' });
});

it('beside a decimal comma a proposed amount is shown with it, and is sent as what it is', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  setSeparators({ group: '.', point: ',' });
  const onSubmit = vi.fn<(values: object) => Promise<void>>().mockResolvedValue();
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const field = (key: string) => ({ key, label: key, unit: '', help: '' });
  act(() =>
    root.render(
      <InventoryForm
        title="Any"
        about=""
        submit="Send"
        fields={[field('amount'), field('fee'), { ...field('network'), isText: true }]}
        start={{ amount: '0.5', fee: '1.125', network: 'v1.250' }}
        onSubmit={onSubmit}
        onClose={() => undefined}
      />,
    ),
  );
  expect([...document.querySelectorAll('input')].map(({ value }) => value)).toEqual([
    '0,5',
    '1,125',
    'v1.250',
  ]);
  await act(async () => {
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  expect(onSubmit.mock.calls).toEqual([[{ amount: '0.5', fee: '1.125', network: 'v1.250' }]]);
  act(() => root.unmount());
});
