import { expect, test } from 'vitest';
import { detectionSettings } from '../../../src-engine/contract/limit-records.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { amountsText, readAmounts } from './amounts-text.ts';

const read = (text: string) => readAmounts(text, detectionSettings.shape.pegBands);

test('a line of amounts is what it was read from, whatever its spaces and order', () => {
  const bands = { USDT: '1', USDC: '0.5' };
  expect(amountsText(bands)).toBe('USDC 0.5, USDT 1');
  expect(read(amountsText(bands))).toEqual({ ok: true, value: bands });
  expect(read('  USDT   1 ,, USDC 0.5,')).toEqual({ ok: true, value: bands });
  expect(read('')).toEqual({ ok: true, value: {} });
});

test('amounts are written and read as the window writes figures', () => {
  setSeparators({ group: '.', point: ',' });
  try {
    const bands = { USDT: '1.125', USDC: '0.5' };
    expect(amountsText(bands)).toBe('USDC 0,5; USDT 1,125');
    expect(read(amountsText(bands))).toEqual({ ok: true, value: bands });
    expect(read('USDC 0,5, USDT 1.125')).toEqual({ ok: true, value: { USDC: '0.5', USDT: '1125' } });
    setSeparators({ group: '\u00a0', point: ',' });
    expect(read('USDT 10 000,5')).toEqual({ ok: true, value: { USDT: '10000.5' } });
  } finally {
    setSeparators({ group: ',', point: '.' });
  }
});

test.each([
  ['USDT', 'is no coin with an amount'],
  ['USDT 1 %', 'is no coin with an amount'],
  ['USDT 1, USDT 2', 'USDT is listed twice'],
  ['USDT 0', 'no amount above zero'],
  ['USDT -1', 'no amount above zero'],
  ['USDT 1e3', 'no amount above zero'],
  ['us$ 1', 'no code of a coin'],
])('%j is refused, and says what is wrong', (text, error) => {
  const answer = read(text);
  expect(answer.ok ? '' : answer.error).toContain(error);
});
