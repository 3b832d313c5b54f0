import { expect, test } from 'vitest';
import { checkCapital } from './check-capital.ts';

test.each(['100', '25000', '25000.50', '1000000000'])('%s is a capital', (text) => {
  expect(checkCapital(text)).toBeNull();
});

test.each(['', '99.99', '-500', '1e6', '25,000', '1000000000.01', 'NaN'])('"%s" is none', (text) => {
  expect(checkCapital(text)).toEqual(expect.any(String));
});
