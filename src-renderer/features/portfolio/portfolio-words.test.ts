import { expect, test } from 'vitest';
import { quoteOf, sharesText } from './portfolio-words.ts';

const coins = (...weights: readonly string[]) =>
  weights.map((weight, at) => ({ market: `C${at}/USD@kraken`, weight, band: '5' }));

test.each([
  [['40', '40'], '2', '80.0 % of coins, 20.0 % of cash (at least 2.0 %).', false],
  // Tenths that add up to the whole, and not quite as floating points do.
  [['33.3', '33.3', '33.3'], '0.1', '99.9 % of coins, 0.1 % of cash (at least 0.1 %).', false],
  [['60', '39'], '2', '99.0 % of coins and 2.0 % of cash are more than 100 %.', true],
  [['60', ''], '2', 'Shares are added up once all are figures.', false],
] as const)('shares of %j beside %s %% of cash: %s', (weights, cash, text, isTooMuch) => {
  expect(sharesText(coins(...weights), cash)).toEqual({ text, isTooMuch });
});

test('a portfolio is counted in the currency of its first coin', () => {
  expect([quoteOf(coins('1')), quoteOf([])]).toEqual(['USD', '']);
});
