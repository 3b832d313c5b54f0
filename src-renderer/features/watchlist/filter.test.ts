import { expect, test } from 'vitest';
import { matchesFilter } from './filter.ts';

test.each([
  ['', true],
  ['btc', true],
  ['btcusd', true],
  ['BTC/USD', true],
  ['usd btc', true],
  ['eth', false],
])('BTC/USD and "%s"', (filter, matches) => {
  expect(matchesFilter({ symbol: 'BTC/USD' }, filter)).toBe(matches);
});
