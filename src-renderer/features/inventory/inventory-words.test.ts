import { expect, it } from 'vitest';
import type { InventoryMove } from '../../../src-engine/domain/inventory-schemas.ts';
import type { InventoryRow } from '../../../src-engine/domain/inventory-schemas.ts';
import { dryFirst } from './inventory-panel.tsx';
import { moveCost, moveTitle, shortMove } from './inventory-words.ts';

it('a move says in a person’s units how soon it pays for itself, and calls unknown what is unknown', () => {
  const move = {
    kind: 'reverse',
    coin: 'BTC',
    costBps: 17.91,
    costHome: '3.724',
    minutes: null,
    minimum: null,
    breakEvenDays: 0.0000792,
  } as unknown as InventoryMove;
  expect(moveCost(move, 'USD')).toBe(
    '17.91 bps (3.72 USD) at the books now · pays for itself in 6.84 s of missed edge',
  );
  expect(moveCost({ ...move, breakEvenDays: 2.5 }, 'USD')).toContain('2d 12h of missed edge');
  expect(moveCost({ ...move, kind: 'transfer', costBps: null, breakEvenDays: null }, 'USD')).toBe(
    'cost unknown · time unknown · minimum unknown',
  );
});

it('calls exchanges by their names in every move', () => {
  const move = {
    kind: 'reverse',
    coin: 'BTC',
    amount: '0.2',
    from: 'sim-binance',
    to: 'simulated',
    network: null,
    through: null,
    costBps: 4,
  } as unknown as InventoryMove;
  for (const kind of ['reverse', 'transfer', 'top-up', 'dust'] as const) {
    expect(`${moveTitle({ ...move, kind })} ${shortMove({ ...move, kind })}`).not.toMatch(/sim-|simulated/);
  }
});

it('lists what runs dry first, and of that what cost most', () => {
  const row = (coin: string, state: string, missedHome: string) =>
    ({ coin, state, missedHome }) as unknown as InventoryRow;
  const rows = [row('A', 'in-band', '99'), row('B', 'dry', '9.5'), row('C', 'dry', '10.25')];
  expect(dryFirst(rows).map(({ coin }) => coin)).toEqual(['C', 'B', 'A']);
});
