import { expect, test } from 'vitest';
import { sumByAsset, sumOf } from './totals.ts';

test('a sum is exact where doubles are not', () => {
  expect(sumOf(['0.1', '0.2', '-0.3'], (text) => text)).toBe('0');
  expect(sumOf(['9007199254740993', '0.00000001'], (text) => text)).toBe('9007199254740993.00000001');
  expect(sumOf([], (text: string) => text)).toBe('0');
});

test('amounts of different assets are never added', () => {
  const fees = [
    { asset: 'USD', amount: '0.26' },
    { asset: 'EUR', amount: '1' },
    { asset: 'USD', amount: '0.04' },
  ];
  expect(sumByAsset(fees, (fee) => fee)).toEqual([
    { asset: 'EUR', sum: '1' },
    { asset: 'USD', sum: '0.3' },
  ]);
});
