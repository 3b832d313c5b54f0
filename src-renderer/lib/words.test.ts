import { expect, test } from 'vitest';
import { cycleText } from './words.ts';

test('a cycle comes home', () => {
  expect(cycleText(['USD', 'BTC', 'ETH'])).toBe('USD→BTC→ETH→USD');
  expect(cycleText([])).toBe('');
});
