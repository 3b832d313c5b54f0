import { expect, test } from 'vitest';
import { feeBasisText } from './fee-basis.ts';

const leg = (symbol: string) => ({ symbol });
const at = (venue: string, symbol: string, feeBasis: string, takerFee: string | null = '0.001') => ({
  venue,
  symbol,
  feeBasis,
  takerFee,
});

test.each([
  [['assumed, schedule of 2026-01-12'], '1 leg assumed, schedule of 2026-01-12'],
  [
    ['account', 'account', 'charged by a fill of 2026-11-29 01:12'],
    '2 legs account, 1 leg charged by a fill of 2026-11-29 01:12',
  ],
  [['listed', '', 'listed'], '2 legs listed, 1 leg of unknown source'],
])('fees %j are shown as "%s"', (bases, text) => {
  const instruments = bases.map((basis, k) => at('kraken', `P${k}`, basis));
  const legs = bases.map((_, k) => leg(`P${k}`));
  // The same symbol of another venue has fees of its own.
  const others = bases.map((_, k) => at('binance', `P${k}`, 'listed'));
  expect(feeBasisText('kraken', legs, [...others, ...instruments])).toBe(text);
});

test('a fee that is not known, and an instrument that is gone', () => {
  expect(feeBasisText('kraken', [leg('A')], [at('kraken', 'A', '', null)])).toBe('1 leg not known');
  expect(feeBasisText('kraken', [leg('A')], [])).toBe('');
});

test('a leg of a route over several venues has the fee of its own venue', () => {
  const instruments = [at('kraken', 'A', 'account'), at('binance', 'A', 'listed')];
  const legs = [
    { symbol: 'A', venue: 'binance' },
    { symbol: 'A', venue: 'kraken' },
  ];
  expect(feeBasisText('binance+kraken', legs, instruments)).toBe('1 leg listed, 1 leg account');
});
