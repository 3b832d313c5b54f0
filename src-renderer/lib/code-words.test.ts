import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { breakerLabel } from '../../src-engine/domain/halt-texts.ts';
import { breakerName } from '../../src-engine/domain/risk-schemas.ts';
import { denialLabel, reasonText } from './code-words.ts';

test('every reason for which risk denies, and every breaker, has words', () => {
  const source = readFileSync(
    fileURLToPath(new URL('../../src-engine/risk/check.ts', import.meta.url)),
    'utf8',
  );
  const union = /export type DenialCode =([\s\S]*?);/.exec(source)?.[1] ?? '';
  const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(25);
  expect(codes.filter((code) => denialLabel(code) === code)).toEqual([]);
  expect(breakerName.options.filter((name) => breakerLabel(name) === name)).toEqual([]);
});

test('a reason is read with the words of its code, and any other text as it is', () => {
  expect(reasonText('price-collar: 12 bps, allowed 10 bps')).toBe('Price collar: 12 bps, allowed 10 bps');
  expect(reasonText('killed')).toBe('Kill switch');
  expect(reasonText('net 3.10 bps, the minimum is 5 bps')).toBe('net 3.10 bps, the minimum is 5 bps');
  expect(reasonText('EOrder:Insufficient funds')).toBe('EOrder:Insufficient funds');
  expect(reasonText('')).toBe('');
  expect(breakerLabel('data-quality', 'kraken')).toBe('Data quality at Kraken');
});
