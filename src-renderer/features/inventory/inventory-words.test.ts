import { expect, it } from 'vitest';
import type { InventoryMove } from '../../../src-engine/domain/inventory-schemas.ts';
import { moveCost } from './inventory-words.ts';

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
