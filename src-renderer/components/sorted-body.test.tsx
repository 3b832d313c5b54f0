// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { plainTextOf } from '../lib/cell-value.ts';
import { setSeparators } from '../lib/decimal-text.ts';
import { PlainTable } from './plain-table.tsx';
import { textOf } from './sorted-body.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

type Row = { readonly name: string; readonly cost: string };
const ROWS: readonly Row[] = [
  { name: 'depth', cost: '1,200.5' },
  { name: 'fees', cost: '−3' },
  { name: 'latency', cost: '—' },
  { name: 'slippage', cost: '+40.25' },
];

function Costs({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <PlainTable className="costs" label="Costs">
      <thead>
        <tr>
          <th>Reason</th>
          <th>Cost</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, cost }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{cost}</td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}

test('a short table sorts by its heads: figures by size with the largest first, no figure last, then back as it was', async () => {
  localStorage.clear();
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  const show = (rows: readonly Row[]) => act(async () => root.render(<Costs rows={rows} />));
  const names = () => [...host.querySelectorAll('tbody th')].map((cell) => cell.textContent).join(' ');
  const heads = () => [...host.querySelectorAll<HTMLElement>('thead th')];
  const press = (k: number) => act(async () => heads()[k]?.click());
  await show(ROWS);
  const first = host.querySelector('tbody tr');
  await press(1);
  expect([names(), heads()[1]?.getAttribute('aria-sort')]).toEqual([
    'depth slippage fees latency',
    'descending',
  ]);
  await show([...ROWS, { name: 'rounding', cost: '100' }]);
  expect(names()).toBe('depth rounding slippage fees latency');
  await press(1);
  expect(names()).toBe('fees slippage rounding depth latency');
  await press(1);
  expect([names(), heads()[1]?.getAttribute('aria-sort')]).toEqual([
    'depth fees latency slippage rounding',
    'none',
  ]);
  await press(0);
  await press(0);
  expect(names()).toBe('slippage rounding latency fees depth');
  // A row that moves is the same row: what it shows and keeps goes with it.
  expect(host.querySelectorAll('tbody tr')[4]).toBe(first);
  await act(async () => root.unmount());
});

test('a painted figure is copied and sorted in plain digits, and an exact one as it is, however the window writes thousands', () => {
  setSeparators({ group: '.', point: ',' });
  const cell = document.createElement('div');
  cell.innerHTML = '<span>64.210,50</span>';
  expect(plainTextOf(cell)).toBe('64210.50');
  cell.innerHTML = '<span data-exact="1.125">1,125</span>';
  expect(plainTextOf(cell)).toBe('1.125');
  expect(textOf(cell)).toBe('1.125');
  cell.innerHTML = '−1.200,5 USD';
  expect(textOf(cell)).toBe('-1200.5');
  cell.innerHTML = '+40,25 %';
  expect(textOf(cell)).toBe('40.25');
  setSeparators({ group: ',', point: '.' });
});
