import { expect, test } from 'vitest';
import { matchesFilter } from './filter.ts';

test.each([
  ['', true],
  ['btc', true],
  ['btcusd', true],
  ['btc west', true],
  ['btc east', false],
  ['BTC/USD', true],
  ['usd btc', true],
  ['btc west', true],
  ['btc east', false],
  ['eth', false],
])('BTC/USD and "%s"', (filter, matches) => {
  expect(matchesFilter({ symbol: 'BTC/USD', venue: 'west' }, filter)).toBe(matches);
});
