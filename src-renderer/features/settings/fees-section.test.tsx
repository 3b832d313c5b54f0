// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { textOf } from '../../components/sorted-body.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { FeeTable } from './fees-section.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

test('a fee with three decimals is written, and sorts, as what it is beside a decimal comma', async () => {
  setSeparators({ group: '.', point: ',' });
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  const groups = [{ venue: 'kraken', takerBps: '3.375', basis: 'your account', symbols: ['BTC/USD'] }];
  await act(async () => root.render(<FeeTable groups={groups} />));
  const cell = host.querySelector('td') as HTMLElement;
  expect([cell.textContent, textOf(cell)]).toEqual(['3,375', '3.375']);
  await act(async () => root.unmount());
  setSeparators({ group: ',', point: '.' });
});
