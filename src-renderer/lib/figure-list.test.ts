import { afterEach, expect, test } from 'vitest';
import { figuresOf, listParts, listText } from './figure-list.ts';
import { setSeparators } from './decimal-text.ts';

afterEach(() => setSeparators({ group: ',', point: '.' }));

const figures = (text: string) => {
  const list = figuresOf(text);
  return list.ok ? list.figures : list.error;
};

test('a comma parts a list except within a figure; what may be one figure or two is refused', () => {
  expect(listParts('USDT 1,USDC 0.5; 1INCH 2,1INCH 3')).toEqual(['USDT 1', 'USDC 0.5', '1INCH 2', '1INCH 3']);
  expect(listParts('kraken.USD=10,000')).toEqual(['kraken.USD=10,000']);
  expect(figures('1,2,5')).toEqual(['1', '2', '5']);
  expect(figures('1000, 2000; 0.5')).toEqual(['1000', '2000', '0.5']);
  expect(figures('1,000')).toMatch(/^“1,000” may be one value or several: write 1000, or a space/);
  expect(figures('1,,2')).toEqual(['1', '', '2']);
  setSeparators({ group: '.', point: ',' });
  expect(figures('0,5, 1.000; 2,125')).toEqual(['0.5', '1000', '2.125']);
  expect(figures('1,2,5')).toEqual(['1,2,5']);
  expect(listParts(listText(['USDT 0,5', 'USDC 1']))).toEqual(['USDT 0,5', 'USDC 1']);
  setSeparators({ group: '\u00a0', point: ',' });
  expect(figures('1 000, 0,5')).toEqual(['1000', '0.5']);
});
